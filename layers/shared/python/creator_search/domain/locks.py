"""Locks that let one of several callers do the work that all of them need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockOutcome:
    """How the work of the last holder ended. `error_code` is the error's, None after success; `resolved_username` is
    the name under which the result was stored when that is not the one asked for."""

    error_code: str | None = None
    resolved_username: str | None = None
