"""A world with a worker of the profile queues."""

from datetime import datetime, timedelta

from creator_search.config import Config
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.services.pipeline.process import JobResult

from tests.fakes import World, dying_at

LEASE = timedelta(seconds=60)


class WorkerWorld(World):
    def __init__(self) -> None:
        super().__init__(Config(job_lease_seconds=LEASE.total_seconds()))

    def work(self, message: JobMessage, queue: Priority = Priority.HIGH, sent_at: datetime | None = None) -> JobResult:
        deadline = self.clock() + timedelta(seconds=50)
        return self.container.job_processor.process(message, queue, sent_at or self.clock(), deadline)

    def work_last(self) -> JobResult:
        """Process the last sent message."""
        priority, message = self.queue.sent[-1]
        return self.work(message, priority)

    def die_at_work(self) -> None:
        """Claim the job of the last sent message, and crash before anything is stored."""
        with dying_at(1, (self.profile_source, "fetch_profile")):
            self.work_last()
