"""Similar accounts from the upstream: two attempts, then two spelling variations of a name that it does not know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound, UpstreamError
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.usernames import spelling_variations
from creator_search.services.ports import SimilarSource
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS

LOOKUP_ATTEMPTS = 2
LOOKUP_PAUSE_SECONDS = 2.0
"""Between the attempts."""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """`username` is the spelling that the upstream knew."""

    username: str
    accounts: tuple[RelatedAccount, ...]


class SimilarLookup:
    def __init__(self, source: SimilarSource, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._source = source
        self._clock = clock
        self._sleep = sleep

    def require_key(self) -> None:
        """Raises UpstreamNotConfigured without a key."""
        self._source.require_key()

    def look_up(self, username: str, deadline: datetime) -> LookupResult:
        """An empty result is an answer too. Raises ProfileNotFound, UpstreamError.

        Another spelling is tried only when the upstream answered that it knows no such name, or no similar accounts:
        while it fails, another spelling could only return the accounts similar to a different creator.
        """
        unknown: ProfileNotFound | None = None
        accounts: tuple[RelatedAccount, ...] = ()
        try:
            accounts = self._attempt(username, deadline)
        except ProfileNotFound as error:
            unknown = error
        if accounts:
            return LookupResult(username, accounts)
        for variation in spelling_variations(username):
            try:
                accounts = self._source.fetch_similar(variation, deadline)
            except (ProfileNotFound, UpstreamError):
                continue  # what the upstream answered for the name itself is what counts
            if accounts:
                return LookupResult(variation, accounts)
        if unknown:
            raise unknown
        return LookupResult(username, ())

    def _attempt(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        for attempt in range(1, LOOKUP_ATTEMPTS + 1):
            try:
                return self._source.fetch_similar(username, deadline)
            except UpstreamError as error:
                if not error.can_pass or attempt == LOOKUP_ATTEMPTS or not self._pause(LOOKUP_PAUSE_SECONDS, deadline):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, seconds: float, deadline: datetime) -> bool:
        """Wait; or return False at once when no time would be left for another call."""
        if (deadline - self._clock()).total_seconds() <= seconds + WRITE_RESERVE_SECONDS:
            return False
        self._sleep(seconds)
        return True
