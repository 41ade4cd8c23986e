"""Ports of what is stored about names and work in progress."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from creator_search.domain.locks import LockOutcome


class Absences(Protocol):
    """Usernames that do not exist, according to the upstream."""

    def is_absent(self, username: str) -> bool: ...

    def remember_absence(self, username: str, lifetime: timedelta) -> None: ...


class Tombstones(Protocol):
    """Usernames whose data was erased, stored as hashes."""

    def add_tombstone(self, username: str) -> None: ...

    def erased_among(self, usernames: Sequence[str]) -> frozenset[str]:
        """Return those of the usernames that were erased. One call for up to 100."""


class RefreshAllowance(Protocol):
    """The refreshes that reads may request, of all processes together."""

    def take(self) -> float | None:
        """Count a refresh; return None. If no more may be requested now, return the seconds after which there may be
        room."""


class Locks(Protocol):
    """Locks with one holder per name, for a limited time."""

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Acquire the lock; return whether `owner` holds it."""

    def release(self, name: str, owner: str, outcome: LockOutcome) -> None:
        """Release the lock and store the outcome for waiting callers. Does nothing if `owner` does not hold it."""

    def load_outcome(self, name: str) -> LockOutcome | None:
        """Return the outcome of the last holder; None while the lock is held."""
