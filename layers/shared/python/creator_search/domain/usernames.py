"""Validation and normalisation of Instagram usernames."""

import re

from creator_search.domain.errors import EmptyUsername, InvalidUsername

MAX_USERNAME_LENGTH = 30
_VALID = re.compile(r"[a-z0-9._]{1,30}")
_MIN_VARIATION_LENGTH = 3


def parse_username(raw: str) -> str:
    """The normal form of a username: no white space around it, no leading @, lower case.

    Raises EmptyUsername or InvalidUsername.
    """
    username = raw.strip().removeprefix("@").strip().lower()
    if not username:
        raise EmptyUsername()
    if len(username) > MAX_USERNAME_LENGTH:
        raise InvalidUsername(f"Username too long (max {MAX_USERNAME_LENGTH} characters)")
    if not _VALID.fullmatch(username):
        raise InvalidUsername("Username may contain only letters, digits, dots and underscores")
    if not username.strip("."):
        raise InvalidUsername("Username must contain a character other than a dot")
    return username


def as_username(text: str | None) -> str | None:
    """Return the username that the text is, in its normal form; None for any other text."""
    try:
        return parse_username(text or "")
    except (EmptyUsername, InvalidUsername):
        return None


def spelling_variations(username: str) -> tuple[str, ...]:
    """At most two other spellings to try when the upstream has nothing: trailing digits dropped; `_` and `.` dropped.

    >>> spelling_variations("jane_doe99")
    ('jane_doe', 'janedoe99')
    """
    candidates = (username.rstrip("0123456789"), username.replace("_", "").replace(".", ""))
    distinct = dict.fromkeys(
        c for c in candidates if c != username and len(c) >= _MIN_VARIATION_LENGTH and c.strip(".")
    )
    return tuple(distinct)
