"""Named lists of creators, and the usernames in an imported CSV file."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.errors import CreatorSearchError, InvalidParameter, InvalidUsername
from creator_search.domain.owned import clean_text
from creator_search.domain.usernames import parse_username

MAX_LISTS = 200
"""The most lists of one caller."""
MAX_ENTRIES = 1000
"""The most creators of one list, and the most rows of one import."""
MAX_TAGS = 20
TAG_LENGTH = 50
NOTE_LENGTH = 1000
LIST_NAME_LENGTH = 100
SHOWN_ERRORS = 100
_NAMED = frozenset({"username", "usernames", "user", "handle", "handles", "instagram", "profile", "account", "creator"})
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
"""A first line that some spreadsheets write: it states the delimiter."""
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z]+\.)?instagram\.com/@?([^/?#\s]+)[/?#]?.*", re.IGNORECASE)
_NOT_PROFILES = frozenset({"p", "reel", "reels", "tv", "stories", "explore", "direct", "accounts"})
"""Beginnings of paths that are no username."""
_ZIP = b"PK\x03\x04"
_NEUTRALISED = re.compile(r"'(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorList:
    """`version` counts the changes of the name. Changes of the entries do not change it."""

    id: str
    version: int
    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    username: str
    added_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedRow:
    username: str
    tags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`line` counts from 1; `value` is the start of the cell."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """`rows` are distinct by username, in the order of the file; `repeated` is the number of the others."""

    rows: tuple[ImportedRow, ...]
    refused: tuple[RefusedRow, ...]
    repeated: int


def checked_list_name(given: str) -> str:
    return clean_text("name", given, LIST_NAME_LENGTH)


def checked_tags(given: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct tags. Raises InvalidParameter."""
    if len(given) > MAX_TAGS:
        raise InvalidParameter(f"tags: must have at most {MAX_TAGS} entries")
    if any("," in tag for tag in given):
        raise InvalidParameter("tags: must have no commas")
    return tuple(dict.fromkeys(clean_text("tags", tag, TAG_LENGTH) for tag in given))


def checked_note(given: str | None) -> str | None:
    return (clean_text("note", given, NOTE_LENGTH, least=0, lines=True) or None) if given is not None else None


def read_import(content: bytes) -> ImportedFile:
    """Read the usernames of a CSV file: one a line, or the column whose heading says so; then also `tags` (separated
    by commas) and `note`. Cells are separated by commas, semicolons or tabs, as in the first line. A username may have
    an @, or be the address of a profile.

    Raises InvalidParameter for a file that is no CSV, has no rows, or has more than MAX_ENTRIES rows.
    """
    if content.startswith(_ZIP):
        raise InvalidParameter("body: must be CSV, not a workbook")
    try:
        table = list(_table(_decoded(content)))
    except csv.Error as error:
        raise InvalidParameter("body: must be CSV") from error
    if not table:
        raise InvalidParameter("body: must have at least one username")
    headings = [cell.strip().casefold() for cell in table[0][1]]
    column = next((n for n, heading in enumerate(headings) if heading in _NAMED), None)
    body = table if column is None else table[1:]
    if len(body) > MAX_ENTRIES:
        raise InvalidParameter(f"body: must have at most {MAX_ENTRIES} rows")
    places = {name: headings.index(name) if column is not None and name in headings else None for name in _OPTIONAL}
    return _read_rows(body, column or 0, places["tags"], places["note"])


_OPTIONAL = ("tags", "note")


def _read_rows(
    body: Sequence[tuple[int, list[str]]], column: int, tags_at: int | None, note_at: int | None
) -> ImportedFile:
    found: dict[str, ImportedRow] = {}
    refused: list[RefusedRow] = []
    repeated = 0
    for line, cells in body:
        given = _cell(cells, column)
        try:
            username = _username(given)
            tags = checked_tags([tag for tag in _cell(cells, tags_at).split(",") if tag.strip()])
            row = ImportedRow(username, tags, checked_note(_cell(cells, note_at)))
        except CreatorSearchError as error:
            refused.append(RefusedRow(line, given[:100], error.message))
            continue
        repeated += username in found
        found.setdefault(username, row)
    return ImportedFile(tuple(found.values()), tuple(refused), repeated)


def _decoded(content: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark, UTF-16 with one, else the Western code page of spreadsheets."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have text, with the number of the line on which each starts."""
    lines = text.splitlines(keepends=True)
    named = _SEPARATOR.fullmatch(lines[0].rstrip("\r\n")) if lines else None
    before = 1 if named else 0
    first = next((line for line in lines if line.strip()), "")
    delimiter = named[1] if named else max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO("".join(lines[before:]), newline=""), delimiter=delimiter)
    skipped = before
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, cells
        before = skipped + reader.line_num


def _cell(cells: Sequence[str], at: int | None) -> str:
    """Return the cell, without the apostrophe that an export puts before text that begins as a formula."""
    text = cells[at].strip() if at is not None and at < len(cells) else ""
    return _NEUTRALISED.sub("", text, count=1) if _NEUTRALISED.match(text) else text


def _username(given: str) -> str:
    address = _ADDRESS.fullmatch(given)
    if address and address[1].lower() in _NOT_PROFILES:
        raise InvalidUsername("This is not the address of a profile")
    return parse_username(address[1] if address else given)
