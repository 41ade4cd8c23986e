"""State of the profile queues: depth, due jobs, and positions of jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.jobs import RECENTLY, Job, JobMessage, JobStatus, Priority
from creator_search.domain.profile_types import ProfileType


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """The fields of a stored profile that decide whether a request needs a job."""

    profile_type: ProfileType
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TicketCounter:
    """Total tickets issued and finished at one priority. Every job holds one ticket of its priority."""

    issued: int = 0
    finished: int = 0

    @property
    def active(self) -> int:
        return max(0, self.issued - self.finished)


TicketCounters = Mapping[Priority, TicketCounter]


@dataclass(frozen=True, slots=True)
class ProcessingState:
    """The profile and job of a username, and the queue counters, loaded with one read."""

    profile: ProfileSummary | None
    job: Job | None
    counters: TicketCounters
    is_erased: bool = False
    """The creator's data was erased and must not be collected again."""

    @property
    def has_primary(self) -> bool:
        return self.profile is not None and self.profile.profile_type is ProfileType.PRIMARY

    @property
    def active_job(self) -> Job | None:
        return self.job if self.job and self.job.is_active else None

    def recently_completed(self, now: datetime) -> bool:
        job = self.job
        return bool(job and job.status is JobStatus.COMPLETED and job.finished_at and now - job.finished_at < RECENTLY)

    def position(self, job: Job) -> int:
        return queue_position(job.priority, job.ticket, self.counters)


@dataclass(frozen=True, slots=True)
class DueJob:
    username: str
    due_at: datetime
    is_retry: bool


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Numbers of messages; SQS reports approximate values."""

    waiting: int
    in_flight: int
    dead_letter: int

    @property
    def is_drained(self) -> bool:
        """Whether no message waits to be received. A message in flight has claimed its row, unless its worker died
        before that."""
        return self.waiting == 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    message: JobMessage | None
    """None when it cannot be parsed."""
    receipt: str


@dataclass(frozen=True, slots=True)
class TaskLetter:
    """A dead letter of a queue of tasks. `reason` is None if SQS moved it after too many deliveries."""

    body: str
    reason: str | None
    sent_at: datetime
    receipt: str


def queue_position(priority: Priority, ticket: int, counters: TicketCounters) -> int:
    """The 1-based position of a job: active jobs of higher priorities, plus unfinished jobs with an earlier ticket at
    the same priority, plus one.

    It is temporarily too small when jobs finish out of order, but never less than 1.
    """
    higher = sum(counters[p].active for p in Priority if p.rank < priority.rank)
    return higher + max(0, ticket - 1 - counters[priority].finished) + 1


def estimated_time(position: int) -> str:
    if position <= 1:
        return "1-2 minutes"
    if position <= 3:
        return "2-5 minutes"
    return "5-15 minutes" if position <= 10 else "15-30 minutes"
