"""How full the queues are, from the queues and the rows themselves."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from creator_search.domain.answers import Clock
from creator_search.domain.jobs import JobStatus, Priority
from creator_search.services.ports import JobQueue, JobStore


@dataclass(frozen=True, slots=True)
class QueueState:
    """`waiting` counts messages not yet taken and jobs that wait for a retry (these have no message)."""

    waiting: int
    in_flight: int
    dead_letter: int
    processing: int
    oldest_age_seconds: float | None


def read_queue_status(jobs: JobStore, queue: JobQueue, clock: Clock) -> Mapping[Priority, QueueState]:
    def state(priority: Priority) -> QueueState:
        now = clock()
        depth = queue.depth(priority)
        oldest = jobs.oldest_requested_at(priority)
        return QueueState(
            waiting=depth.waiting + jobs.count_retrying(priority, now),
            in_flight=depth.in_flight,
            dead_letter=depth.dead_letter,
            processing=jobs.count(JobStatus.PROCESSING, priority),
            oldest_age_seconds=max(0.0, round((now - oldest).total_seconds(), 1)) if oldest else None,
        )

    with ThreadPoolExecutor(len(Priority)) as pool:
        return dict(zip(Priority, pool.map(state, Priority), strict=True))
