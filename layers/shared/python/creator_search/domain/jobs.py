"""Profile jobs: priorities, and the transitions of a job as pure functions.

A job row is only changed by saving the result of a transition over the row that it was computed from. `version`
increases with every transition and is the fencing number of the worker that holds the lease.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.errors import InvalidParameter
from creator_search.domain.profile_types import ProfileType

MAX_ATTEMPTS = 3
MAX_RETRY_DELAY = timedelta(minutes=30)
ROW_LIFETIME = timedelta(days=7)
MIN_DELAY = timedelta(seconds=10)
"""Minimum delay of a deferred job."""
MAX_DELAY = timedelta(minutes=15)
"""Maximum delay: the upstream may be available earlier than it stated, for example with a new key."""
PUT_OFF_FOR = timedelta(minutes=1)
"""Delay of a deferred job, if the upstream does not state one."""
RECENTLY = timedelta(minutes=10)
"""How long a finished job counts as recently completed."""
REFRESH_INTERVAL = timedelta(hours=1)
"""Minimum time between two requested refreshes of one creator."""
SEND_GRACE = timedelta(seconds=30)
"""Longer than any request takes. If an older row has no message in the queue, its message was never sent."""

REFRESH_SOURCE = "refresh"
"""The source of jobs that rebuild a stored profile because it is too old."""

_SOURCE = re.compile(r"[a-zA-Z0-9_]{1,20}")


class Priority(StrEnum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"

    @property
    def rank(self) -> int:
        """Order of processing; 0 is first."""
        return list(Priority).index(self)


RATE_SHARES: Mapping[Priority, float] = {Priority.HIGH: 0.6, Priority.MEDIUM: 0.25, Priority.LOW: 0.15}
"""Shares of an upstream's rate. Each priority has its own share, so HIGH never waits for the others and LOW is never
starved.
"""


@dataclass(frozen=True, slots=True)
class RateShare:
    """The share of a priority, and the longest time in seconds that a caller waits for it."""

    priority: Priority
    longest_wait: float = 30


READERS_SHARE = RateShare(Priority.HIGH, longest_wait=0.5)
"""The share of HTTP answers: if it is used up, they fail at once."""


class JobStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


def parse_source(raw: str) -> str:
    """Raises InvalidParameter."""
    if not _SOURCE.fullmatch(raw):
        raise InvalidParameter("source must be 1 to 20 letters, digits or underscores")
    return raw


def priority_of(source: str) -> Priority:
    """LOW for crawlers, MEDIUM for `api` and `bulk`, HIGH for any other source."""
    return {"crawler": Priority.LOW, "api": Priority.MEDIUM, "bulk": Priority.MEDIUM}.get(source, Priority.HIGH)


def at_least_primary(priority: Priority) -> Priority:
    """The priority, or MEDIUM if its jobs build secondary profiles."""
    return min(priority, Priority.MEDIUM, key=lambda p: p.rank)


def profile_type_built(priority: Priority) -> ProfileType:
    return ProfileType.SECONDARY if priority is Priority.LOW else ProfileType.PRIMARY


@dataclass(frozen=True, slots=True)
class JobMessage:
    """The message of a profile queue. A crawler may omit every field except the username."""

    username: str
    source: str = "crawler"
    request_id: str | None = None
    requested_at: datetime | None = None
    is_refresh: bool = False
    """Whether a stored primary profile is to be built again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The current job of one username."""

    username: str
    request_id: str
    source: str
    priority: Priority
    status: JobStatus
    ticket: int
    version: int
    requested_at: datetime
    expires_at: datetime
    due_at: datetime | None = None
    """When the sweeper checks the job; None unless it is active."""
    attempts: int = 0
    last_attempt: datetime | None = None
    next_attempt_at: datetime | None = None
    finished_at: datetime | None = None
    error_message: str | None = None
    refresh_requested_at: datetime | None = None
    """When the last refresh of the creator was requested, by this job or an earlier one."""

    @property
    def is_active(self) -> bool:
        return self.status in (JobStatus.PENDING, JobStatus.PROCESSING)

    @property
    def is_refresh(self) -> bool:
        """Whether the job is a requested refresh."""
        return self.refresh_requested_at == self.requested_at

    @property
    def message(self) -> JobMessage:
        return JobMessage(self.username, self.source, self.request_id, self.requested_at, self.is_refresh)


def retry_delay(attempts: int) -> timedelta:
    """2^attempts minutes, at most 30."""
    return min(timedelta(minutes=2.0**attempts), MAX_RETRY_DELAY)


def may_refresh(job: Job | None, now: datetime) -> bool:
    """Whether a refresh may be requested: at most once an hour, whatever its result. `job` is the last one, if any."""
    last = job.refresh_requested_at if job else None
    return last is None or now - last >= REFRESH_INTERVAL


def new_job(
    username: str,
    *,
    source: str,
    priority: Priority,
    request_id: str,
    ticket: int,
    now: datetime,
    over: Job | None,
    is_refresh: bool = False,
) -> Job:
    """Return a new waiting job, to be saved over the current row, if any. `is_refresh`: it was requested to build a
    stored primary profile again.
    """
    # Versions start at the current time, so they keep increasing after a row expired and was deleted.
    version = max(int(now.timestamp() * 1000), over.version + 1 if over else 0)
    last_refresh = over.refresh_requested_at if over else None
    return Job(
        username=username,
        request_id=request_id,
        source=source,
        priority=priority,
        status=JobStatus.PENDING,
        ticket=ticket,
        version=version,
        requested_at=now,
        expires_at=now + ROW_LIFETIME,
        due_at=now + SEND_GRACE,
        refresh_requested_at=now if is_refresh else last_refresh,
    )


def raised(job: Job, priority: Priority, ticket: int, now: datetime) -> Job:
    """Return the waiting job at a higher priority."""
    return replace(job, version=job.version + 1, priority=priority, ticket=ticket, due_at=now + SEND_GRACE)


def claimable(job: Job, now: datetime) -> bool:
    """Whether the job is waiting and due, or the lease of its worker has expired before the last attempt."""
    if job.status is JobStatus.PENDING:
        return job.next_attempt_at is None or job.next_attempt_at <= now
    # After the last attempt, the sweeper fails the job.
    return job.status is JobStatus.PROCESSING and job.attempts < MAX_ATTEMPTS and lease_expired(job, now)


def lease_expired(job: Job, now: datetime) -> bool:
    return job.due_at is None or job.due_at <= now


def claimed(job: Job, now: datetime, lease: timedelta) -> Job:
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.PROCESSING,
        attempts=job.attempts + 1,
        last_attempt=now,
        next_attempt_at=None,
        due_at=now + lease,
    )


def renewed(job: Job, now: datetime, lease: timedelta) -> Job:
    """Return the job with an extended lease. Saving it proves that the lease is still held."""
    return replace(job, version=job.version + 1, due_at=now + lease)


def dispatched(job: Job, look_again_at: datetime) -> Job:
    """Return the waiting job after its message was sent again."""
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.PENDING,
        next_attempt_at=None,
        due_at=look_again_at,
    )


def completed(job: Job, now: datetime) -> Job:
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.COMPLETED,
        finished_at=now,
        due_at=None,
        error_message=None,
        expires_at=now + ROW_LIFETIME,
    )


def retried(job: Job, error: str, now: datetime) -> Job:
    """Return the job waiting for its next attempt, which is due when the delay has passed."""
    at = now + retry_delay(job.attempts)
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.PENDING,
        next_attempt_at=at,
        due_at=at,
        error_message=error,
    )


def put_off(job: Job, reason: str, delay: timedelta, now: datetime) -> Job:
    """Return the claimed job waiting until the upstream may be called again. This was no attempt."""
    at = now + min(max(delay, MIN_DELAY), MAX_DELAY)
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.PENDING,
        attempts=job.attempts - 1,
        next_attempt_at=at,
        due_at=at,
        error_message=reason,
        expires_at=at + ROW_LIFETIME,
    )


def failed(job: Job, error: str, now: datetime) -> Job:
    return replace(
        job,
        version=job.version + 1,
        status=JobStatus.FAILED,
        finished_at=now,
        next_attempt_at=None,
        due_at=None,
        error_message=error,
        expires_at=now + ROW_LIFETIME,
    )
