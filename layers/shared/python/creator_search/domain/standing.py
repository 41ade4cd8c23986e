"""Where a username stands: its profile, its job, and its place in the queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.jobs import RECENTLY, Job, JobStatus, Priority, ProfileType


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """What the queue needs to know of a stored profile."""

    profile_type: ProfileType
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Counter:
    """Tickets issued and finished at one priority since the beginning."""

    issued: int = 0
    finished: int = 0

    @property
    def active(self) -> int:
        return max(0, self.issued - self.finished)


Counters = Mapping[Priority, Counter]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that one read tells of a username: its profile, its job, and how full the queues are."""

    profile: ProfileSummary | None
    job: Job | None
    counters: Counters
    is_erased: bool = False
    """Its data was erased: nobody may collect it again."""

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


def queue_position(priority: Priority, ticket: int, counters: Counters) -> int:
    """1-based: everything active at higher priorities, plus what was ticketed earlier at this one and is not
    finished, plus one. Jobs that finish out of order make it smaller than the truth for a moment, never than 1."""
    higher = sum(counters[p].active for p in Priority if p.rank < priority.rank)
    return higher + max(0, ticket - 1 - counters[priority].finished) + 1


def estimated_time(position: int) -> str:
    if position <= 1:
        return "1-2 minutes"
    if position <= 3:
        return "2-5 minutes"
    return "5-15 minutes" if position <= 10 else "15-30 minutes"
