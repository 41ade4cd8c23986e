"""GET /api/viral-ideas/queue-status."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.jobs import Priority
from creator_search.http import endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.requests.queue_status import QueueStatusReader
from pydantic import BaseModel

router, route = endpoint("get_queue_status")


class QueueData(BaseModel):
    pending: int
    in_flight: int
    dead_letter: int
    oldest_age_seconds: float | None


class QueueStatusData(BaseModel):
    high_priority: int
    medium_priority: int
    low_priority: int
    total_pending: int
    processing_count: int
    queues: dict[str, QueueData]
    notes: list[str]


class QueueStatusAnswer(Envelope):
    data: QueueStatusData


@route()
def get_queue_status(
    reader: Annotated[QueueStatusReader, provided(Container.queue_status_reader)],
) -> QueueStatusAnswer:
    """Waiting jobs, jobs in progress and dead letters, by priority. Counts from SQS are approximate."""
    states = reader.read_queue_status()
    return QueueStatusAnswer(
        data=QueueStatusData(
            high_priority=states[Priority.HIGH].waiting,
            medium_priority=states[Priority.MEDIUM].waiting,
            low_priority=states[Priority.LOW].waiting,
            total_pending=sum(s.waiting for s in states.values()),
            processing_count=sum(s.processing for s in states.values()),
            queues={
                p.lower(): QueueData(
                    pending=s.waiting,
                    in_flight=s.in_flight,
                    dead_letter=s.dead_letter,
                    oldest_age_seconds=s.oldest_age_seconds,
                )
                for p, s in states.items()
            },
            notes=[
                f"{p.lower()}.oldest_age_seconds: "
                + (
                    "the age of messages from crawlers is unknown until a worker receives them"
                    if s.waiting
                    else "no job is waiting"
                )
                for p, s in states.items()
                if s.oldest_age_seconds is None
            ],
        )
    )


handler = lambda_handler(router)
