"""Profiles from the first provider that answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from creator_search.domain.clock import Clock
from creator_search.domain.profiles import FetchedProfile
from creator_search.domain.upstream_errors import UpstreamDeferred, UpstreamError, UpstreamNotConfigured

UNKNOWN_DELAY = timedelta(hours=1)
"""The delay for an error that states no time, and for one that an operator must repair."""


class KeyedSource(Protocol):
    """A provider of profiles."""

    def require_key(self) -> None:
        """Raises UpstreamNotConfigured without a key."""

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile: ...


class PreferredProfileSource:
    """Implements ProfileSource with several providers: the next one is asked when one fails, but not when one states
    that the profile does not exist.

    If all fail, the error is the first one after which a repetition is reasonable soonest: one provider's used up quota
    must not put a job off for a month when the other failed for a moment, and a key that one refuses must not fail the
    job that the breaker of the other would put off for a minute.
    """

    def __init__(self, sources: Sequence[KeyedSource], clock: Clock) -> None:
        self._sources = sources
        self._clock = clock

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        failures: list[UpstreamError] = []
        sources = [source for source in self._sources if _may_have_key(source)]
        for number, source in enumerate(sources):
            now = self._clock()
            # An equal share of the time that is left, so that the next provider has time to answer.
            until = now + (deadline - now) / (len(sources) - number)
            try:
                return source.fetch_profile(username, until)
            except UpstreamError as error:
                failures.append(error)
        if not failures:
            raise UpstreamNotConfigured("No profile provider is configured")
        raise min(failures, key=_may_pass_after)


def _may_pass_after(error: UpstreamError) -> timedelta:
    if not isinstance(error, UpstreamDeferred):
        return timedelta() if error.can_pass else UNKNOWN_DELAY
    return UNKNOWN_DELAY if error.retry_in is None else error.retry_in


def _may_have_key(source: KeyedSource) -> bool:
    try:
        source.require_key()
    except UpstreamNotConfigured:
        return False
    except UpstreamError:  # its key cannot be read now: the fetch fails with the reason, if it is this one's turn
        return True
    return True
