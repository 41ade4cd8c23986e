"""The depth of the profile queues, from the queues and the job rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from creator_search.domain.clock import Clock
from creator_search.domain.jobs import JobStatus, Priority
from creator_search.services.context_pool import ContextPool
from creator_search.services.ports import JobQueue, JobStore


@dataclass(frozen=True, slots=True)
class QueueState:
    """`waiting` counts messages that have not been received, and jobs that wait for a retry (which have no message)."""

    waiting: int
    in_flight: int
    dead_letter: int
    processing: int
    oldest_age_seconds: float | None


class QueueStatusReader:
    def __init__(self, jobs: JobStore, queue: JobQueue, clock: Clock) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock

    def read_queue_status(self) -> Mapping[Priority, QueueState]:
        with ContextPool(len(Priority)) as pool:
            return dict(zip(Priority, pool.map(self._state, Priority), strict=True))

    def _state(self, priority: Priority) -> QueueState:
        now = self._clock()
        depth = self._queue.load_depth(priority)
        oldest = self._jobs.oldest_requested_at(priority)
        return QueueState(
            waiting=depth.waiting + self._jobs.count_retrying(priority, now),
            in_flight=depth.in_flight,
            dead_letter=depth.dead_letter,
            processing=self._jobs.count_jobs(JobStatus.PROCESSING, priority),
            oldest_age_seconds=max(0.0, round((now - oldest).total_seconds(), 1)) if oldest else None,
        )
