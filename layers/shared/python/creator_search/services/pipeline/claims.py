"""Claiming of jobs: decides whether a message still needs work, and which worker does it."""

from datetime import datetime, timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.jobs import (
    RECENTLY,
    REFRESH_SOURCE,
    Job,
    JobMessage,
    JobStatus,
    Priority,
    claimable,
    claimed,
    may_refresh,
    new_job,
    profile_type_built,
    raised,
)
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.queues import ProcessingState
from creator_search.services.ports import JobStore, RequestId


class JobClaims:
    """Gives each job to one worker.

    Dropping a message is always safe: the row records the job, and the sweeper sends a message again while the row
    needs one.
    """

    def __init__(self, jobs: JobStore, clock: Clock, request_id: RequestId, lease: timedelta) -> None:
        self._jobs = jobs
        self._clock = clock
        self._request_id = request_id
        self._lease = lease

    def claim(self, message: JobMessage, queue: Priority, sent_at: datetime) -> Job | None:
        """Return the claimed job, or None for a duplicate or stale message; `sent_at` is when SQS accepted it."""
        state = self._jobs.load_state(message.username)
        if state.is_erased:
            return None
        now = self._clock()
        active = state.active_job
        if active:
            return self._claim_active(active, queue, now)
        asked_at = min(sent_at, message.requested_at or sent_at)
        if self._is_stale(message, queue, asked_at, state, now):
            return None
        is_refresh = message.is_refresh and state.has_primary
        return self._adopt(message, queue, state.job, now, is_refresh=is_refresh)

    def _claim_active(self, job: Job, queue: Priority, now: datetime) -> Job | None:
        if queue.rank > job.priority.rank or not claimable(job, now):
            return None  # raised since (its message is in the faster queue), waiting for a retry, or in progress
        before = job
        if queue.rank < job.priority.rank:  # the message is in a faster queue than that of the waiting job
            job = raised(job, queue, self._jobs.issue_ticket(queue), now)
        mine = claimed(job, now, self._lease)
        saved = self._jobs.save_job(mine, over=before) is None
        if before.priority is not job.priority:
            self._jobs.finish_ticket(before.priority if saved else job.priority)
        return mine if saved else None

    def _is_stale(
        self, message: JobMessage, queue: Priority, asked_at: datetime, state: ProcessingState, now: datetime
    ) -> bool:
        job = state.job  # finished, or None
        if state.has_primary and message.is_refresh:
            return _is_refreshed(job, message, asked_at, now) or profile_type_built(queue) is ProfileType.SECONDARY
        if message.source == REFRESH_SOURCE and job and job.finished_at:
            # Regardless of its result, so that a failed job is not repeated for every reader.
            return asked_at <= job.finished_at or now - job.finished_at < RECENTLY
        if state.has_primary:
            return message.source != REFRESH_SOURCE
        if job is None or job.finished_at is None:
            return False
        if message.request_id == job.request_id or asked_at <= job.finished_at:
            # A request made before that job ended is a duplicate, unless it needs a more complete profile.
            wants_more = queue.rank < job.priority.rank and profile_type_built(job.priority) is ProfileType.SECONDARY
            return message.request_id == job.request_id or not wants_more
        wants_secondary = profile_type_built(queue) is ProfileType.SECONDARY
        return wants_secondary and state.profile is not None and state.recently_completed(now)

    def _adopt(
        self, message: JobMessage, queue: Priority, over: Job | None, now: datetime, *, is_refresh: bool
    ) -> Job | None:
        """Create the row for a message without one: from a crawler, or sent while the store was down."""
        waiting = new_job(
            message.username,
            source=message.source,
            priority=queue,
            request_id=message.request_id or self._request_id(),
            ticket=self._jobs.issue_ticket(queue),
            now=now,
            over=over,
            is_refresh=is_refresh,
        )
        mine = claimed(waiting, now, self._lease)
        if self._jobs.save_job(mine, over=over) is None:
            return mine
        self._jobs.finish_ticket(queue)
        return None


def _is_refreshed(job: Job | None, message: JobMessage, asked_at: datetime, now: datetime) -> bool:
    """Whether a build ended since the refresh was requested, or another refresh was requested less than an hour ago."""
    if job is None or job.finished_at is None:
        return False
    is_own = job.request_id == message.request_id
    is_built = job.status is JobStatus.COMPLETED and asked_at <= job.finished_at
    return is_own or is_built or not may_refresh(job, now)
