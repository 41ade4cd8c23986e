"""Circuit breakers: the state of one breaker, and its transitions as pure functions.

A breaker is closed until a number of operations in a row have failed. It is then open for a while, during which
nothing is called. After that it is half-open: one caller makes a trial, and its result closes the breaker or opens it
again, for twice as long each time.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LONGEST_OPEN = timedelta(seconds=300)
"""The longest period for which failures open a breaker. A used up quota opens it until the quota's reset."""
FAILURES_COUNT_FOR = timedelta(minutes=10)
"""Failures in a row are forgotten this long after the last one."""


class Dependency(StrEnum):
    """What a breaker protects. The endpoints of the upstreams have one breaker each."""

    DATABASE = "database"
    CACHE = "cache"
    FILES = "files"
    AI_MODELS = "ai_models"
    SEARCH = "search"
    """The search engine, of stages that have one."""
    UPSTREAM = "upstream"


class BreakerPhase(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """`failures` in a row open the breaker for `open_for`. A trial that has not ended after `trial_for` is taken for
    dead, and another caller may make one."""

    failures: int
    open_for: timedelta
    trial_for: timedelta = timedelta(seconds=30)


POLICIES: Mapping[Dependency, BreakerPolicy] = {
    Dependency.DATABASE: BreakerPolicy(3, timedelta(seconds=30)),
    Dependency.CACHE: BreakerPolicy(3, timedelta(seconds=15)),
    Dependency.FILES: BreakerPolicy(3, timedelta(seconds=30)),
    Dependency.SEARCH: BreakerPolicy(3, timedelta(seconds=30)),
    Dependency.AI_MODELS: BreakerPolicy(4, timedelta(seconds=120), trial_for=timedelta(seconds=120)),
    # A trial is one call, whose time-out is at most two minutes (DECODO_TIMEOUT_SECONDS).
    Dependency.UPSTREAM: BreakerPolicy(5, timedelta(seconds=60), trial_for=timedelta(seconds=120)),
}
"""These are requirements, except that of the search engine, which is equal to that of the database."""

UPSTREAM_ENDPOINTS = (
    "decodo-profile",
    "rapidapi-profile",
    "rapidapi-posts",
    "rapidapi-reels",
    "rapidapi-similar",
    "rapidapi-comments",
)
PROFILE_ENDPOINTS = ("decodo-profile", "rapidapi-profile")
BREAKERS: Mapping[str, Dependency] = {
    **{each.value: each for each in Dependency if each not in (Dependency.SEARCH, Dependency.UPSTREAM)},
    **dict.fromkeys(UPSTREAM_ENDPOINTS, Dependency.UPSTREAM),
}
"""The breakers of every stage by name, and what each protects."""


class Outcome(StrEnum):
    """The outcome of an operation for the state of the dependency."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class BreakerState:
    """The shared state of one breaker. The default is a closed breaker without failures.

    `version` increases with every transition. `subjects` are hashes of the usernames whose failure is among the
    `failures` in a row. `openings` counts how often in a row the breaker was opened, without a success in between.
    `credential` identifies the key whose quota is used up: a breaker opened by it is closed for another key, whose
    first success or failure starts a new count.
    """

    version: int = 0
    failures: int = 0
    subjects: frozenset[str] = frozenset()
    last_failure_at: datetime | None = None
    openings: int = 0
    opened_at: datetime | None = None
    open_until: datetime | None = None
    trial_until: datetime | None = None
    credential: str | None = None

    def phase(self, now: datetime) -> BreakerPhase:
        """Return the phase to be shown. A half-open breaker without a trial for ten minutes is shown as closed; its
        next call is still a trial."""
        if self.open_until is None or (now - self.open_until > FAILURES_COUNT_FOR and not self._has_trial(now)):
            return BreakerPhase.CLOSED
        return BreakerPhase.OPEN if now < self.open_until else BreakerPhase.HALF_OPEN

    def _has_trial(self, now: datetime) -> bool:
        return self.trial_until is not None and now < self.trial_until

    @property
    def is_untouched(self) -> bool:
        """Whether a success changes nothing."""
        return not self.failures and self.open_until is None

    def refused_for(self, now: datetime, credential: str | None = None) -> timedelta | None:
        """Return how long calls are refused; None if one may be made (in the half-open phase, the trial)."""
        if self.open_until is None or self._is_of_another_key(credential):
            return None
        until = self.open_until
        if now >= until and self.trial_until is not None:
            until = self.trial_until
        return until - now if now < until else None

    def is_due_for_trial(self, now: datetime, credential: str | None = None) -> bool:
        """Whether the next call is the trial, which a caller must claim with `with_trial`."""
        is_mine = not self._is_of_another_key(credential)
        was_open = self.open_until is not None and now >= self.open_until
        return is_mine and was_open and not self._has_trial(now)

    def without_trial(self) -> "BreakerState":
        """Return the state after a trial that told nothing: another caller may make one."""
        return replace(self, version=self.version + 1, trial_until=None)

    def with_trial(self, policy: BreakerPolicy, now: datetime) -> "BreakerState":
        return replace(self, version=self.version + 1, trial_until=now + policy.trial_for)

    def succeeded(self, *, is_trial: bool, credential: str | None = None) -> "BreakerState":
        """Return the closed state. While the breaker is open for the key `credential`, only the trial closes it: other
        operations started before it opened."""
        is_refused = self.open_until is not None and not self._is_of_another_key(credential)
        if self.is_untouched or (is_refused and not is_trial):
            return self
        return BreakerState(version=self.version + 1)

    def failed(
        self,
        policy: BreakerPolicy,
        now: datetime,
        *,
        subject: str | None = None,
        is_trial: bool = False,
        credential: str | None = None,
    ) -> "BreakerState":
        """Return the state after a failed operation with the key `credential`. Failures for one `subject` count once.
        A trial that ends after another one has closed the breaker counts as any other operation."""
        is_old = self.last_failure_at is not None and now - self.last_failure_at > FAILURES_COUNT_FOR
        is_of_another_key = self._is_of_another_key(credential)
        if self.open_until is not None and not is_of_another_key:
            return self._opened(policy, now) if is_trial else self  # the others started before the breaker opened
        known = BreakerState(version=self.version) if is_old or is_of_another_key else self
        if subject and _hashed(subject) in known.subjects:
            return known
        counted = replace(
            known,
            version=self.version + 1,
            failures=known.failures + 1,
            subjects=known.subjects | {_hashed(subject)} if subject else known.subjects,
            last_failure_at=now,
        )
        return counted._opened(policy, now) if counted.failures >= policy.failures else counted

    def without_quota(self, now: datetime, until: datetime, credential: str | None) -> "BreakerState":
        """Return the state that is open until the quota is reset, for the key `credential`."""
        return replace(
            self,
            version=self.version + 1,
            opened_at=now,
            open_until=until,
            trial_until=None,
            credential=credential,
        )

    def _opened(self, policy: BreakerPolicy, now: datetime) -> "BreakerState":
        longer = policy.open_for * 2 ** min(self.openings, 10)
        return replace(
            self,
            version=self.version + 1,
            openings=self.openings + 1,
            opened_at=now,
            open_until=now + min(longer, LONGEST_OPEN),
            trial_until=None,
            credential=None,
        )

    def _is_of_another_key(self, credential: str | None) -> bool:
        return self.credential is not None and self.credential != credential


def next_month(now: datetime) -> datetime:
    """Return the first day of the next month, UTC: the reset of a monthly quota whose reset the upstream does not
    tell."""
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)


def _hashed(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()[:12]
