"""The status of the work on a profile."""

from dataclasses import dataclass
from enum import StrEnum

from creator_search.domain.jobs import Job, JobStatus
from creator_search.domain.queues import ProfileSummary
from creator_search.services.ports import JobStore


class WorkStatus(StrEnum):
    COMPLETED = "completed"
    PENDING = "pending"
    PROCESSING = "processing"
    FAILED = "failed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class StatusOutcome:
    status: WorkStatus
    profile: ProfileSummary | None
    job: Job | None
    position: int | None


class StatusReader:
    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs

    def read_status(self, username: str) -> StatusOutcome:
        """Return the status. A primary profile is completed, regardless of its job; otherwise the job decides, then a
        secondary profile.
        """
        state = self._jobs.load_state(username)
        job = state.job
        if state.has_primary:
            return StatusOutcome(WorkStatus.COMPLETED, state.profile, job, None)
        if job and job.is_active:
            return StatusOutcome(WorkStatus(job.status.lower()), state.profile, job, state.position(job))
        if job and job.status is JobStatus.FAILED:
            return StatusOutcome(WorkStatus.FAILED, state.profile, job, None)
        if state.profile:
            return StatusOutcome(WorkStatus.COMPLETED, state.profile, job, None)
        return StatusOutcome(WorkStatus.NOT_FOUND, None, None, None)
