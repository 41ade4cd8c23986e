"""Locks with which one of several callers does work that all of them need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockOutcome:
    """The result of the last holder's work.

    `error_code` is None after success. `resolved_username` is the name under which the result was stored if it differs
    from the requested one.
    """

    error_code: str | None = None
    resolved_username: str | None = None
