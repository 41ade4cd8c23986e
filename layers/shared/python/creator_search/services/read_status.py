"""Where the work on a profile stands."""

from dataclasses import dataclass
from enum import StrEnum

from creator_search.domain.jobs import Job, JobStatus
from creator_search.domain.standing import ProfileSummary
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


def read_status(username: str, jobs: JobStore) -> StatusOutcome:
    """A full profile is completed whatever else goes on; then the job speaks, then a secondary profile."""
    standing = jobs.standing(username)
    job = standing.job
    if standing.has_primary:
        return StatusOutcome(WorkStatus.COMPLETED, standing.profile, job, None)
    if job and job.is_active:
        return StatusOutcome(WorkStatus(job.status.lower()), standing.profile, job, standing.position(job))
    if job and job.status is JobStatus.FAILED:
        return StatusOutcome(WorkStatus.FAILED, standing.profile, job, None)
    if standing.profile:
        return StatusOutcome(WorkStatus.COMPLETED, standing.profile, job, None)
    return StatusOutcome(WorkStatus.NOT_FOUND, None, None, None)
