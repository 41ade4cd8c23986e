import pytest
from creator_search.domain.errors import CreatorSearchError, EmptyUsername, InvalidUsername
from creator_search.domain.usernames import parse_username, spelling_variations
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("raw", ["natgeo", "@natgeo", " @NatGeo ", "NATGEO\n"])
def test_all_spellings_of_a_username_have_one_normal_form(raw: str) -> None:
    assert parse_username(raw) == "natgeo"


@pytest.mark.parametrize("raw", ["", " ", "@", " @ "])
def test_a_blank_username_is_refused(raw: str) -> None:
    with pytest.raises(EmptyUsername, match="Username cannot be empty"):
        parse_username(raw)


def test_a_username_that_is_too_long_is_refused_with_the_limit() -> None:
    assert parse_username("a" * 30) == "a" * 30
    with pytest.raises(InvalidUsername, match=r"Username too long \(max 30 characters\)"):
        parse_username("a" * 31)


@pytest.mark.parametrize("raw", ["a b", "a/b", "a-b", "é", "a\x00", "@@a", "a\nb"])
def test_other_characters_are_refused(raw: str) -> None:
    with pytest.raises(InvalidUsername):
        parse_username(raw)


@pytest.mark.parametrize("raw", [".", "..", "...", "@..", " .. ", "." * 30])
def test_a_username_of_dots_alone_is_refused(raw: str) -> None:
    with pytest.raises(InvalidUsername) as refused:
        parse_username(raw)
    assert (refused.value.status, refused.value.error_code) == (400, "INVALID_USERNAME")


@pytest.mark.parametrize("raw", [".a", "a.", "_", "._.", "1"])
def test_dots_with_any_other_character_are_a_valid_username(raw: str) -> None:
    assert parse_username(raw) == raw


@given(st.text(max_size=40))
def test_normalisation_is_idempotent(raw: str) -> None:
    try:
        once = parse_username(raw)
    except CreatorSearchError:
        return
    assert parse_username(once) == once


def test_variations_drop_digits_and_separators() -> None:
    assert spelling_variations("jane_doe99") == ("jane_doe", "janedoe99")
    assert spelling_variations("ab12") == ()
    assert spelling_variations("plain") == ()


@given(st.text(alphabet="a1._", min_size=1, max_size=30))
def test_every_variation_is_a_valid_username(username: str) -> None:
    for variation in spelling_variations(username):
        assert parse_username(variation) == variation
