"""Job rows, and the queues."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from creator_search import current
from creator_search.domain.errors import QueueUnavailable, StoreUnavailable
from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority
from creator_search.domain.messages import AnalysisMessage, CommentsMessage, ErasureMessage, MediaMessage, TaskMessage
from creator_search.domain.queues import (
    DeadLetter,
    DueJob,
    ProcessingState,
    ProfileSummary,
    QueueDepth,
    TaskLetter,
    TicketCounter,
)
from creator_search.domain.webhook_messages import EventMessage

from tests.fakes.control import FakeTombstones
from tests.fakes.process import FakeClock, whole_seconds
from tests.fakes.profiles import FakeProfileStore

_MAX_DELAY_SECONDS = 900
"""The longest delay that SQS supports."""


@dataclass
class FakeJobStore:
    clock: FakeClock
    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    tombstones: FakeTombstones = field(default_factory=FakeTombstones)
    rows: dict[str, Job] = field(default_factory=dict)
    """Includes expired rows: DynamoDB deletes them late."""
    issued: dict[Priority, int] = field(default_factory=dict)
    finished: dict[Priority, int] = field(default_factory=dict)
    down: bool = False
    on_save: Callable[[Job], None] | None = None
    """Called once, before the next save: simulates another process."""

    def _require(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def load_state(self, username: str) -> ProcessingState:
        self._require()
        profile = self.profiles.load_profile(username)
        summary = ProfileSummary(profile.profile_type, profile.created_at) if profile else None
        is_erased = username in self.tombstones.erased_among([username])
        return ProcessingState(summary, self.load_job(username), self.load_counters(), is_erased=is_erased)

    def load_job(self, username: str) -> Job | None:
        self._require()
        row = self.rows.get(username)
        return row if row and row.expires_at > self.clock() else None

    def save_job(self, job: Job, over: Job | None) -> Job | None:
        self._require()
        if self.on_save:
            meanwhile, self.on_save = self.on_save, None
            meanwhile(job)
        row = self.rows.get(job.username)
        if over is None:
            may_write = row is None or row.expires_at <= self.clock()
        else:
            may_write = not over.is_active if row is None else _same(row, over)
        if not may_write:
            return row or job
        self.rows[job.username] = replace(job, expires_at=whole_seconds(job.expires_at))
        return None

    def delete_job(self, job: Job) -> bool:
        self._require()
        row = self.rows.get(job.username)
        if row is None or not _same(row, job):
            return False
        del self.rows[job.username]
        return True

    def issue_ticket(self, priority: Priority) -> int:
        self._require()
        self.issued[priority] = self.issued.get(priority, 0) + 1
        return self.issued[priority]

    def finish_ticket(self, priority: Priority) -> None:
        self._require()
        self.finished[priority] = self.finished.get(priority, 0) + 1

    def load_counters(self) -> Mapping[Priority, TicketCounter]:
        self._require()
        return {p: TicketCounter(self.issued.get(p, 0), self.finished.get(p, 0)) for p in Priority}

    def repair_counter(self, priority: Priority, seen: TicketCounter, active: int) -> bool:
        if self.load_counters()[priority] != seen:
            return False
        self.finished[priority] = seen.issued - active
        return True

    def _active(self, status: JobStatus, priority: Priority) -> list[Job]:
        """Return active jobs, most overdue first."""
        self._require()
        found = [j for j in self.rows.values() if j.status is status and j.priority is priority and j.due_at]
        return sorted(found, key=_due_at)

    def due_jobs(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        found = [j for j in self._active(status, priority) if _due_at(j) <= now]
        return [DueJob(j.username, _due_at(j), j.next_attempt_at is not None) for j in found][:limit]

    def count_jobs(self, status: JobStatus, priority: Priority) -> int:
        return len(self._active(status, priority))

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        waiting = self._active(JobStatus.PENDING, priority)
        return sum(j.next_attempt_at is not None and _due_at(j) > now for j in waiting)

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        return next((j.requested_at for j in self._active(JobStatus.PENDING, priority)), None)


def _same(row: Job, seen: Job) -> bool:
    return (row.version, row.request_id) == (seen.version, seen.request_id)


def _due_at(job: Job) -> datetime:
    assert job.due_at is not None
    return job.due_at


@dataclass
class FakeJobQueue:
    """Messages in `sent` are never received: tests set how many messages wait and are in flight."""

    sent: list[tuple[Priority, JobMessage]] = field(default_factory=list)
    dead: list[tuple[Priority, JobMessage, str]] = field(default_factory=list)
    letters: dict[Priority, list[DeadLetter]] = field(default_factory=dict)
    """Dead letters that can be received."""
    hidden: dict[Priority, list[DeadLetter]] = field(default_factory=dict)
    """Dead letters that were received and not deleted."""
    refuses: bool = False
    on_send: Callable[[], None] | None = None
    """Called before each job is sent: simulates a crash."""
    waiting: int = 0
    in_flight: int = 0

    def _require(self) -> None:
        if self.refuses:
            raise QueueUnavailable()

    def send_job(self, priority: Priority, message: JobMessage) -> None:
        if self.on_send:
            self.on_send()
        self._require()
        self.sent.append((priority, message))

    def send_dead_letter(self, priority: Priority, message: JobMessage, reason: str) -> None:
        self._require()
        self.dead.append((priority, message, reason))
        self.letters.setdefault(priority, []).append(DeadLetter(message, f"receipt-{len(self.dead)}"))

    def load_depth(self, priority: Priority) -> QueueDepth:
        self._require()
        return QueueDepth(self.waiting, self.in_flight, len(self.letters.get(priority, [])))

    def receive_dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        self._require()
        available = self.letters.get(priority, [])
        found, self.letters[priority] = available[:10], available[10:]
        self.hidden.setdefault(priority, []).extend(found)
        return found

    def delete_dead_letter(self, priority: Priority, receipt: str) -> None:
        self._require()
        self.hidden[priority] = [letter for letter in self.hidden.get(priority, []) if letter.receipt != receipt]


@dataclass
class FakeTasks:
    sent: list[tuple[TaskMessage, int]] = field(default_factory=list)
    """Tasks with their delay in seconds."""
    refuses: bool = False

    def send_task(self, task: TaskMessage, *, delay_seconds: int = 0) -> None:
        if self.refuses:
            raise QueueUnavailable()
        self.sent.append((task.of_request(current.request_id()), min(delay_seconds, _MAX_DELAY_SECONDS)))

    @property
    def analyses(self) -> list[tuple[str, int, int]]:
        """Return username, attempt and delay in seconds of analysis tasks."""
        return [(t.username or "", t.attempt, delay) for t, delay in self.sent if isinstance(t, AnalysisMessage)]

    @property
    def comments(self) -> list[tuple[str, int, int]]:
        """Return username, attempt and delay in seconds of tasks to read comments."""
        return [(t.username, t.attempt, delay) for t, delay in self.sent if isinstance(t, CommentsMessage)]

    @property
    def events(self) -> list[tuple[str, str]]:
        """Return kind and username of published events."""
        return [(t.event.value, t.username) for t, _ in self.sent if isinstance(t, EventMessage)]

    @property
    def similar_images(self) -> list[tuple[str, str]]:
        """Return username and batch of media tasks for similar sets."""
        return [
            (t.username, t.batch_id or "") for t, _ in self.sent if isinstance(t, MediaMessage) and t.kind == "similar"
        ]

    @property
    def profile_images(self) -> list[str]:
        return [t.username for t in self._media() if t.kind == "profile"]

    def _media(self) -> list[MediaMessage]:
        return [task for task, _ in self.sent if isinstance(task, MediaMessage)]

    @property
    def erasures(self) -> list[tuple[str | None, bool, int]]:
        """Return username, whether it is the last pass, and delay in seconds of erasure tasks."""
        return [(t.username, t.is_last, delay) for t, delay in self.sent if isinstance(t, ErasureMessage)]


@dataclass
class FakeTaskLetters:
    letters: dict[str, list[TaskLetter]] = field(default_factory=dict)
    """Dead letters that can be received, by queue."""
    hidden: dict[str, list[TaskLetter]] = field(default_factory=dict)
    """Dead letters that were received and not deleted."""
    on_receive: Callable[[], None] | None = None
    """Called before each call: simulates its duration."""

    def receive_letters(self, queue: str) -> Sequence[TaskLetter]:
        if self.on_receive:
            self.on_receive()
        available = self.letters.get(queue, [])
        found, self.letters[queue] = available[:10], available[10:]
        self.hidden.setdefault(queue, []).extend(found)
        return found

    def delete_letter(self, queue: str, receipt: str) -> None:
        self.hidden[queue] = [letter for letter in self.hidden.get(queue, []) if letter.receipt != receipt]
