"""Ask the upstream who is similar: two attempts, then two spelling variations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.answers import Clock
from creator_search.domain.errors import CreatorSearchError, ProfileNotFound, UpstreamError
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.usernames import spelling_variations
from creator_search.services.ports import SimilarSource
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS

ATTEMPTS = 2
WAITS_SECONDS = (2.0, 4.0)
"""Before the second attempt, and before the first spelling variation."""


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
        """Nobody similar is an answer too. Raises ProfileNotFound, UpstreamError."""
        waits = iter(WAITS_SECONDS)
        failure: CreatorSearchError | None = None
        for attempt in range(ATTEMPTS):
            if attempt and not self._pause(next(waits), deadline):
                break
            try:
                accounts = self._source.similar(username, deadline)
            except ProfileNotFound as error:
                failure = error
                break
            except UpstreamError as error:
                failure = error
                if not error.can_pass:
                    raise
            else:
                if accounts:
                    return Found(username, accounts)
                failure = None
                break
        variations = spelling_variations(username)
        if isinstance(failure, UpstreamError) and not (variations and self._pause(next(waits, 0.0), deadline)):
            raise failure
        for variation in variations:
            try:
                accounts = self._source.similar(variation, deadline)
            except (ProfileNotFound, UpstreamError):
                continue  # what the name itself answered is what counts
            if accounts:
                return Found(variation, accounts)
        if failure:
            raise failure
        return Found(username, ())

    def _pause(self, seconds: float, deadline: datetime) -> bool:
        """False, without waiting, when there would be no time left for another call."""
        if (deadline - self._clock()).total_seconds() <= seconds + WRITE_RESERVE_SECONDS:
            return False
        self._sleep(seconds)
        return True
