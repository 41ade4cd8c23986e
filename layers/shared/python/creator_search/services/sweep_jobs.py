"""Keep the promises that a crash broke: send what has no message, take back what a dead worker holds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creator_search.domain.answers import Clock
from creator_search.domain.jobs import (
    MAX_ATTEMPTS,
    Job,
    JobMessage,
    JobStatus,
    Priority,
    dispatched,
    failed,
    lease_expired,
)
from creator_search.services.ports import JobQueue, JobStore, NewId
from creator_search.services.request_profile import RequestProfile

RESEND_AFTER = timedelta(minutes=15)
"""While messages wait a job's own is probably among them; this long after, it is sent again anyway."""
MAX_ROWS = 10_000
"""Due rows looked at in one sweep, most overdue first."""
DIED = "The worker died while it processed this profile"


@dataclass(frozen=True, slots=True)
class SweepReport:
    dispatched: int = 0
    """Waiting jobs without a live message that were sent."""
    reclaimed: int = 0
    """Jobs taken back from workers whose lease ran out, and sent."""
    failed: int = 0
    """Jobs whose worker died on the last attempt."""
    redriven: int = 0
    """Dead letters made into jobs again."""
    unreadable: int = 0
    """Dead letters that cannot be understood, and stay where they are."""
    counters_repaired: int = 0


class SweepJobs:
    """Safe beside itself and beside workers: every change is saved over the row that was read."""

    def __init__(self, jobs: JobStore, queue: JobQueue, clock: Clock) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock

    def __call__(self) -> SweepReport:
        report = SweepReport()
        for priority in Priority:
            report = self._take_back(priority, report)
            report = self._send_waiting(priority, report)
            report = self._repair(priority, report)
        return report

    def _take_back(self, priority: Priority, report: SweepReport) -> SweepReport:
        for due in self._jobs.due(JobStatus.PROCESSING, priority, self._clock(), MAX_ROWS):
            now = self._clock()
            job = self._jobs.job(due.username)
            if job is None or job.status is not JobStatus.PROCESSING or not lease_expired(job, now):
                continue
            if job.attempts >= MAX_ATTEMPTS:
                if self._give_up(job, now):
                    report = replace(report, failed=report.failed + 1)
            elif self._dispatch(job, now):
                report = replace(report, reclaimed=report.reclaimed + 1)
        return report

    def _give_up(self, job: Job, now: datetime) -> bool:
        self._queue.bury(priority=job.priority, message=message_of(job), reason=DIED)
        if self._jobs.save(failed(job, DIED, now), over=job) is not None:
            return False
        self._jobs.finish_ticket(job.priority)
        return True

    def _send_waiting(self, priority: Priority, report: SweepReport) -> SweepReport:
        rows = self._jobs.due(JobStatus.PENDING, priority, self._clock(), MAX_ROWS)
        queue_is_drained = bool(rows) and self._queue.depth(priority).is_drained
        for due in rows:
            now = self._clock()
            # A retry has no message before the sweeper sends one.
            if not (queue_is_drained or due.is_retry or now - due.due_at >= RESEND_AFTER):
                continue
            job = self._jobs.job(due.username)
            if job is None or job.status is not JobStatus.PENDING or job.due_at is None or job.due_at > now:
                continue
            if self._dispatch(job, now):
                report = replace(report, dispatched=report.dispatched + 1)
        return report

    def _dispatch(self, job: Job, now: datetime) -> bool:
        """Row first: a worker that is quicker than we are must find the row as its message describes it."""
        sent = dispatched(job, look_again_at=now + timedelta(minutes=1))
        if self._jobs.save(sent, over=job) is not None:
            return False
        self._queue.send(sent.priority, message_of(sent))
        return True

    def _repair(self, priority: Priority, report: SweepReport) -> SweepReport:
        """Only while nothing moves: the counter before and after counting must be the same."""
        before = self._jobs.counters()[priority]
        active = sum(self._jobs.count(status, priority) for status in (JobStatus.PENDING, JobStatus.PROCESSING))
        if before.issued - before.finished != active and self._jobs.repair_counter(priority, before, active):
            report = replace(report, counters_repaired=report.counters_repaired + 1)
        return report


def redrive_dead_letters(jobs: JobStore, queue: JobQueue, clock: Clock, new_id: NewId, until: datetime) -> SweepReport:
    """Every dead letter that names a creator becomes a request again, with its attempts counted anew."""
    request = RequestProfile(jobs, queue, clock, new_id)
    report = SweepReport()
    for priority in Priority:
        while clock() < until:
            letters = queue.dead_letters(priority)
            for letter in letters:
                if letter.message is None:
                    report = replace(report, unreadable=report.unreadable + 1)
                    continue
                request(letter.message.username, letter.message.source, priority)
                queue.forget_dead_letter(priority, letter.receipt)
                report = replace(report, redriven=report.redriven + 1)
            if not letters:
                break
    return report


def message_of(job: Job) -> JobMessage:
    return JobMessage(job.username, job.source, job.request_id, job.requested_at)
