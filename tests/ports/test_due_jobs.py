"""JobStore: the active jobs of one priority, by the time at which they are due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from creator_search.domain.jobs import SEND_GRACE, Job, JobStatus, Priority, claimed, completed, new_job, retried
from creator_search.domain.queues import DueJob
from creator_search.services.ports import JobStore

from tests.fakes import START
from tests.ports.conftest import Ports

LEASE = timedelta(seconds=60)


@pytest.fixture
def jobs(ports: Ports) -> JobStore:
    return ports.container.job_store


def job(username: str, seconds: float = 0, priority: Priority = Priority.HIGH) -> Job:
    """Return a job requested `seconds` after START."""
    now = START + timedelta(seconds=seconds)
    return new_job(username, source="api", priority=priority, request_id="r", ticket=1, now=now, over=None)


def at(seconds: float) -> datetime:
    """Return when a job requested `seconds` after START is due."""
    return START + timedelta(seconds=seconds) + SEND_GRACE


def test_due_jobs_are_returned_most_overdue_first(jobs: JobStore) -> None:
    for username, seconds in {"ada": 20, "ben": 0.5, "cleo": 10, "dana": 30}.items():
        jobs.save_job(job(username, seconds), over=None)
    due = jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, at(20), 10)
    assert due == [DueJob("ben", at(0.5), False), DueJob("cleo", at(10), False), DueJob("ada", at(20), False)]


@pytest.mark.parametrize(("limit", "expected"), [(0, []), (1, ["ben"]), (2, ["ben", "ada"]), (3, ["ben", "ada"])])
def test_no_more_due_jobs_are_returned_than_the_limit(jobs: JobStore, limit: int, expected: list[str]) -> None:
    jobs.save_job(job("ada", 5), over=None)
    jobs.save_job(job("ben", 0), over=None)
    assert [found.username for found in jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, at(9), limit)] == expected


def test_a_job_is_due_from_its_time_on(jobs: JobStore) -> None:
    jobs.save_job(job("ada"), over=None)
    assert jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, at(-0.001), 10) == []
    assert len(jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, at(0), 10)) == 1


def test_jobs_are_found_by_their_status_and_priority(jobs: JobStore) -> None:
    jobs.save_job(job("ada"), over=None)
    jobs.save_job(job("ben", priority=Priority.LOW), over=None)
    jobs.save_job(claimed(job("cleo"), START, LEASE), over=None)
    found = {
        (status, priority): [due.username for due in jobs.due_jobs(status, priority, at(60), 10)]
        for status in (JobStatus.PENDING, JobStatus.PROCESSING)
        for priority in Priority
    }
    assert {key: names for key, names in found.items() if names} == {
        (JobStatus.PENDING, Priority.HIGH): ["ada"],
        (JobStatus.PENDING, Priority.LOW): ["ben"],
        (JobStatus.PROCESSING, Priority.HIGH): ["cleo"],
    }
    assert jobs.count_jobs(JobStatus.PENDING, Priority.HIGH) == 1
    assert jobs.count_jobs(JobStatus.PROCESSING, Priority.HIGH) == 1
    assert jobs.count_jobs(JobStatus.PENDING, Priority.MEDIUM) == 0


def test_a_changed_job_is_found_under_its_new_status(jobs: JobStore) -> None:
    first = job("ada")
    busy = claimed(first, START, LEASE)
    jobs.save_job(first, over=None)
    jobs.save_job(busy, over=first)
    assert jobs.count_jobs(JobStatus.PENDING, Priority.HIGH) == 0
    assert jobs.due_jobs(JobStatus.PROCESSING, Priority.HIGH, START + LEASE, 10) == [
        DueJob("ada", START + LEASE, False)
    ]
    jobs.save_job(completed(busy, START), over=busy)
    assert jobs.count_jobs(JobStatus.PROCESSING, Priority.HIGH) == 0
    assert jobs.count_jobs(JobStatus.COMPLETED, Priority.HIGH) == 0


def test_a_deleted_job_is_not_found(jobs: JobStore) -> None:
    jobs.save_job(job("ada"), over=None)
    jobs.delete_job(job("ada"))
    assert jobs.count_jobs(JobStatus.PENDING, Priority.HIGH) == 0
    assert jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, at(60), 10) == []


def test_an_expired_job_is_found_as_long_as_it_is_stored(ports: Ports) -> None:
    jobs = ports.container.job_store
    jobs.save_job(replace(job("ada"), expires_at=START + timedelta(seconds=1)), over=None)
    ports.clock.advance(minutes=1)
    assert jobs.load_job("ada") is None
    assert jobs.count_jobs(JobStatus.PENDING, Priority.HIGH) == 1
    assert len(jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, ports.clock(), 10)) == 1


def test_a_due_job_that_waited_for_a_retry_is_marked_as_retry(jobs: JobStore) -> None:
    waiting = retried(claimed(job("ada"), START, LEASE), "busy", START)
    jobs.save_job(waiting, over=None)
    due_at = START + timedelta(minutes=2)
    assert jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, due_at, 10) == [DueJob("ada", due_at, True)]


def test_jobs_count_as_retrying_until_their_attempt_is_due(jobs: JobStore) -> None:
    jobs.save_job(job("ada", 3600), over=None)
    jobs.save_job(retried(claimed(job("ben"), START, LEASE), "busy", START), over=None)
    jobs.save_job(retried(claimed(job("cleo", priority=Priority.LOW), START, LEASE), "busy", START), over=None)
    due_at = START + timedelta(minutes=2)
    assert jobs.count_retrying(Priority.HIGH, START) == 1
    assert jobs.count_retrying(Priority.HIGH, due_at - timedelta(seconds=1)) == 1
    assert jobs.count_retrying(Priority.HIGH, due_at) == 0
    assert jobs.count_retrying(Priority.LOW, START) == 1
    assert jobs.count_retrying(Priority.MEDIUM, START) == 0


def test_the_oldest_request_is_that_of_the_pending_job_that_waits_longest(jobs: JobStore) -> None:
    assert jobs.oldest_requested_at(Priority.HIGH) is None
    jobs.save_job(claimed(job("ada", 0), START, LEASE), over=None)
    jobs.save_job(job("ben", 20.5), over=None)
    jobs.save_job(job("cleo", 10.25), over=None)
    jobs.save_job(job("dana", 1, Priority.LOW), over=None)
    assert jobs.oldest_requested_at(Priority.HIGH) == START + timedelta(seconds=10.25)
    assert jobs.oldest_requested_at(Priority.LOW) == START + timedelta(seconds=1)
