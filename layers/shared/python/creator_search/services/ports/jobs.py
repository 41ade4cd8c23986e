"""Ports of jobs and queues."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority
from creator_search.domain.messages import TaskMessage
from creator_search.domain.queues import DeadLetter, DueJob, ProcessingState, QueueDepth, TaskLetter, TicketCounter


class JobStore(Protocol):
    def load_state(self, username: str) -> ProcessingState:
        """Return the profile, job and counters with one read, without expired rows. The counters may be a second old,
        but have the tickets of this process."""

    def load_job(self, username: str) -> Job | None:
        """Return the row with a consistent read; None if there is none or it has expired."""

    def save_job(self, job: Job, over: Job | None) -> Job | None:
        """Write `job` if the row is still `over` (None: no row). Return None if written, else the current row."""

    def delete_job(self, job: Job) -> bool:
        """Delete this row; return False if it has changed."""

    def issue_ticket(self, priority: Priority) -> int:
        """Return the next ticket; the first is 1."""

    def finish_ticket(self, priority: Priority) -> None:
        """Increment the number of finished tickets."""

    def load_counters(self) -> Mapping[Priority, TicketCounter]: ...

    def repair_counter(self, priority: Priority, seen: TicketCounter, active: int) -> bool:
        """Set the number of active tickets if the counter still equals `seen`."""

    def due_jobs(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        """Return active jobs whose due_at has passed, most overdue first, from an index that may lag behind rows."""

    def count_jobs(self, status: JobStatus, priority: Priority) -> int: ...

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        """Return the number of jobs that wait for a retry and have no message in the queue."""

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        """Return when the longest waiting PENDING job was requested."""


class JobQueue(Protocol):
    def send_job(self, priority: Priority, message: JobMessage) -> None: ...

    def send_dead_letter(self, priority: Priority, message: JobMessage, reason: str) -> None:
        """Send the message to the dead-letter queue, with the reason as a message attribute."""

    def load_depth(self, priority: Priority) -> QueueDepth: ...

    def receive_dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        """Receive up to ten dead letters, which are hidden from other receivers for a minute. None only if there
        are none that can be received: waits for up to a second."""

    def delete_dead_letter(self, priority: Priority, receipt: str) -> None: ...


class TaskQueue(Protocol):
    def send_task(self, task: TaskMessage, *, delay_seconds: int = 0) -> None:
        """Send the task to the queue of its class, delayed by at most 15 minutes. A task without a request_id gets that
        of the request that is being handled."""


class TaskLetters(Protocol):
    """The dead letters of the queues of tasks, by the names of the queues."""

    def receive_letters(self, queue: str) -> Sequence[TaskLetter]:
        """Receive up to ten, which are hidden from other receivers for a minute. None only if the queue has none that
        can be received: waits for up to a second."""

    def delete_letter(self, queue: str, receipt: str) -> None: ...
