"""One of those who miss at the same time fetches; the others wait for what it stored, or share its failure."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from creator_search.domain.answers import Clock, FlightOutcome
from creator_search.domain.errors import CreatorSearchError, ProfileNotFound, Unavailable, UpstreamError
from creator_search.services.ports import Flights, NewId

POLL_SECONDS = 0.25
LOCK_MARGIN_SECONDS = 5
WRITE_RESERVE_SECONDS = 1.5
"""Left over from an answer's budget for storing what was fetched, and for answering."""

T = TypeVar("T")


class SingleFlight:
    def __init__(self, flights: Flights, clock: Clock, sleep: Callable[[float], None], new_id: NewId) -> None:
        self._flights = flights
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id

    def __call__(
        self,
        name: str,
        username: str,
        deadline: datetime,
        *,
        fetch: Callable[[], T],
        shared: Callable[[FlightOutcome], T | None],
        resolved: Callable[[T], str | None] = lambda _: None,
    ) -> T:
        """`fetch` runs with the flight held; `shared` reads what a flight left, None when it is not what we need;
        `resolved` says under which other name a fetch was stored, if so.

        Raises what `fetch` raises, whoever fetched: ProfileNotFound as itself, all else as UpstreamError.
        """
        owner = self._new_id()
        while True:
            left = (deadline - self._clock()).total_seconds()
            if self._flights.board(name, owner, left + LOCK_MARGIN_SECONDS):
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
            # It landed well, yet not with what we need, a smaller limit say: our turn.

    def _as_owner(
        self,
        name: str,
        owner: str,
        fetch: Callable[[], T],
        shared: Callable[[FlightOutcome], T | None],
        resolved: Callable[[T], str | None],
    ) -> T:
        outcome = FlightOutcome(error_code=CreatorSearchError.error_code)
        try:
            # Somebody may have landed between our read and our boarding.
            answer = shared(FlightOutcome())
            if answer is None:
                answer = fetch()
            outcome = FlightOutcome(resolved_username=resolved(answer))
        except CreatorSearchError as failure:
            outcome = FlightOutcome(error_code=failure.error_code)
            raise
        finally:
            # If nobody can be told, the flight ends by its own time; our answer stands.
            with suppress(Unavailable):
                self._flights.land(name, owner, outcome)
        return answer

    def _wait_for_others(self, name: str, deadline: datetime) -> FlightOutcome | None:
        """How the other flight ended, or None when time was up first."""
        while (deadline - self._clock()).total_seconds() > WRITE_RESERVE_SECONDS:
            outcome = self._flights.outcome(name)
            if outcome:
                return outcome
            self._sleep(POLL_SECONDS)
        return None
