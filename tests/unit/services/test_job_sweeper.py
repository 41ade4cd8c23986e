from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.jobs import JobMessage, JobStatus, Priority
from creator_search.domain.queues import DeadLetter
from creator_search.services.pipeline.process import JobResult
from creator_search.services.pipeline.sweep import SweepReport

from tests.fakes import dying_at
from tests.unit.services.worker import LEASE, WorkerWorld

TIME = timedelta(seconds=10)


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def sweep(world: WorkerWorld) -> SweepReport:
    return world.container.job_sweeper.sweep()


def test_the_job_of_a_dead_worker_is_sent_again_after_its_lease(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.die_at_work()
    assert sweep(world).reclaimed == 0
    world.clock.advance(seconds=LEASE.total_seconds())
    assert sweep(world).reclaimed == 1
    assert world.work_last() is JobResult.COMPLETED
    assert world.jobs.rows["ada"].attempts == 2


def test_a_job_whose_worker_died_three_times_fails_and_becomes_a_dead_letter(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    reports = []
    for _ in range(3):
        world.die_at_work()
        world.clock.advance(seconds=LEASE.total_seconds())
        reports.append(sweep(world))
    assert [(r.reclaimed, r.failed) for r in reports] == [(1, 0), (1, 0), (0, 1)]
    assert world.jobs.rows["ada"].status is JobStatus.FAILED
    assert len(world.queue.dead) == 1
    assert world.jobs.load_counters()[Priority.HIGH].active == 0


def test_a_message_that_is_delivered_again_after_the_last_attempt_starts_no_other(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    for _ in range(3):
        world.die_at_work()
        world.clock.advance(seconds=LEASE.total_seconds())
    assert world.work_last() is JobResult.DROPPED
    assert sweep(world).failed == 1
    assert world.jobs.rows["ada"].attempts == 3 and len(world.queue.dead) == 1


def test_a_message_whose_worker_died_before_the_claim_is_sent_again_although_the_queue_counts_it_as_in_flight(
    world: WorkerWorld,
) -> None:
    world.container.requests.submit("ada", "frontend")
    world.queue.in_flight = 1
    world.clock.advance(seconds=30)
    assert sweep(world).dispatched == 1
    assert world.work_last() is JobResult.COMPLETED


def test_a_row_without_a_message_is_sent_when_the_queue_is_empty(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.queue.sent.clear()
    assert sweep(world).dispatched == 0  # its request may still be sending it
    world.clock.advance(seconds=30)
    assert sweep(world).dispatched == 1
    assert world.work_last() is JobResult.COMPLETED


def test_while_messages_wait_in_the_queue_a_waiting_job_is_sent_again_only_after_fifteen_minutes(
    world: WorkerWorld,
) -> None:
    world.container.requests.submit("ada", "frontend")
    world.queue.waiting = 500
    world.clock.advance(minutes=10)
    assert sweep(world).dispatched == 0
    world.clock.advance(minutes=6)
    assert sweep(world).dispatched == 1


def test_a_counter_made_wrong_by_a_crash_is_repaired(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.jobs.issue_ticket(Priority.HIGH)  # a request that crashed after taking its ticket
    assert sweep(world).counters_repaired == 1
    assert world.jobs.load_counters()[Priority.HIGH].active == 1


def test_a_dead_letter_becomes_a_new_job_in_its_own_queue_and_an_unreadable_one_stays(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "crawler")
    row = world.jobs.rows["ada"]
    world.jobs.rows["ada"] = replace(row, status=JobStatus.FAILED, attempts=3, due_at=None, finished_at=world.clock())
    unreadable = DeadLetter(None, "unreadable")
    readable = DeadLetter(JobMessage("ada", "frontend", row.request_id), "receipt")
    world.queue.letters[Priority.LOW] = [readable, unreadable]
    report = world.container.job_sweeper.redrive(TIME)
    assert (report.redriven, report.unreadable) == (1, 1)
    assert world.queue.hidden[Priority.LOW] == [unreadable]
    assert world.jobs.rows["ada"].attempts == 0
    assert world.queue.sent[-1][0] is Priority.LOW
    assert world.work_last() is JobResult.COMPLETED


def test_all_dead_letters_of_all_queues_become_jobs(world: WorkerWorld) -> None:
    for priority in Priority:
        world.queue.letters[priority] = [
            DeadLetter(JobMessage(f"{priority.lower()}{n}", "api"), f"{n}") for n in range(25)
        ]
    assert world.container.job_sweeper.redrive(TIME).redriven == 75
    assert {p: c.active for p, c in world.jobs.load_counters().items()} == dict.fromkeys(Priority, 25)
    assert world.queue.hidden == {p: [] for p in Priority}


def test_no_dead_letter_is_received_after_the_deadline(world: WorkerWorld) -> None:
    letters = [DeadLetter(JobMessage(f"n{n}"), f"{n}") for n in range(30)]
    world.queue.letters[Priority.HIGH] = list(letters)
    assert world.container.job_sweeper.redrive(timedelta(0)) == SweepReport()
    assert world.queue.letters[Priority.HIGH] == letters


def test_a_dead_letter_that_is_received_twice_becomes_one_job(world: WorkerWorld) -> None:
    letter = DeadLetter(JobMessage("ada", "frontend"), "receipt")
    world.queue.letters[Priority.HIGH] = [letter]
    with dying_at(1, (world.queue, "delete_dead_letter")):
        world.container.job_sweeper.redrive(TIME)
    assert world.queue.hidden[Priority.HIGH] == [letter]
    world.queue.letters[Priority.HIGH] = [letter]  # the visibility time-out has passed
    assert world.container.job_sweeper.redrive(TIME).redriven == 1
    assert len(world.queue.sent) == 1
    assert world.queue.hidden[Priority.HIGH] == []


def test_the_dead_letter_of_an_erased_creator_is_deleted_and_the_others_are_redriven(
    world: WorkerWorld,
) -> None:
    world.tombstones.add_tombstone("ada")
    world.queue.letters[Priority.HIGH] = [DeadLetter(JobMessage("ada"), "1"), DeadLetter(JobMessage("ben"), "2")]
    report = world.container.job_sweeper.redrive(TIME)
    assert (report.redriven, [message.username for _, message in world.queue.sent]) == (1, ["ben"])
    assert world.queue.hidden[Priority.HIGH] == []
