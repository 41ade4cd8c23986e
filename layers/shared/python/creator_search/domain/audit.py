"""The record of actions that change or delete what others rely on."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=730)
ERASE_CALLER = "erase_caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`action` is the id of an operation, or `ERASE_CALLER`. `subject` is the caller who did it (its hash in the entry
    of the caller's own erasure), and `request_id` the request with which. `target` is the SHA-256 hash of what it was
    done to, in hexadecimal, because a name must not outlive its erasure; None for an action without one."""

    action: str
    at: datetime
    subject: str
    request_id: str
    target: str | None = None


def target_of(name: str) -> str:
    """Return the hash of a username, or of an id, for `AuditEntry.target`."""
    return hashlib.sha256(name.encode()).hexdigest()
