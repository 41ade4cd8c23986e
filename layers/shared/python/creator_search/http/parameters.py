"""Path and query parameters that several operations share."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator

from creator_search.domain.accounts import ACCOUNT_ID
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.listing import MAX_LISTED
from creator_search.domain.usernames import parse_username

_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BASIC_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

Username = Annotated[
    str,
    Path(
        description="An Instagram username, with or without the leading @; case does not matter.",
        json_schema_extra={"pattern": r"^@?[A-Za-z0-9._]{1,30}$", "example": "natgeo"},
    ),
    AfterValidator(parse_username),
]

AccountId = Annotated[
    str, Path(description="must be an account id of the platform: digits", pattern=ACCOUNT_ID, examples=["787132"])
]


def _shortcode(given: str) -> str:
    if not _SHORTCODE.fullmatch(given):
        raise InvalidParameter("shortcode: must be 1 to 64 letters, digits, - or _")
    return given


Shortcode = Annotated[
    str,
    Path(
        description="The shortcode of a post, as in its URL.",
        json_schema_extra={"pattern": r"^[A-Za-z0-9_-]{1,64}$", "example": "DTx1aBcDeFg"},
    ),
    AfterValidator(_shortcode),
]

Blank = BeforeValidator(lambda value: None if value == "" else value)
"""For optional query parameters: an empty value is treated as absent."""

Cursor = Annotated[
    str | None,
    Query(description="must be the next_cursor of the preceding page", examples=[""], max_length=2000),
    Blank,
]
PageLimit = Annotated[
    int, Query(ge=1, le=MAX_LISTED, description="The maximum number of entries of the page.", examples=[20])
]
Language = Annotated[
    str | None,
    Query(description="must be an ISO 639-1 code: two lower-case letters", pattern="^([a-z]{2})?$", examples=["en"]),
    Blank,
]


def _utc(at: datetime | None) -> datetime | None:
    """Treat a time without a time zone as UTC."""
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def _dated(given: Any) -> Any:
    """Write a date of ISO 8601's basic format with hyphens. Refuse other numbers, which pydantic would take for seconds
    since 1970: `since=2026` would then be no filter."""
    if not isinstance(given, str) or _DATE.match(given):
        return given
    if basic := _BASIC_DATE.fullmatch(given):
        return "-".join(basic.groups())
    raise ValueError("not a date or time of ISO 8601")


def _end_of_day(given: Any) -> Any:
    """Convert a date without a time to the last second of that day."""
    if isinstance(given, str) and _DATE.fullmatch(given):
        try:
            return datetime.fromisoformat(given) + timedelta(hours=23, minutes=59, seconds=59)
        except ValueError:
            return given  # no such day: the validation of the parameter reports it
    return given


Since = Annotated[
    datetime | None,
    Query(description="must be an ISO 8601 date or time; only posts since then", examples=["2026-01-01"]),
    AfterValidator(_utc),
    BeforeValidator(_dated),
    Blank,
]
Until = Annotated[
    datetime | None,
    Query(
        description="must be an ISO 8601 date or time; only posts until then, including the whole day for a date",
        examples=["2026-01-31"],
    ),
    AfterValidator(_utc),
    BeforeValidator(_end_of_day),
    BeforeValidator(_dated),
    Blank,
]
