"""Ask the upstream who is similar: two attempts, then two spelling variations of a name that it does not know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.answers import Clock
from creator_search.domain.errors import ProfileNotFound, UpstreamError
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.usernames import spelling_variations
from creator_search.services.ports import SimilarSource
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS

ATTEMPTS = 2
WAIT_SECONDS = 2.0
"""Between the attempts."""


@dataclass(frozen=True, slots=True)
class Found:
    """`username` is the spelling that had an answer."""

    username: str
    accounts: tuple[RelatedAccount, ...]


class FindSimilar:
    def __init__(self, source: SimilarSource, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._source = source
        self._clock = clock
        self._sleep = sleep

    def __call__(self, username: str, deadline: datetime) -> Found:
        """Nobody similar is an answer too. Raises ProfileNotFound, UpstreamError.

        Another spelling is tried only when the upstream answered that it knows nobody of this name, or nobody similar:
        while it fails, another spelling could only answer with the set of somebody else.
        """
        unknown: ProfileNotFound | None = None
        accounts: tuple[RelatedAccount, ...] = ()
        try:
            accounts = self._attempt(username, deadline)
        except ProfileNotFound as error:
            unknown = error
        if accounts:
            return Found(username, accounts)
        for variation in spelling_variations(username):
            try:
                accounts = self._source.similar(variation, deadline)
            except (ProfileNotFound, UpstreamError):
                continue  # what the upstream answered for the name itself is what counts
            if accounts:
                return Found(variation, accounts)
        if unknown:
            raise unknown
        return Found(username, ())

    def _attempt(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._source.similar(username, deadline)
            except UpstreamError as error:
                if not error.can_pass or attempt == ATTEMPTS or not self._pause(WAIT_SECONDS, deadline):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, seconds: float, deadline: datetime) -> bool:
        """False, without waiting, when there would be no time left for another call."""
        if (deadline - self._clock()).total_seconds() <= seconds + WRITE_RESERVE_SECONDS:
            return False
        self._sleep(seconds)
        return True
