"""Looks up similar accounts at the upstream: two attempts, then two spelling variations of an unknown name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.domain.usernames import spelling_variations
from creator_search.services.ports import SimilarSource
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS

LOOKUP_ATTEMPTS = 2
LOOKUP_PAUSE_SECONDS = 2.0
"""Delay between the two attempts."""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """`username` is the spelling for which the upstream returned the accounts."""

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
        """Return the similar accounts; the list may be empty. Raises ProfileNotFound, UpstreamError.

        Other spellings are tried only if the upstream answered that the name does not exist or has no similar accounts.
        If it failed, another spelling could return the accounts of a different creator.
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
                continue  # the answer for the original name decides
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
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _pause(self, seconds: float, deadline: datetime) -> bool:
        """Wait; return False at once if no time would be left for another call."""
        if (deadline - self._clock()).total_seconds() <= seconds + WRITE_RESERVE_SECONDS:
            return False
        self._sleep(seconds)
        return True
