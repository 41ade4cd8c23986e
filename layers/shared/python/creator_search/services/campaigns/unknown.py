"""Requests creators of lists and campaigns that are not stored."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice

from creator_search.domain.caller_errors import RateLimited
from creator_search.domain.campaign_report import CreatorState
from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileErased, Unavailable
from creator_search.services.activity import ActivityRecorder
from creator_search.services.ports import Absences
from creator_search.services.requests.submit import BulkOutcome, ProfileRequests

_AT_ONCE = 50
_SOURCE = "bulk"


class UnknownCreators:
    """The only place that requests creators for lists and campaigns."""

    def __init__(
        self,
        *,
        requests: ProfileRequests,
        absences: Absences,
        activity: ActivityRecorder,
        take_upstream: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._absences = absences
        self._activity = activity
        self._take_upstream = take_upstream
        self._clock = clock

    def request_all(self, subject: str, usernames: Iterable[str], deadline: datetime) -> Mapping[str, CreatorState]:
        """Request creators that are not stored, until the deadline; return the state of each. A creator who is known
        not to exist is not requested, and none is if the caller's limit is used up. Never raises Unavailable."""
        states: dict[str, CreatorState] = {}
        names = iter(dict.fromkeys(usernames))
        while batch := list(islice(names, _AT_ONCE)):
            if self._clock() >= deadline:
                states |= dict.fromkeys((*batch, *names), CreatorState.NOT_REQUESTED)
                break
            wanted = [name for name in batch if not self._is_absent(name)]
            states |= dict.fromkeys(batch, CreatorState.NOT_FOUND)
            if not wanted:
                continue
            if not self._is_allowed():
                states |= dict.fromkeys((*wanted, *names), CreatorState.NOT_REQUESTED)
                break
            found = self._requests.submit_many(wanted, _SOURCE)
            self._activity.record_requests(subject, [each.outcome.username for each in found if each.outcome])
            states |= {outcome.name: _state(outcome) for outcome in found}
        return states

    def _is_allowed(self) -> bool:
        """Count the request of the caller as one that can reach the upstream; once, however many batches it has."""
        try:
            self._take_upstream()
        except RateLimited:
            return False
        return True

    def _is_absent(self, username: str) -> bool:
        try:
            return self._absences.is_absent(username)
        except Unavailable:
            return False


def _state(found: BulkOutcome) -> CreatorState:
    if found.error is None:
        return CreatorState.REQUESTED
    return CreatorState.ERASED if isinstance(found.error, ProfileErased) else CreatorState.NOT_REQUESTED
