"""API keys: `cs_<id>_<secret>`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_NAME_LENGTH = 100
MAX_KEYS = 50
"""The most keys of one caller."""
MAX_EXPIRES_IN_DAYS = 3650
KEY_ID_LENGTH = 16
SECRET_LENGTH = 43
"""Of 62 characters: 256 bits."""
USE_INTERVAL = timedelta(minutes=1)
"""`last_used_at` is at most this old while the key is in use."""
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_KEY = re.compile(r"cs_([A-Za-z0-9]{1,64})_([A-Za-z0-9]{1,256})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """The data of a key that its owner may see."""

    id: str
    owner: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeySecret:
    """What a presented key is compared with. `digest` is the SHA-256 of its secret, in hexadecimal: a secret of 256
    random bits cannot be guessed from it, so it needs no slow hash."""

    key_id: str
    owner: str
    digest: str


def parse_key(presented: str) -> tuple[str, str] | None:
    """Return the id and the secret of a key, or None if it has another form."""
    found = _KEY.fullmatch(presented)
    return (found[1], found[2]) if found else None


def is_key_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def format_key(key_id: str, secret: str) -> str:
    return f"cs_{key_id}_{secret}"
