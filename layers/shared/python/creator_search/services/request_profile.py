"""Ask for a full profile: decide, and keep the promise that `queued: true` makes."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.answers import Clock
from creator_search.domain.errors import ProfileErased, QueueUnavailable, StoreUnavailable, Unavailable
from creator_search.domain.jobs import (
    Job,
    JobMessage,
    JobStatus,
    Priority,
    ProfileType,
    new_job,
    priority_of,
    profile_type_built,
    raised,
)
from creator_search.domain.standing import ProfileSummary, Standing
from creator_search.services.ports import JobQueue, JobStore, NewId


class Answer(StrEnum):
    ALREADY_PROCESSED = "already_processed"
    ALREADY_IN_QUEUE = "already_in_queue"
    RECENTLY_COMPLETED = "recently_completed"
    ADDED = "added"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """What became of a request. `job` and `position` are there for the answers that have them."""

    answer: Answer
    username: str
    request_id: str | None = None
    job: Job | None = None
    position: int | None = None
    profile: ProfileSummary | None = None
    is_upgrade: bool = False


class RequestProfile:
    """Calls: one for a profile that is known or queued, four for a new job (read, ticket, row, message)."""

    def __init__(self, jobs: JobStore, queue: JobQueue, clock: Clock, new_id: NewId) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    def __call__(self, username: str, source: str, priority: Priority | None = None) -> RequestOutcome:
        """The source sets the priority unless one is given. Raises QueueUnavailable when nobody could promise it."""
        request_id = self._new_id()
        priority = priority or priority_of(source)
        try:
            return self._request(username, source, priority, request_id)
        except StoreUnavailable:
            # A message alone is enough: the worker makes the row from it.
            self._send(username, source, request_id, priority, self._clock())
            return RequestOutcome(answer=Answer.RECOVERED, username=username, request_id=request_id)

    def _request(self, username: str, source: str, priority: Priority, request_id: str) -> RequestOutcome:
        standing = self._jobs.standing(username)
        # Two rounds: a row that got in our way is an active job, unless it ended in that very moment.
        for _ in range(3):
            now = self._clock()
            known = self._known(username, priority, standing, now)
            if known:
                return known
            ticket = self._jobs.issue_ticket(priority)
            job = new_job(
                username,
                source=source,
                priority=priority,
                request_id=request_id,
                ticket=ticket,
                now=now,
                over=standing.job,
            )
            if self._jobs.save(job, over=standing.job) is None:
                self._send_or_retract(job)
                return self._added(job, standing)
            self._jobs.finish_ticket(priority)
            standing = self._jobs.standing(username)
        raise StoreUnavailable()

    def _known(self, username: str, priority: Priority, standing: Standing, now: datetime) -> RequestOutcome | None:
        if standing.is_erased:
            raise ProfileErased(username)
        if standing.has_primary:
            recent = standing.recently_completed(now)
            answer = Answer.RECENTLY_COMPLETED if recent else Answer.ALREADY_PROCESSED
            return RequestOutcome(answer=answer, username=username, profile=standing.profile)
        job = standing.active_job
        if job is None:
            return None
        if job.status is JobStatus.PENDING and priority.rank < job.priority.rank:
            job = self._raise(job, priority, now)
        return RequestOutcome(
            answer=Answer.ALREADY_IN_QUEUE,
            username=username,
            request_id=job.request_id,
            job=job,
            position=standing.position(job),
        )

    def _raise(self, job: Job, priority: Priority, now: datetime) -> Job:
        ticket = self._jobs.issue_ticket(priority)
        new = raised(job, priority, ticket, now)
        standing_in_the_way = self._jobs.save(new, over=job)
        if standing_in_the_way is not None:  # claimed or raised by somebody else meanwhile: as good
            self._jobs.finish_ticket(priority)
            return standing_in_the_way
        self._jobs.finish_ticket(job.priority)
        # If it fails, the row stands at its new priority without a message: exactly what the sweeper looks for.
        with suppress(QueueUnavailable):
            self._send(new.username, new.source, new.request_id, priority, new.requested_at)
        return new

    def _send_or_retract(self, job: Job) -> None:
        try:
            self._send(job.username, job.source, job.request_id, job.priority, job.requested_at)
        except Unavailable:
            try:
                self._jobs.retract(job)
                self._jobs.finish_ticket(job.priority)
            except StoreUnavailable:
                # Neither sent nor retracted: the sweeper will send it, which is more than the 503 below promises.
                pass
            raise

    def _send(self, username: str, source: str, request_id: str, priority: Priority, at: datetime) -> None:
        message = JobMessage(username=username, source=source, request_id=request_id, requested_at=at)
        self._queue.send(priority, message)

    @staticmethod
    def _added(job: Job, standing: Standing) -> RequestOutcome:
        secondary = standing.profile is not None and standing.profile.profile_type is ProfileType.SECONDARY
        builds_primary = profile_type_built(job.priority) is ProfileType.PRIMARY
        return RequestOutcome(
            answer=Answer.ADDED,
            username=job.username,
            request_id=job.request_id,
            job=job,
            position=standing.position(job),
            is_upgrade=secondary and builds_primary,
        )
