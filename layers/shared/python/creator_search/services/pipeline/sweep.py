"""Repairs the results of crashes: jobs without a message, and jobs of dead workers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileErased
from creator_search.domain.jobs import (
    MAX_ATTEMPTS,
    Job,
    JobStatus,
    Priority,
    dispatched,
    failed,
    lease_expired,
)
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.pipeline.process import job_event_key
from creator_search.services.ports import Events, JobQueue, JobStore
from creator_search.services.requests.submit import ProfileRequests

RESEND_AFTER = timedelta(minutes=15)
"""While the queue has messages, the message of a due job is probably among them; after this time it is sent again
anyway.
"""
MAX_ROWS = 10_000
"""Maximum number of due rows per sweep, most overdue first."""
DIED = "The worker stopped while processing this profile"


@dataclass(frozen=True, slots=True)
class SweepReport:
    dispatched: int = 0
    """Waiting jobs without a message, for which one was sent."""
    reclaimed: int = 0
    """Jobs with an expired lease that were sent again."""
    failed: int = 0
    """Jobs whose worker died during the last attempt."""
    redriven: int = 0
    """Dead letters that were turned into jobs again."""
    unreadable: int = 0
    """Dead letters that cannot be parsed and stay in the queue."""
    counters_repaired: int = 0


class JobSweeper:
    """May run concurrently with workers and other sweepers: every change is saved over the row that was read."""

    def __init__(
        self, jobs: JobStore, queue: JobQueue, requests: ProfileRequests, events: Events, clock: Clock
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._requests = requests
        self._events = events
        self._clock = clock

    def sweep(self) -> SweepReport:
        report = SweepReport()
        for priority in Priority:
            report = self._reclaim(priority, report)
            report = self._send_waiting(priority, report)
            report = self._repair(priority, report)
        return report

    def _reclaim(self, priority: Priority, report: SweepReport) -> SweepReport:
        for due in self._jobs.due_jobs(JobStatus.PROCESSING, priority, self._clock(), MAX_ROWS):
            now = self._clock()
            job = self._jobs.load_job(due.username)
            if job is None or job.status is not JobStatus.PROCESSING or not lease_expired(job, now):
                continue
            if job.attempts >= MAX_ATTEMPTS:
                if self._give_up(job, now):
                    report = replace(report, failed=report.failed + 1)
            elif self._dispatch(job, now):
                report = replace(report, reclaimed=report.reclaimed + 1)
        return report

    def _give_up(self, job: Job, now: datetime) -> bool:
        self._queue.send_dead_letter(job.priority, job.message, DIED)
        details = {"error_message": DIED, "request_id": job.request_id}
        self._events.publish(WebhookEvent.PROFILE_FAILED, job.username, job_event_key(job), details)
        if self._jobs.save_job(failed(job, DIED, now), over=job) is not None:
            return False
        self._jobs.finish_ticket(job.priority)
        return True

    def _send_waiting(self, priority: Priority, report: SweepReport) -> SweepReport:
        rows = self._jobs.due_jobs(JobStatus.PENDING, priority, self._clock(), MAX_ROWS)
        queue_is_drained = bool(rows) and self._queue.load_depth(priority).is_drained
        for due in rows:
            now = self._clock()
            # A retry has no message until the sweeper sends one.
            if not (queue_is_drained or due.is_retry or now - due.due_at >= RESEND_AFTER):
                continue
            job = self._jobs.load_job(due.username)
            if job is None or job.status is not JobStatus.PENDING or job.due_at is None or job.due_at > now:
                continue
            if self._dispatch(job, now):
                report = replace(report, dispatched=report.dispatched + 1)
        return report

    def _dispatch(self, job: Job, now: datetime) -> bool:
        """Save the row, then send the message, so that a worker finds the row as the message describes it."""
        sent = dispatched(job, look_again_at=now + timedelta(minutes=1))
        if self._jobs.save_job(sent, over=job) is not None:
            return False
        self._queue.send_job(sent.priority, sent.message)
        return True

    def _repair(self, priority: Priority, report: SweepReport) -> SweepReport:
        """Repair a counter, if it is equal before and after the active jobs are counted."""
        before = self._jobs.load_counters()[priority]
        active = sum(self._jobs.count_jobs(status, priority) for status in (JobStatus.PENDING, JobStatus.PROCESSING))
        if before.issued - before.finished != active and self._jobs.repair_counter(priority, before, active):
            report = replace(report, counters_repaired=report.counters_repaired + 1)
        return report

    def redrive(self, within: timedelta) -> SweepReport:
        """Turn dead letters that name a creator into requests again, with a new count of attempts, until the time is
        up."""
        until = self._clock() + within
        report = SweepReport()
        for priority in Priority:
            while self._clock() < until:
                letters = self._queue.receive_dead_letters(priority)
                for letter in letters:
                    if letter.message is None:
                        report = replace(report, unreadable=report.unreadable + 1)
                        continue
                    try:
                        self._requests.resubmit(letter.message, priority)
                        report = replace(report, redriven=report.redriven + 1)
                    except ProfileErased:
                        pass  # the creator was erased: the dead letter is only deleted
                    self._queue.delete_dead_letter(priority, letter.receipt)
                if not letters:
                    break
        return report
