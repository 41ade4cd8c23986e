"""One of several concurrent callers makes a fetch; the others wait for its stored result, or get its error."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from creator_search.domain.clock import Clock
from creator_search.domain.errors import CreatorSearchError, ProfileNotFound, Unavailable
from creator_search.domain.locks import LockOutcome
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.ports import Locks, NewId

LOCK_POLL_SECONDS = 0.25
LOCK_MARGIN_SECONDS = 5
WRITE_RESERVE_SECONDS = 1.5
"""Time reserved before a deadline for storing the result and answering."""

T = TypeVar("T")


class SingleFlight:
    def __init__(self, locks: Locks, clock: Clock, sleep: Callable[[float], None], new_id: NewId) -> None:
        self._locks = locks
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id

    def run(
        self,
        name: str,
        username: str,
        deadline: datetime,
        *,
        fetch: Callable[[], T],
        shared: Callable[[LockOutcome], T | None],
        resolved: Callable[[T], str | None] = lambda _: None,
    ) -> T:
        """Return the result of `fetch`, called while holding the lock, or the result of another holder.

        `shared` reads the result that another fetch stored, and returns None if it does not satisfy this caller.
        `resolved` returns the other name under which a result was stored, if any. Raises the errors of `fetch`; the
        failure of another holder is raised as ProfileNotFound or UpstreamError.
        """
        owner = self._new_id()
        while True:
            left = (deadline - self._clock()).total_seconds()
            if self._locks.acquire(name, owner, left + LOCK_MARGIN_SECONDS):
                return self._as_owner(name, owner, fetch, shared, resolved)
            outcome = self._wait_for_others(name, deadline)
            if outcome is None:
                raise UpstreamError("The upstream API takes too long")
            if outcome.error_code == ProfileNotFound.error_code:
                raise ProfileNotFound(username)
            if outcome.error_code:
                raise UpstreamError()
            if (answer := shared(outcome)) is not None:
                return answer
            # It succeeded, but its result does not satisfy this caller (a smaller limit, for example): fetch again.

    def _as_owner(
        self,
        name: str,
        owner: str,
        fetch: Callable[[], T],
        shared: Callable[[LockOutcome], T | None],
        resolved: Callable[[T], str | None],
    ) -> T:
        outcome = LockOutcome(error_code=CreatorSearchError.error_code)
        try:
            # Another fetch may have ended between this caller's read and its acquisition of the lock.
            answer = shared(LockOutcome())
            if answer is None:
                answer = fetch()
            outcome = LockOutcome(resolved_username=resolved(answer))
        except CreatorSearchError as failure:
            outcome = LockOutcome(error_code=failure.error_code)
            raise
        finally:
            # If this fails, the lock expires by itself, and this result is still valid.
            with suppress(Unavailable):
                self._locks.release(name, owner, outcome)
        return answer

    def _wait_for_others(self, name: str, deadline: datetime) -> LockOutcome | None:
        """Return the outcome of the other fetch, or None at the deadline."""
        while (deadline - self._clock()).total_seconds() > WRITE_RESERVE_SECONDS:
            outcome = self._locks.load_outcome(name)
            if outcome:
                return outcome
            self._sleep(LOCK_POLL_SECONDS)
        return None
