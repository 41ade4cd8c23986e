"""The record of actions that change or delete what others rely on."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=730)


ERASE_CALLER = "erase_caller"
DISABLE_WEBHOOK = "disable_webhook"
SYSTEM = "system"
"""The subject of what nobody asked for, such as a webhook that is disabled after failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`action` is the id of an operation, or one of the names above. `subject` is the caller who did it (the
    hash of the subject of an erased caller), and `request_id` the request with which. `target` is the SHA-256 hash of
    what it was done to, in hexadecimal, because a name must not outlive its erasure; None for an action without one."""

    action: str
    at: datetime
    subject: str
    request_id: str
    target: str | None = None


def target_of(name: str) -> str:
    """Return the hash of a username, or of an id, for `AuditEntry.target`."""
    return hashlib.sha256(name.encode()).hexdigest()
