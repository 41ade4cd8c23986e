"""GET /api/profile/{username}/status."""

from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.jobs import Priority
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.queues import estimated_time
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, Maybe
from creator_search.schemas.times import iso
from creator_search.services.requests.status import StatusOutcome, StatusReader, WorkStatus
from pydantic import BaseModel

router, route = endpoint("get_profile_status")


class StatusData(BaseModel):
    completed: bool
    status: WorkStatus
    message: str
    created_at: Annotated[str | None, Maybe] = None
    profile_type: Annotated[ProfileType | None, Maybe] = None
    priority: Annotated[Priority | None, Maybe] = None
    queue_position: Annotated[int | None, Maybe] = None
    estimated_time: Annotated[str | None, Maybe] = None
    attempts: Annotated[int | None, Maybe] = None
    last_attempt: Annotated[str | None, Maybe] = None
    next_attempt_at: Annotated[str | None, Maybe] = None
    request_id: Annotated[str | None, Maybe] = None
    error_message: Annotated[str | None, Maybe] = None

    @classmethod
    def of(cls, username: str, outcome: StatusOutcome) -> Self:
        job, profile, position = outcome.job, outcome.profile, outcome.position
        created = profile.created_at if profile else job.requested_at if job else None
        return cls(
            completed=outcome.status is WorkStatus.COMPLETED,
            status=outcome.status,
            message=_MESSAGES[outcome.status].format(username),
            created_at=iso(created) if created else None,
            profile_type=profile.profile_type if profile else None,
            priority=job.priority if job else None,
            queue_position=position,
            estimated_time=estimated_time(position) if position else None,
            attempts=job.attempts if job else None,
            last_attempt=iso(job.last_attempt) if job and job.last_attempt else None,
            next_attempt_at=iso(job.next_attempt_at) if job and job.next_attempt_at else None,
            request_id=job.request_id if job else None,
            error_message=job.error_message if job else None,
        )


_MESSAGES = {
    WorkStatus.COMPLETED: "Profile {} is processed and available",
    WorkStatus.PENDING: "Profile {} is waiting in the queue",
    WorkStatus.PROCESSING: "Profile {} is being processed",
    WorkStatus.FAILED: "Profile {} could not be processed",
    WorkStatus.NOT_FOUND: "No profile and no job of {} are stored",
}


class StatusAnswer(Envelope):
    data: StatusData


@route()
def get_profile_status(
    username: Username, reader: Annotated[StatusReader, provided(Container.status_reader)]
) -> StatusAnswer:
    """The status of the work on one profile; the upstream is not called. Unknown profiles are `not_found` with status
    200."""
    return StatusAnswer(data=StatusData.of(username, reader.read_status(username)))


handler = lambda_handler(router)
