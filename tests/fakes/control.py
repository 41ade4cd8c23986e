"""The control table: locks, absences, tombstones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.locks import LockOutcome

from tests.fakes.process import FakeClock, whole_seconds


@dataclass
class FakeLocks:
    clock: FakeClock
    rows: dict[str, tuple[str, datetime | None, LockOutcome]] = field(default_factory=dict)
    """The owner, the expiry of the lock (None after its release), and the outcome."""
    down: bool = False
    attempts: int = 0
    """Calls of `acquire`."""

    def _require(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        self._require()
        self.attempts += 1
        mine = (owner, self.clock() + timedelta(seconds=seconds), LockOutcome())
        if self._is_held(name):
            # The same write sent twice: the response to the first was lost.
            return self.rows[name] == mine
        self.rows[name] = mine
        return True

    def release(self, name: str, owner: str, outcome: LockOutcome) -> None:
        self._require()
        if name in self.rows and self.rows[name][0] == owner:
            self.rows[name] = (owner, None, outcome)

    def load_outcome(self, name: str) -> LockOutcome | None:
        self._require()
        if self._is_held(name):
            return None
        return self.rows[name][2] if name in self.rows else LockOutcome()

    def _is_held(self, name: str) -> bool:
        until = self.rows[name][1] if name in self.rows else None
        return until is not None and until > self.clock()


@dataclass
class FakeRefreshAllowance:
    """Has `most` refreshes in a window of 15 minutes."""

    clock: FakeClock
    most: int = 33
    """What the default settings leave."""
    taken: Counter[int] = field(default_factory=Counter)
    down: bool = False
    calls: int = 0
    _counting: Lock = field(default_factory=Lock)

    def take(self) -> float | None:
        with self._counting:
            self.calls += 1
            if self.down:
                raise StoreUnavailable()
            now = self.clock().timestamp()
            window = int(now // 900)
            self.taken[window] += 1
            return None if self.taken[window] <= self.most else (window + 1) * 900 - now


@dataclass
class FakeAbsences:
    clock: FakeClock
    until: dict[str, datetime] = field(default_factory=dict)

    def is_absent(self, username: str) -> bool:
        return username in self.until and self.clock() < self.until[username]

    def remember_absence(self, username: str, lifetime: timedelta) -> None:
        self.until[username] = whole_seconds(self.clock() + lifetime)


@dataclass
class FakeTombstones:
    names: set[str] = field(default_factory=set)

    def add_tombstone(self, username: str) -> None:
        self.names.add(username)

    def erased_among(self, usernames: Sequence[str]) -> frozenset[str]:
        return frozenset(self.names.intersection(usernames))
