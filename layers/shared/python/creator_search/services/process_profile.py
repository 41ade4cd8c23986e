"""The work of a profile queue: claim, build, and finish, retry or give up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.answers import Clock
from creator_search.domain.errors import CreatorSearchError, LeaseLost, ProfileNotFound
from creator_search.domain.jobs import (
    MAX_ATTEMPTS,
    Job,
    JobMessage,
    Priority,
    completed,
    failed,
    profile_type_built,
    renewed,
    retried,
)
from creator_search.services.build_profile import BuildProfile
from creator_search.services.claim_job import ClaimJob
from creator_search.services.ports import JobQueue, JobStore
from creator_search.services.sweep_jobs import message_of

UNFORESEEN = "Internal error while processing this profile"


class Done(StrEnum):
    DROPPED = "dropped"
    COMPLETED = "completed"
    RETRIED = "retried"
    FAILED = "failed"
    LEASE_LOST = "lease_lost"


class ProcessProfile:
    """Raises Unavailable when the job's own stores fail: the message then comes back by itself."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        queue: JobQueue,
        claim: ClaimJob,
        build: BuildProfile,
        clock: Clock,
        lease: timedelta,
        on_error: Callable[[Job, Exception], None],
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._claim = claim
        self._build = build
        self._clock = clock
        self._lease = lease
        self._on_error = on_error

    def __call__(self, message: JobMessage, queue: Priority, sent_at: datetime, deadline: datetime) -> Done:
        job = self._claim(message, queue, sent_at)
        if job is None:
            return Done.DROPPED
        held = _Lease(self._jobs, job, self._clock, self._lease)
        try:
            self._build(
                job.username, profile_type_built(job.priority), job.version, self._deadline(deadline), held.renew
            )
        except LeaseLost:
            return Done.LEASE_LOST
        except ProfileNotFound as error:
            return self._end(failed(held.job, error.message, self._clock()), held.job, Done.FAILED)
        except Exception as error:
            self._on_error(held.job, error)
            return self._retry_or_give_up(held.job, error)
        return self._end(completed(held.job, self._clock()), held.job, Done.COMPLETED)

    def _deadline(self, deadline: datetime) -> datetime:
        """Whatever the caller allows, the work ends before the lease does."""
        return min(deadline, self._clock() + self._lease)

    def _retry_or_give_up(self, job: Job, error: Exception) -> Done:
        reason = error.message if isinstance(error, CreatorSearchError) else UNFORESEEN
        if job.attempts < MAX_ATTEMPTS:
            # The sweeper sends it when its time has come.
            saved = self._jobs.save(retried(job, reason, self._clock()), over=job) is None
            return Done.RETRIED if saved else Done.LEASE_LOST
        # Buried before the row says so: a crash between the two buries it twice rather than never.
        self._queue.bury(job.priority, message_of(job), reason)
        return self._end(failed(job, reason, self._clock()), job, Done.FAILED)

    def _end(self, ended: Job, over: Job, done: Done) -> Done:
        if self._jobs.save(ended, over=over) is not None:
            return Done.LEASE_LOST
        self._jobs.finish_ticket(ended.priority)
        return done


class _Lease:
    """The job as this worker last saved it."""

    def __init__(self, jobs: JobStore, job: Job, clock: Clock, lease: timedelta) -> None:
        self._jobs = jobs
        self.job = job
        self._clock = clock
        self._lease = lease

    def renew(self) -> None:
        """Raises LeaseLost."""
        mine = renewed(self.job, self._clock(), self._lease)
        if self._jobs.save(mine, over=self.job) is not None:
            raise LeaseLost()
        self.job = mine
