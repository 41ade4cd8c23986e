"""Processing of a profile queue: claim the job, build the profile, then complete, retry or fail the job."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.clock import Clock
from creator_search.domain.errors import CreatorSearchError, LeaseLost, ProfileMoved, ProfileNotFound, Unavailable
from creator_search.domain.jobs import (
    MAX_ATTEMPTS,
    PUT_OFF_FOR,
    REFRESH_SOURCE,
    Job,
    JobMessage,
    Priority,
    at_least_primary,
    completed,
    failed,
    profile_type_built,
    put_off,
    renewed,
    retried,
)
from creator_search.domain.upstream_errors import UpstreamDeferred
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.pipeline.build import ProfileBuilder
from creator_search.services.pipeline.claims import JobClaims
from creator_search.services.ports import Events, FailureLog, JobQueue, JobStore

UNEXPECTED = "Internal error while processing this profile"


class JobResult(StrEnum):
    DROPPED = "dropped"
    COMPLETED = "completed"
    RETRIED = "retried"
    PUT_OFF = "put_off"
    FAILED = "failed"
    LEASE_LOST = "lease_lost"


class JobProcessor:
    """Processes the messages of the profile queues.

    Raises Unavailable if the job store or the queue fails; SQS then delivers the message again.
    """

    def __init__(
        self,
        *,
        jobs: JobStore,
        queue: JobQueue,
        claims: JobClaims,
        builder: ProfileBuilder,
        clock: Clock,
        lease: timedelta,
        events: Events,
        failures: FailureLog,
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._claims = claims
        self._builder = builder
        self._clock = clock
        self._lease = lease
        self._events = events
        self._failures = failures

    def process(self, message: JobMessage, queue: Priority, sent_at: datetime, deadline: datetime) -> JobResult:
        job = self._claims.claim(message, queue, sent_at)
        if job is None:
            return JobResult.DROPPED
        held = _Lease(self._jobs, job, self._clock, self._lease)
        try:
            self._builder.build(
                job.username,
                profile_type_built(job.priority),
                priority=job.priority,
                fence=job.version,
                deadline=self._deadline(deadline),
                checkpoint=held.renew,
            )
        except LeaseLost:
            return JobResult.LEASE_LOST
        except ProfileMoved as error:
            self._refresh(error.new_username, job)
            return self._fail(held, error.message)
        except ProfileNotFound as error:
            return self._fail(held, error.message)
        except UpstreamDeferred as error:
            return self._put_off(held.job, error)
        except Exception as error:
            if isinstance(error, Unavailable) and error.retry_in is not None:
                return self._put_off(held.job, error)  # the breaker of a store is open
            self._log(held.job, error)
            return self._retry_or_give_up(held, error)
        details = {"profile_type": profile_type_built(job.priority).value}
        return self._end(held, completed, JobResult.COMPLETED, WebhookEvent.PROFILE_COMPLETED, details)

    def _refresh(self, username: str, job: Job) -> None:
        """Request a build of the account under its new username, at least a primary one."""
        message = JobMessage(username, REFRESH_SOURCE, job.request_id, self._clock())
        self._queue.send_job(at_least_primary(job.priority), message)

    def _log(self, job: Job, error: Exception) -> None:
        self._failures.log_failure(
            "attempt failed", error, username=job.username, job_request_id=job.request_id, attempts=job.attempts
        )

    def _deadline(self, deadline: datetime) -> datetime:
        """Return a deadline before the end of the lease, and no later than the caller's."""
        return min(deadline, self._clock() + self._lease)

    def _put_off(self, job: Job, error: Unavailable) -> JobResult:
        """Let the job wait until the dependency may be called; the sweeper sends its message then."""
        delay = PUT_OFF_FOR if error.retry_in is None else error.retry_in
        saved = self._jobs.save_job(put_off(job, error.message, delay, self._clock()), over=job) is None
        return JobResult.PUT_OFF if saved else JobResult.LEASE_LOST

    def _retry_or_give_up(self, held: "_Lease", error: Exception) -> JobResult:
        job = held.job
        reason = error.message if isinstance(error, CreatorSearchError) else UNEXPECTED
        if job.attempts < MAX_ATTEMPTS:
            # The sweeper sends its message when the next attempt is due.
            saved = self._jobs.save_job(retried(job, reason, self._clock()), over=job) is None
            return JobResult.RETRIED if saved else JobResult.LEASE_LOST
        # Sent before the row is saved: a crash in between causes two dead letters rather than none.
        self._queue.send_dead_letter(job.priority, job.message, reason)
        return self._fail(held, reason)

    def _fail(self, held: "_Lease", reason: str) -> JobResult:
        def end(job: Job, now: datetime) -> Job:
            return failed(job, reason, now)

        return self._end(held, end, JobResult.FAILED, WebhookEvent.PROFILE_FAILED, {"error_message": reason})

    def _end(
        self,
        held: "_Lease",
        end: Callable[[Job, datetime], Job],
        done: JobResult,
        event: WebhookEvent,
        details: dict[str, str],
    ) -> JobResult:
        """Publish the event, then save the row: a crash in between publishes the same event again rather than never.
        A job whose event cannot be published is put off, and built again.
        """
        try:
            held.renew()  # the event of a job that another worker holds is not published
        except LeaseLost:
            return JobResult.LEASE_LOST
        job = held.job
        try:
            self._events.publish(event, job.username, job_event_key(job), {**details, "request_id": job.request_id})
        except Unavailable as error:
            self._log(job, error)
            return self._put_off(job, error)
        ended = end(job, self._clock())
        if self._jobs.save_job(ended, over=job) is not None:
            return JobResult.LEASE_LOST
        self._jobs.finish_ticket(ended.priority)
        return done


def job_event_key(job: Job) -> str:
    """Identify the end of a job among all events of its creator."""
    return f"{job.request_id}#{job.requested_at.isoformat()}"


class _Lease:
    """The job as last saved by this worker."""

    def __init__(self, jobs: JobStore, job: Job, clock: Clock, lease: timedelta) -> None:
        self._jobs = jobs
        self.job = job
        self._clock = clock
        self._lease = lease

    def renew(self) -> None:
        """Extend the lease. Raises LeaseLost."""
        mine = renewed(self.job, self._clock(), self._lease)
        if self._jobs.save_job(mine, over=self.job) is not None:
            raise LeaseLost()
        self.job = mine
