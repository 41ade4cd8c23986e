"""The answer to a request for a profile, single or bulk."""

from typing import Annotated, Self

from pydantic import BaseModel

from creator_search.domain.jobs import JobStatus, Priority
from creator_search.domain.queues import estimated_time
from creator_search.schemas.envelope import Envelope, Maybe
from creator_search.schemas.times import iso
from creator_search.services.requests.submit import RequestCase, RequestOutcome


class RequestData(BaseModel):
    queued: bool
    message: str
    estimated_time: str
    profile_type: str
    status: str
    priority: Annotated[Priority | None, Maybe] = None
    queue_position: Annotated[int | None, Maybe] = None
    request_id: Annotated[str | None, Maybe] = None
    created_at: Annotated[str | None, Maybe] = None
    skip_reason: Annotated[str | None, Maybe] = None
    upgrade_from: Annotated[str | None, Maybe] = None
    next_check_recommended: Annotated[str | None, Maybe] = None
    error_recovery: Annotated[bool | None, Maybe] = None
    fallback_mode: Annotated[bool | None, Maybe] = None

    @classmethod
    def of(cls, outcome: RequestOutcome) -> Self:
        """Convert the outcome; the cases are in the order of the contract."""
        name, job = outcome.username, outcome.job
        if outcome.case in (RequestCase.ALREADY_PROCESSED, RequestCase.RECENTLY_COMPLETED):
            recently = outcome.case is RequestCase.RECENTLY_COMPLETED
            return cls(
                queued=False,
                message=f"Profile {name} was recently processed and is now available"
                if recently
                else f"Profile {name} is already fully processed",
                estimated_time="complete",
                profile_type="primary",
                status="exists",
                created_at=iso(outcome.profile.created_at) if outcome.profile else None,
                skip_reason=outcome.case.value,
            )
        if outcome.case is RequestCase.RECOVERED:
            return cls(
                queued=True,
                message=f"Profile {name} is being processed (system recovery mode)",
                # The queue position is unknown, so the longest range is returned.
                estimated_time="15-30 minutes",
                profile_type="processing",
                status="pending",
                request_id=outcome.request_id,
                error_recovery=True,
                fallback_mode=True,
            )
        assert job is not None and outcome.position is not None
        in_queue = outcome.case is RequestCase.ALREADY_IN_QUEUE
        return cls(
            queued=True,
            message=f"Profile {name} is already in queue (status: {job.status})"
            if in_queue
            else f"Profile {name} added to {job.priority.lower()} priority processing queue",
            estimated_time=estimated_time(outcome.position),
            profile_type="queued" if in_queue else "primary" if outcome.is_refresh else "new",
            status="processing" if job.status is JobStatus.PROCESSING else "pending",
            priority=job.priority,
            queue_position=outcome.position,
            request_id=job.request_id,
            skip_reason=outcome.case.value if in_queue else None,
            next_check_recommended=None if in_queue else "30 seconds",
            upgrade_from="secondary" if outcome.is_upgrade else None,
        )


class RequestAnswer(Envelope):
    data: RequestData
