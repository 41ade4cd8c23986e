"""JobStore: rows and counters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.jobs import Job, Priority, claimed, completed, failed, new_job, raised, renewed, retried
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.queues import ProcessingState, ProfileSummary, TicketCounter
from creator_search.services.ports import JobStore

from tests.fakes import START, FakeClock, stored_profile
from tests.ports.conftest import Ports

LEASE = timedelta(seconds=60)
JOB = new_job("ada", source="frontend", priority=Priority.HIGH, request_id="r1", ticket=1, now=START, over=None)
CLAIMED = claimed(JOB, START, LEASE)
COMPLETED = completed(CLAIMED, START)


@pytest.fixture
def jobs(ports: Ports) -> JobStore:
    return ports.container.job_store


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        CLAIMED,
        COMPLETED,
        renewed(CLAIMED, START + timedelta(milliseconds=250), LEASE),
        retried(CLAIMED, "The upstream API is busy", START),
        failed(CLAIMED, "The profile does not exist", START),
        raised(replace(JOB, priority=Priority.LOW, source="crawler"), Priority.MEDIUM, 7, START),
    ],
    ids=["pending", "processing", "completed", "renewed", "retrying", "failed", "raised"],
)
def test_a_job_is_read_as_it_was_saved(jobs: JobStore, job: Job) -> None:
    assert jobs.save_job(job, over=None) is None
    assert jobs.load_job("ada") == job
    assert jobs.load_state("ada").job == job


def test_there_is_no_job_where_none_was_saved(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    assert jobs.load_job("ben") is None
    assert jobs.load_state("ben") == ProcessingState(None, None, dict.fromkeys(Priority, TicketCounter()))


def test_an_existing_row_is_not_replaced_by_a_first_one(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    assert jobs.save_job(replace(JOB, request_id="r2"), over=None) == JOB
    assert jobs.load_job("ada") == JOB


def test_a_row_is_replaced_by_a_transition_made_from_it(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    assert jobs.save_job(CLAIMED, over=JOB) is None
    assert jobs.save_job(COMPLETED, over=CLAIMED) is None
    assert jobs.load_job("ada") == COMPLETED


def test_a_transition_made_from_an_earlier_row_is_refused_with_the_current_row(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    jobs.save_job(CLAIMED, over=JOB)
    assert jobs.save_job(COMPLETED, over=JOB) == CLAIMED
    assert jobs.load_job("ada") == CLAIMED


def test_of_two_equal_changes_of_one_row_the_second_is_refused(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    assert jobs.save_job(CLAIMED, over=JOB) is None
    assert jobs.save_job(CLAIMED, over=JOB) == CLAIMED


def test_another_request_with_the_same_version_is_another_row(jobs: JobStore) -> None:
    jobs.save_job(replace(JOB, request_id="r2"), over=None)
    assert jobs.save_job(CLAIMED, over=JOB) is not None
    assert not jobs.delete_job(JOB)


def test_a_change_of_an_active_job_that_was_deleted_is_refused(jobs: JobStore) -> None:
    jobs.save_job(JOB, over=None)
    jobs.delete_job(JOB)
    assert jobs.save_job(CLAIMED, over=JOB) is not None
    assert jobs.load_job("ada") is None


def test_a_job_is_saved_over_a_finished_one_that_was_deleted(jobs: JobStore) -> None:
    later = new_job("ada", source="api", priority=Priority.LOW, request_id="r2", ticket=2, now=START, over=COMPLETED)
    jobs.save_job(COMPLETED, over=None)
    jobs.delete_job(COMPLETED)
    assert jobs.save_job(later, over=COMPLETED) is None
    assert jobs.load_job("ada") == later


def test_a_job_is_not_saved_over_a_finished_one_that_another_replaced(jobs: JobStore) -> None:
    later = new_job("ada", source="api", priority=Priority.LOW, request_id="r2", ticket=2, now=START, over=COMPLETED)
    jobs.save_job(COMPLETED, over=None)
    assert jobs.save_job(later, over=COMPLETED) is None
    assert jobs.save_job(replace(later, request_id="r3"), over=COMPLETED) == later


def test_an_expired_row_is_not_returned_although_it_is_stored(jobs: JobStore, clock: FakeClock) -> None:
    jobs.save_job(JOB, over=None)
    clock.time = JOB.expires_at - timedelta(seconds=1)
    assert jobs.load_job("ada") == JOB
    clock.time = JOB.expires_at
    assert jobs.load_job("ada") is None
    assert jobs.load_state("ada").job is None


def test_a_first_job_replaces_an_expired_row(jobs: JobStore, clock: FakeClock) -> None:
    jobs.save_job(JOB, over=None)
    clock.time = JOB.expires_at
    later = new_job("ada", source="api", priority=Priority.LOW, request_id="r2", ticket=2, now=clock(), over=None)
    assert jobs.save_job(later, over=None) is None
    assert jobs.load_job("ada") == later


def test_an_expired_row_can_be_changed_and_deleted_by_a_writer_that_read_it(jobs: JobStore, clock: FakeClock) -> None:
    jobs.save_job(JOB, over=None)
    clock.time = JOB.expires_at
    done = completed(JOB, clock())
    assert jobs.save_job(done, over=JOB) is None
    assert jobs.load_job("ada") == done
    clock.time = done.expires_at
    assert jobs.delete_job(done)


def test_a_row_expires_at_a_whole_second(jobs: JobStore, clock: FakeClock) -> None:
    job = replace(JOB, expires_at=START + timedelta(seconds=9.7))
    jobs.save_job(job, over=None)
    assert jobs.load_job("ada") == replace(job, expires_at=START + timedelta(seconds=9))
    clock.advance(seconds=9.2)
    assert jobs.load_job("ada") is None
    assert jobs.save_job(JOB, over=None) is None


def test_a_row_is_deleted_only_if_it_has_not_changed(jobs: JobStore) -> None:
    assert jobs.delete_job(JOB) is False
    jobs.save_job(JOB, over=None)
    jobs.save_job(CLAIMED, over=JOB)
    assert jobs.delete_job(JOB) is False
    assert jobs.load_job("ada") == CLAIMED
    assert jobs.delete_job(CLAIMED) is True
    assert jobs.load_job("ada") is None
    assert jobs.save_job(JOB, over=None) is None


def test_tickets_are_numbered_from_one_at_each_priority(jobs: JobStore) -> None:
    assert [jobs.issue_ticket(Priority.LOW) for _ in range(3)] == [1, 2, 3]
    assert jobs.issue_ticket(Priority.HIGH) == 1
    jobs.finish_ticket(Priority.LOW)
    counters = {
        Priority.HIGH: TicketCounter(1, 0),
        Priority.MEDIUM: TicketCounter(0, 0),
        Priority.LOW: TicketCounter(3, 1),
    }
    assert jobs.load_counters() == counters
    assert jobs.load_state("ada").counters == counters


def test_a_counter_that_has_not_changed_is_repaired(jobs: JobStore) -> None:
    for _ in range(5):
        jobs.issue_ticket(Priority.LOW)
    jobs.finish_ticket(Priority.LOW)
    assert jobs.repair_counter(Priority.LOW, TicketCounter(5, 1), 2) is True
    assert jobs.load_counters()[Priority.LOW] == TicketCounter(5, 3)


@pytest.mark.parametrize("seen", [TicketCounter(1, 0), TicketCounter(2, 1), TicketCounter(0, 0)])
def test_a_counter_that_has_changed_is_not_repaired(jobs: JobStore, seen: TicketCounter) -> None:
    jobs.issue_ticket(Priority.LOW)
    jobs.issue_ticket(Priority.LOW)
    assert jobs.repair_counter(Priority.LOW, seen, 0) is False
    assert jobs.load_counters()[Priority.LOW] == TicketCounter(2, 0)


def test_a_counter_that_was_never_used_can_be_repaired(jobs: JobStore) -> None:
    assert jobs.repair_counter(Priority.LOW, TicketCounter(0, 0), 0) is True
    assert jobs.load_counters()[Priority.LOW] == TicketCounter(0, 0)
    assert jobs.issue_ticket(Priority.LOW) == 1


@pytest.mark.parametrize("kind", ProfileType)
def test_the_state_has_the_fields_that_decide_whether_a_job_is_needed(ports: Ports, kind: ProfileType) -> None:
    jobs = ports.container.job_store
    profile = stored_profile(profile_type=kind, created_at=START - timedelta(days=3))
    ports.container.profile_store.save_profile(profile, fence=1, over=None)
    jobs.save_job(JOB, over=None)
    jobs.issue_ticket(Priority.HIGH)
    state = jobs.load_state("ada")
    assert state.profile == ProfileSummary(kind, START - timedelta(days=3))
    assert (state.job, state.counters[Priority.HIGH], state.is_erased) == (JOB, TicketCounter(1, 0), False)


def test_the_state_contains_that_a_creator_was_erased(ports: Ports) -> None:
    ports.container.tombstones.add_tombstone("ada")
    assert ports.container.job_store.load_state("ada").is_erased
    assert not ports.container.job_store.load_state("ben").is_erased
