"""What callers own: ids, versions, and the rules of their texts."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from creator_search.domain.caller_errors import PreconditionFailed, PreconditionRequired
from creator_search.domain.errors import InvalidParameter

_ID = re.compile(r"[0-9a-f]{12}-[0-9a-z-]{1,64}")
_ETAG = re.compile(r'"(\d{1,15})"')


class Placed(StrEnum):
    """The result of adding a part to what a caller owns."""

    ADDED = "added"
    KNOWN = "known"
    ABSENT = "absent"
    """The whole does not exist."""


def sortable_id(now: datetime, random: str) -> str:
    """Return an id that sorts by time: the milliseconds in hex, and a random id that cannot be guessed."""
    return f"{int(now.timestamp() * 1000):012x}-{random}"


def is_owned_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def etag_of_version(version: int) -> str:
    return f'"{version}"'


def check_version(if_match: str | None, version: int, changed: str) -> None:
    """Check the header If-Match against the current version. `*` matches any version, a weak ETag none.

    Raises PreconditionRequired without a header, and PreconditionFailed with the text `changed`.
    """
    if if_match is None or not if_match.strip():
        raise PreconditionRequired()
    tags = [tag.strip() for tag in if_match.split(",")]
    versions = {int(found[1]) for tag in tags if (found := _ETAG.fullmatch(tag))}
    if "*" not in tags and version not in versions:
        raise PreconditionFailed(changed)


def clean_text(name: str, given: str, most: int, *, least: int = 1, lines: bool = False) -> str:
    """Return the text without white space around it. Raises InvalidParameter if it is too short or too long, or has
    control characters (line breaks are allowed with `lines`) or unpaired surrogates."""
    text = given.strip()
    allowed = "\n\r\t" if lines else ""
    if not least <= len(text) <= most:
        raise InvalidParameter(f"{name}: must have {least} to {most} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in allowed for c in text):
        raise InvalidParameter(f"{name}: must have no control characters")
    return text
