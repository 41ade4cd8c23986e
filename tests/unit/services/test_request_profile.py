from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.jobs import Job, JobStatus, Priority, ProfileType, claimed, completed
from creator_search.domain.standing import ProfileSummary
from creator_search.services.request_profile import Answer, RequestProfile

from tests.fakes import START, FakeClock, FakeJobQueue, FakeJobStore, ids


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = FakeJobStore(self.clock)
        self.queue = FakeJobQueue()
        self.request = RequestProfile(self.jobs, self.queue, self.clock, ids())

    def finish(self, username: str, profile_type: ProfileType = ProfileType.PRIMARY) -> None:
        done = completed(claimed(self.jobs.rows[username], self.clock(), timedelta(minutes=1)), self.clock())
        self.jobs.rows[username] = done
        self.jobs.finish_ticket(done.priority)
        self.jobs.profiles[username] = ProfileSummary(profile_type, self.clock())


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_profile_gets_one_row_and_one_message(world: World) -> None:
    outcome = world.request("ada", "frontend")
    assert outcome.answer is Answer.ADDED
    assert outcome.position == 1
    assert world.jobs.rows["ada"].status is JobStatus.PENDING
    [(priority, message)] = world.queue.sent
    assert priority is Priority.HIGH
    assert message.request_id == outcome.request_id == world.jobs.rows["ada"].request_id


def test_a_second_request_is_answered_from_the_queue(world: World) -> None:
    first = world.request("ada", "frontend")
    second = world.request("ada", "api")
    assert second.answer is Answer.ALREADY_IN_QUEUE
    assert second.request_id == first.request_id
    assert len(world.queue.sent) == 1


def test_positions_count_higher_priorities_first(world: World) -> None:
    positions = [
        world.request(name, source).position
        for name, source in [("a", "crawler"), ("b", "frontend"), ("c", "frontend"), ("d", "api")]
    ]
    assert positions == [1, 1, 2, 3]
    assert world.request("a", "crawler").position == 4
    world.finish("b")
    assert world.request("c", "frontend").position == 1
    assert world.request("a", "crawler").position == 3


def test_a_person_raises_what_a_crawler_found(world: World) -> None:
    world.request("ada", "crawler")
    raised = world.request("ada", "frontend")
    assert raised.answer is Answer.ALREADY_IN_QUEUE
    assert raised.job is not None and raised.job.priority is Priority.HIGH
    assert [p for p, _ in world.queue.sent] == [Priority.LOW, Priority.HIGH]
    assert world.jobs.counters()[Priority.LOW].active == 0
    assert world.jobs.counters()[Priority.HIGH].active == 1


def test_a_raised_job_whose_message_is_refused_stays_raised_for_the_sweeper(world: World) -> None:
    world.request("ada", "crawler")
    world.queue.refuses = True
    assert world.request("ada", "frontend").answer is Answer.ALREADY_IN_QUEUE
    assert world.jobs.rows["ada"].priority is Priority.HIGH
    assert world.jobs.rows["ada"].due_at is not None


def test_a_crawler_never_lowers_what_a_person_asked_for(world: World) -> None:
    world.request("ada", "frontend")
    world.request("ada", "crawler")
    assert world.jobs.rows["ada"].priority is Priority.HIGH


def test_a_primary_profile_answers_as_recent_for_ten_minutes_then_as_processed(world: World) -> None:
    world.request("ada", "frontend")
    world.finish("ada")
    assert world.request("ada", "frontend").answer is Answer.RECENTLY_COMPLETED
    world.clock.advance(minutes=10)
    outcome = world.request("ada", "frontend")
    assert outcome.answer is Answer.ALREADY_PROCESSED
    assert outcome.profile is not None and outcome.profile.created_at == START
    assert len(world.queue.sent) == 1


def test_a_secondary_profile_is_upgraded(world: World) -> None:
    world.request("ada", "crawler")
    world.finish("ada", ProfileType.SECONDARY)
    outcome = world.request("ada", "frontend")
    assert outcome.answer is Answer.ADDED
    assert outcome.is_upgrade


def test_a_failed_job_can_be_asked_for_again(world: World) -> None:
    world.request("ada", "frontend")
    world.jobs.rows["ada"] = replace(world.jobs.rows["ada"], status=JobStatus.FAILED, due_at=None)
    assert world.request("ada", "frontend").answer is Answer.ADDED


def test_a_queue_that_refuses_leaves_nothing_behind(world: World) -> None:
    world.queue.refuses = True
    with pytest.raises(QueueUnavailable):
        world.request("ada", "frontend")
    assert world.jobs.rows == {}
    assert world.jobs.counters()[Priority.HIGH].active == 0


def test_without_the_store_a_message_alone_is_the_promise(world: World) -> None:
    world.jobs.down = True
    outcome = world.request("ada", "api")
    assert outcome.answer is Answer.RECOVERED
    [(priority, message)] = world.queue.sent
    assert priority is Priority.MEDIUM and message.username == "ada"


def test_without_store_and_queue_there_is_no_promise(world: World) -> None:
    world.jobs.down = world.queue.refuses = True
    with pytest.raises(QueueUnavailable):
        world.request("ada", "frontend")


def test_whoever_loses_the_race_for_the_row_answers_with_the_winners_job(world: World) -> None:
    winner = RequestProfile(world.jobs, world.queue, world.clock, lambda: "winner")

    def overtakes(_: Job) -> None:
        winner("ada", "frontend")

    world.jobs.on_save = overtakes
    outcome = world.request("ada", "frontend")
    assert outcome.answer is Answer.ALREADY_IN_QUEUE
    assert outcome.request_id == "winner"
    assert len(world.queue.sent) == 1
    assert world.jobs.counters()[Priority.HIGH].active == 1
