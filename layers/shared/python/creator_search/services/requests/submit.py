"""Requests for full profiles: decides whether a job is needed, and creates its row and message."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.clock import Clock
from creator_search.domain.errors import (
    CreatorSearchError,
    ProfileErased,
    QueueUnavailable,
    StoreUnavailable,
    Unavailable,
)
from creator_search.domain.jobs import (
    Job,
    JobMessage,
    JobStatus,
    Priority,
    at_least_primary,
    may_refresh,
    new_job,
    priority_of,
    profile_type_built,
    raised,
)
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.queues import ProcessingState, ProfileSummary
from creator_search.domain.usernames import parse_username
from creator_search.services.context_pool import ContextPool
from creator_search.services.ports import JobQueue, JobStore, RequestId

_PARALLEL = 10


class RequestCase(StrEnum):
    ALREADY_PROCESSED = "already_processed"
    ALREADY_IN_QUEUE = "already_in_queue"
    RECENTLY_COMPLETED = "recently_completed"
    ADDED = "added"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """The result of a request. `job` and `position` are set in the cases that have them."""

    case: RequestCase
    username: str
    request_id: str | None = None
    job: Job | None = None
    position: int | None = None
    profile: ProfileSummary | None = None
    is_upgrade: bool = False
    is_refresh: bool = False
    """Whether a stored primary profile is built again."""


@dataclass(frozen=True, slots=True)
class _Request:
    username: str
    source: str
    priority: Priority
    request_id: str
    is_refresh: bool
    is_repeated: bool = False
    """Whether the work was accepted before, and failed."""

    def needs_build(self, state: ProcessingState, now: datetime) -> bool:
        """Whether the stored primary profile is to be built again."""
        return self.is_refresh and (self.is_repeated or may_refresh(state.job, now))

    def priority_for(self, state: ProcessingState) -> Priority:
        """A refresh of a primary profile must not build a secondary one."""
        return at_least_primary(self.priority) if state.has_primary and self.is_refresh else self.priority


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """The result for one name of a bulk request: `name` as given, and an outcome or an error."""

    name: str
    outcome: RequestOutcome | None = None
    error: CreatorSearchError | None = None


class ProfileRequests:
    """A request for a known or queued profile takes one call, a new job four: read, ticket, row, message.

    A job has the id of the request that created it. A request creates at most one job of a creator, so two rows of one
    creator differ by their ids.
    """

    def __init__(self, jobs: JobStore, queue: JobQueue, clock: Clock, request_id: RequestId) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._request_id = request_id

    def submit(self, username: str, source: str, *, refresh: bool = False) -> RequestOutcome:
        """Request a full profile, with the priority of the source. `refresh`: an existing primary profile is built
        anew, at least at MEDIUM and at most once an hour.

        Raises ProfileErased, and QueueUnavailable if neither the store nor the queue accepted the request.
        """
        return self._submit(_Request(username, source, priority_of(source), self._request_id(), refresh))

    def resubmit(self, message: JobMessage, priority: Priority) -> RequestOutcome:
        """Request the work of a failed job again, at any time. Raises as `submit` does."""
        repeated = _Request(
            message.username, message.source, priority, self._request_id(), message.is_refresh, is_repeated=True
        )
        return self._submit(repeated)

    def _submit(self, request: _Request) -> RequestOutcome:
        try:
            return self._request(request)
        except StoreUnavailable:
            # The message is sufficient: the worker creates the row from it.
            priority = at_least_primary(request.priority) if request.is_refresh else request.priority
            message = JobMessage(
                request.username, request.source, request.request_id, self._clock(), request.is_refresh
            )
            self._queue.send_job(priority, message)
            return RequestOutcome(case=RequestCase.RECOVERED, username=request.username, request_id=request.request_id)

    def submit_many(self, names: Sequence[str], source: str) -> list[BulkOutcome]:
        """Return one result per name, in the given order.

        A failed name does not affect the others; a creator that is named several times is requested once.
        """
        usernames = {name: _parsed(name) for name in dict.fromkeys(names)}
        valid = list(dict.fromkeys(u for u in usernames.values() if isinstance(u, str)))
        with ContextPool(_PARALLEL) as pool:
            found = dict(zip(valid, pool.map(lambda username: self._try(username, source), valid), strict=True))
        results = {name: found[u] if isinstance(u, str) else u for name, u in usernames.items()}
        return [_bulk_outcome(name, results[name]) for name in names]

    def _try(self, username: str, source: str) -> RequestOutcome | CreatorSearchError:
        try:
            return self.submit(username, source)
        except CreatorSearchError as error:
            return error

    def _request(self, request: _Request) -> RequestOutcome:
        state = self._jobs.load_state(request.username)
        # If another request wrote the row in between, that job is active, unless it has ended since.
        for _ in range(3):
            now = self._clock()
            known = self._known(request, state, now)
            if known:
                return known
            priority = request.priority_for(state)
            ticket = self._jobs.issue_ticket(priority)
            job = new_job(
                request.username,
                source=request.source,
                priority=priority,
                request_id=request.request_id,
                ticket=ticket,
                now=now,
                over=state.job,
                is_refresh=state.has_primary,
            )
            if self._jobs.save_job(job, over=state.job) is None:
                self._send_or_delete(job)
                return self._added(job, state)
            self._jobs.finish_ticket(priority)
            state = self._jobs.load_state(request.username)
        raise StoreUnavailable()

    def _known(self, request: _Request, state: ProcessingState, now: datetime) -> RequestOutcome | None:
        username, priority = request.username, request.priority_for(state)
        if state.is_erased:
            raise ProfileErased(username)
        if state.has_primary and not (request.is_refresh and state.active_job):
            if request.needs_build(state, now):
                return None
            recent = state.recently_completed(now) and not request.is_refresh
            case = RequestCase.RECENTLY_COMPLETED if recent else RequestCase.ALREADY_PROCESSED
            return RequestOutcome(case=case, username=username, profile=state.profile)
        job = state.active_job
        if job is None:
            return None
        if job.status is JobStatus.PENDING and priority.rank < job.priority.rank:
            job = self._raise(job, priority, now)
        return RequestOutcome(
            case=RequestCase.ALREADY_IN_QUEUE,
            username=username,
            request_id=job.request_id,
            job=job,
            position=state.position(job),
        )

    def _raise(self, job: Job, priority: Priority, now: datetime) -> Job:
        ticket = self._jobs.issue_ticket(priority)
        new = raised(job, priority, ticket, now)
        current = self._jobs.save_job(new, over=job)
        if current is not None:  # claimed or raised by another caller, which serves this request too
            self._jobs.finish_ticket(priority)
            return current
        self._jobs.finish_ticket(job.priority)
        # If this fails, the row has its new priority but no message, and the sweeper sends one.
        with suppress(QueueUnavailable):
            self._queue.send_job(priority, new.message)
        return new

    def _send_or_delete(self, job: Job) -> None:
        try:
            self._queue.send_job(job.priority, job.message)
        except Unavailable:
            try:
                self._jobs.delete_job(job)
                self._jobs.finish_ticket(job.priority)
            except StoreUnavailable:
                # Neither sent nor deleted: the sweeper will send it, although the client gets a 503.
                pass
            raise

    @staticmethod
    def _added(job: Job, state: ProcessingState) -> RequestOutcome:
        secondary = state.profile is not None and state.profile.profile_type is ProfileType.SECONDARY
        builds_primary = profile_type_built(job.priority) is ProfileType.PRIMARY
        return RequestOutcome(
            case=RequestCase.ADDED,
            username=job.username,
            request_id=job.request_id,
            job=job,
            position=state.position(job),
            is_upgrade=secondary and builds_primary,
            is_refresh=state.has_primary,
        )


def _parsed(name: str) -> str | CreatorSearchError:
    try:
        return parse_username(name)
    except CreatorSearchError as error:
        return error


def _bulk_outcome(name: str, result: RequestOutcome | CreatorSearchError) -> BulkOutcome:
    if isinstance(result, CreatorSearchError):
        return BulkOutcome(name, error=result)
    return BulkOutcome(name, outcome=result)
