from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.errors import EmptyUsername, InvalidUsername, ProfileErased, QueueUnavailable
from creator_search.domain.jobs import Job, JobStatus, Priority, claimed, completed
from creator_search.domain.profile_types import ProfileType
from creator_search.services.requests.submit import RequestCase, RequestOutcome

from tests.fakes import START, World, stored_profile


class RequestWorld(World):
    def submit(self, username: str, source: str) -> RequestOutcome:
        return self.container.requests.submit(username, source)

    def finish(self, username: str, profile_type: ProfileType = ProfileType.PRIMARY) -> None:
        """Complete the job of this name, as a worker does."""
        done = completed(claimed(self.jobs.rows[username], self.clock(), timedelta(minutes=1)), self.clock())
        self.jobs.rows[username] = done
        self.jobs.finish_ticket(done.priority)
        self.profiles.save_profile(stored_profile(username, profile_type=profile_type), fence=1, over=None)


@pytest.fixture
def world() -> RequestWorld:
    return RequestWorld()


def test_a_new_profile_gets_one_row_and_one_message(world: RequestWorld) -> None:
    outcome = world.submit("ada", "frontend")
    assert outcome.case is RequestCase.ADDED
    assert outcome.position == 1
    assert world.jobs.rows["ada"].status is JobStatus.PENDING
    [(priority, message)] = world.queue.sent
    assert priority is Priority.HIGH
    assert message.request_id == outcome.request_id == world.jobs.rows["ada"].request_id


def test_a_second_request_gets_the_job_of_the_first(world: RequestWorld) -> None:
    first = world.submit("ada", "frontend")
    second = world.submit("ada", "api")
    assert second.case is RequestCase.ALREADY_IN_QUEUE
    assert second.request_id == first.request_id
    assert len(world.queue.sent) == 1


def test_positions_count_higher_priorities_first(world: RequestWorld) -> None:
    requests = [("a", "crawler"), ("b", "frontend"), ("c", "frontend"), ("d", "api")]
    assert [world.submit(name, source).position for name, source in requests] == [1, 1, 2, 3]
    assert world.submit("a", "crawler").position == 4
    world.finish("b")
    assert world.submit("c", "frontend").position == 1
    assert world.submit("a", "crawler").position == 3


def test_a_persons_request_raises_the_priority_of_a_crawlers_job(world: RequestWorld) -> None:
    world.submit("ada", "crawler")
    raised = world.submit("ada", "frontend")
    assert raised.case is RequestCase.ALREADY_IN_QUEUE
    assert raised.job is not None and raised.job.priority is Priority.HIGH
    assert [p for p, _ in world.queue.sent] == [Priority.LOW, Priority.HIGH]
    assert world.jobs.load_counters()[Priority.LOW].active == 0
    assert world.jobs.load_counters()[Priority.HIGH].active == 1


def test_a_raised_job_whose_message_is_refused_keeps_its_priority_and_waits_for_the_sweeper(
    world: RequestWorld,
) -> None:
    world.submit("ada", "crawler")
    world.queue.refuses = True
    assert world.submit("ada", "frontend").case is RequestCase.ALREADY_IN_QUEUE
    assert world.jobs.rows["ada"].priority is Priority.HIGH
    assert world.jobs.rows["ada"].due_at is not None


def test_a_crawlers_request_does_not_lower_the_priority_of_a_persons_job(world: RequestWorld) -> None:
    world.submit("ada", "frontend")
    world.submit("ada", "crawler")
    assert world.jobs.rows["ada"].priority is Priority.HIGH


def test_a_primary_profile_counts_as_recently_completed_for_ten_minutes_and_then_as_processed(
    world: RequestWorld,
) -> None:
    world.submit("ada", "frontend")
    world.finish("ada")
    assert world.submit("ada", "frontend").case is RequestCase.RECENTLY_COMPLETED
    world.clock.advance(minutes=10)
    outcome = world.submit("ada", "frontend")
    assert outcome.case is RequestCase.ALREADY_PROCESSED
    assert outcome.profile is not None and outcome.profile.created_at == START
    assert len(world.queue.sent) == 1


def test_a_secondary_profile_is_upgraded(world: RequestWorld) -> None:
    world.submit("ada", "crawler")
    world.finish("ada", ProfileType.SECONDARY)
    outcome = world.submit("ada", "frontend")
    assert outcome.case is RequestCase.ADDED
    assert outcome.is_upgrade


def test_a_profile_whose_job_failed_can_be_requested_again(world: RequestWorld) -> None:
    world.submit("ada", "frontend")
    world.jobs.rows["ada"] = replace(world.jobs.rows["ada"], status=JobStatus.FAILED, due_at=None)
    assert world.submit("ada", "frontend").case is RequestCase.ADDED


def test_when_the_queue_refuses_the_row_is_deleted(world: RequestWorld) -> None:
    world.queue.refuses = True
    with pytest.raises(QueueUnavailable):
        world.submit("ada", "frontend")
    assert world.jobs.rows == {}
    assert world.jobs.load_counters()[Priority.HIGH].active == 0


def test_while_the_store_is_down_a_request_is_a_message_without_a_row(world: RequestWorld) -> None:
    world.jobs.down = True
    outcome = world.submit("ada", "api")
    assert outcome.case is RequestCase.RECOVERED
    [(priority, message)] = world.queue.sent
    assert priority is Priority.MEDIUM and message.username == "ada"


def test_while_store_and_queue_are_down_a_request_fails(world: RequestWorld) -> None:
    world.jobs.down = world.queue.refuses = True
    with pytest.raises(QueueUnavailable):
        world.submit("ada", "frontend")


def test_of_two_simultaneous_requests_the_later_gets_the_job_of_the_earlier(world: RequestWorld) -> None:
    other = world.container
    world.restart()
    earlier: list[RequestOutcome] = []

    def other_process_submits(_: Job) -> None:
        earlier.append(other.requests.submit("ada", "frontend"))

    world.jobs.on_save = other_process_submits
    later = world.submit("ada", "frontend")
    assert [(o.case, o.request_id) for o in (*earlier, later)] == [
        (RequestCase.ADDED, world.jobs.rows["ada"].request_id),
        (RequestCase.ALREADY_IN_QUEUE, world.jobs.rows["ada"].request_id),
    ]
    assert len(world.queue.sent) == 1
    assert world.jobs.load_counters()[Priority.HIGH].active == 1


def test_several_requests_are_answered_in_the_order_given(world: RequestWorld) -> None:
    names = [f"n{n}" for n in range(30)]
    found = world.container.requests.submit_many(names, "bulk")
    assert [row.name for row in found] == names
    assert [row.outcome and row.outcome.username for row in found] == names
    assert {row.outcome and row.outcome.case for row in found} == {RequestCase.ADDED}
    assert sorted(message.username for _, message in world.queue.sent) == sorted(names)
    assert {priority for priority, _ in world.queue.sent} == {Priority.MEDIUM}


def test_a_name_that_is_given_twice_is_requested_once(world: RequestWorld) -> None:
    found = world.container.requests.submit_many(["ada", "ben", "ada"], "bulk")
    assert [row.name for row in found] == ["ada", "ben", "ada"]
    assert found[0] == found[2]
    assert sorted(message.username for _, message in world.queue.sent) == ["ada", "ben"]


def test_a_name_that_cannot_be_requested_fails_only_its_own_row(world: RequestWorld) -> None:
    world.tombstones.add_tombstone("cleo")
    found = world.container.requests.submit_many(["@Ada", "not a name", " ", "cleo", "ben"], "bulk")
    assert [row.name for row in found] == ["@Ada", "not a name", " ", "cleo", "ben"]
    assert [row.outcome and row.outcome.username for row in found] == ["ada", None, None, None, "ben"]
    assert [type(row.error) for row in found] == [type(None), InvalidUsername, EmptyUsername, ProfileErased, type(None)]
    assert sorted(world.jobs.rows) == ["ada", "ben"]
