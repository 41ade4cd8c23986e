"""The usernames of an imported CSV file."""

import pytest
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.lists import ImportedRow, checked_tags, read_import


def names(content: bytes) -> list[str]:
    return [row.username for row in read_import(content).rows]


@pytest.mark.parametrize(
    "content",
    [
        b"ada\nben.x\n",
        b"\xef\xbb\xbfada\r\nben.x",
        b"ada\rben.x\r",
        b'"@Ada"\n" BEN.x "\n',
        b"https://www.instagram.com/ada/\ninstagram.com/ben.x?igsh=1\n",
        b"http://m.instagram.com/@ada/reels/\nhttps://instagram.com/ben.x#a",
        b"id,Handles\n1,ada\n2,ben.x\n",
        b"id;username;age\n1;ada;3\n2;ben.x;4\n",
        b"id\tProfile\n1\tada\n2\tben.x\n",
        "\ufeffusername\nada\nben.x\n".encode("utf-16-le"),
        "name,username\nMüller,ada\nÉva,ben.x\n".encode("cp1252"),
        b"ada,first\nben.x,second\n",
        b"ada\n\n   \nben.x\nADA\n",
        b"sep=;\r\nusername;note\r\nada;a,b\r\nben.x;c\r\n",
        b"sep=|\nusername|note\nada|a\nben.x|c\n",
    ],
)
def test_usernames_are_read_from_files_as_people_have_them(content: bytes) -> None:
    assert names(content) == ["ada", "ben.x"]


def test_bad_rows_are_reported_by_the_line_on_which_they_start() -> None:
    found = read_import(b'note,username\n"two\nlines",ada\n,b@d\n\n,https://other.test/ben\n,' + b"x" * 31 + b"\n")
    assert [row.username for row in found.rows] == ["ada"]
    assert [(row.line, row.value) for row in found.refused] == [
        (4, "b@d"),
        (6, "https://other.test/ben"),
        (7, "x" * 31),
    ]
    assert found.rows[0].note == "two\nlines" and found.refused[2].reason == "Username too long (max 30 characters)"


def test_the_line_that_names_the_delimiter_is_counted() -> None:
    assert [row.line for row in read_import(b"sep=,\nusername\nb@d\nada\n").refused] == [3]


@pytest.mark.parametrize("path", ["p/DTx1aBcDeFg/", "reel/DTx1aBcDeFg", "Stories/ada/1", "explore"])
def test_addresses_of_posts_and_pages_are_no_creators(path: str) -> None:
    found = read_import(f"https://www.instagram.com/{path}\nada\n".encode())
    assert [row.username for row in found.rows] == ["ada"]
    assert [row.reason for row in found.refused] == ["This is not the address of a profile"]


def test_the_apostrophe_of_an_export_is_removed_and_others_are_kept() -> None:
    found = read_import(b"username,note\nada,'=1+1\nben,'quoted'\n'@cleo,\n")
    assert found.rows == (
        ImportedRow("ada", note="=1+1"),
        ImportedRow("ben", note="'quoted'"),
        ImportedRow("cleo"),
    )


def test_a_thousand_rows_are_read_and_one_more_is_refused() -> None:
    rows = [b"u%d" % n for n in range(1001)]
    assert len(names(b"username\n" + b"\n".join(rows[:1000]))) == 1000
    with pytest.raises(InvalidParameter, match="at most 1000 rows"):
        read_import(b"\n".join(rows))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"sep=;\n", b"a" * 140_000, b"PK\x03\x04\x14\x00"])
def test_a_file_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidParameter, match="body: must"):
        read_import(content)


def test_tags_are_distinct_and_without_commas() -> None:
    assert checked_tags([" fast ", "fast", "tall"]) == ("fast", "tall")
    for wrong in (["a,b"], [" "], ["x" * 51], [f"t{n}" for n in range(21)], ["a\x00"]):
        with pytest.raises(InvalidParameter, match="tags"):
            checked_tags(wrong)
