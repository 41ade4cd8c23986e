"""GET /api/viral-ideas/queue-status."""

from typing import Annotated

from creator_search import providers
from creator_search.domain.jobs import Priority
from creator_search.http import Envelope, endpoint, lambda_handler, provided
from creator_search.services.ports import JobQueue, JobStore
from creator_search.services.queue_status import read_queue_status
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


@route(
    example={
        "success": True,
        "data": {
            "high_priority": 1,
            "medium_priority": 0,
            "low_priority": 12,
            "total_pending": 13,
            "processing_count": 2,
            "queues": {
                "high": {"pending": 1, "in_flight": 1, "dead_letter": 0, "oldest_age_seconds": 3.2},
                "medium": {"pending": 0, "in_flight": 0, "dead_letter": 0, "oldest_age_seconds": None},
                "low": {"pending": 12, "in_flight": 1, "dead_letter": 1, "oldest_age_seconds": 48.9},
            },
            "notes": ["medium.oldest_age_seconds: no job is waiting"],
        },
    }
)
def get_queue_status(
    jobs: Annotated[JobStore, provided(providers.job_store)],
    queue: Annotated[JobQueue, provided(providers.job_queue)],
) -> QueueStatusAnswer:
    """What waits, what is being worked on, and what died, by priority. SQS's own counts are approximate."""
    states = read_queue_status(jobs, queue, providers.now)
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
                + ("crawlers' messages have no age before a worker takes them" if s.waiting else "no job is waiting")
                for p, s in states.items()
                if s.oldest_age_seconds is None
            ],
        )
    )


handler = lambda_handler(router)
