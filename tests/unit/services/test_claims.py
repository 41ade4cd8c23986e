from dataclasses import replace

import pytest
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.domain.profile_types import ProfileType
from creator_search.services.pipeline.process import JobResult

from tests.unit.services.worker import LEASE, WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def test_the_worker_creates_the_row_of_a_message_sent_while_the_store_was_down(world: WorkerWorld) -> None:
    world.jobs.down = True
    promised = world.container.requests.submit("ada", "frontend").request_id
    world.jobs.down = False
    assert world.work_last() is JobResult.COMPLETED
    assert world.jobs.rows["ada"].request_id == promised


def test_a_duplicate_message_is_dropped(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    assert world.work_last() is JobResult.DROPPED
    assert world.profile_source.calls == ["ada"]


def test_a_message_that_was_sent_before_the_job_ended_is_dropped(world: WorkerWorld) -> None:
    earlier = world.clock()
    world.clock.advance(seconds=5)
    assert world.work(JobMessage("ada"), Priority.LOW) is JobResult.COMPLETED
    assert world.work(JobMessage("ada"), Priority.LOW, sent_at=earlier) is JobResult.DROPPED


def test_a_crawlers_message_for_a_primary_profile_is_dropped(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    world.clock.advance(hours=1)
    assert world.work(JobMessage("ada"), Priority.LOW) is JobResult.DROPPED


def test_the_message_of_the_slower_queue_is_dropped_when_the_priority_of_its_job_was_raised(
    world: WorkerWorld,
) -> None:
    world.container.requests.submit("ada", "crawler")
    [(_, low)] = world.queue.sent
    world.container.requests.submit("ada", "frontend")
    assert world.work(low, Priority.LOW) is JobResult.DROPPED
    assert world.work_last() is JobResult.COMPLETED
    assert world.profiles.load_profile("ada") is not None


def test_a_message_in_a_faster_queue_raises_the_priority_of_the_waiting_job(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "crawler")
    assert world.work(JobMessage("ada"), Priority.HIGH) is JobResult.COMPLETED
    stored = world.profiles.load_profile("ada")
    assert stored is not None and stored.profile_type is ProfileType.PRIMARY
    assert {p: c.active for p, c in world.jobs.load_counters().items()} == dict.fromkeys(Priority, 0)


def test_only_one_of_two_workers_gets_a_job(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    results: list[JobResult] = []
    world.profile_source.on_call = lambda: results.append(world.work_last())
    results.append(world.work_last())
    assert results == [JobResult.DROPPED, JobResult.COMPLETED]
    assert world.profile_source.calls == ["ada"]


def test_a_worker_that_lost_its_lease_stores_nothing(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")

    def another_worker_claims_the_job() -> None:
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
        world.die_at_work()

    world.profile_source.on_call = another_worker_claims_the_job
    assert world.work_last() is JobResult.LEASE_LOST
    assert world.jobs.rows["ada"].attempts == 2
    assert world.profiles.rows == {} and world.posts.rows == {} and world.documents.rows == {}


def test_a_refresh_that_is_requested_many_times_is_done_once(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    world.clock.advance(hours=25)
    requested = [JobMessage("ada", REFRESH_SOURCE, f"r{n}", world.clock()) for n in range(3)]
    results = [world.work(message, Priority.MEDIUM) for message in requested]
    assert results == [JobResult.COMPLETED, JobResult.DROPPED, JobResult.DROPPED]
    world.clock.advance(minutes=9)
    late = JobMessage("ada", REFRESH_SOURCE, "late", world.clock())
    assert world.work(late, Priority.MEDIUM) is JobResult.DROPPED
    assert world.work(JobMessage("ada", "crawler"), Priority.MEDIUM) is JobResult.DROPPED


def test_a_refresh_that_failed_is_not_repeated_within_ten_minutes(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    world.clock.advance(hours=25)
    world.profile_source.answers = [ProfileNotFound("ada")]
    refresh = JobMessage("ada", REFRESH_SOURCE, "r", world.clock())
    assert world.work(refresh, Priority.MEDIUM) is JobResult.FAILED
    world.clock.advance(minutes=5)
    again = replace(refresh, request_id="s", requested_at=world.clock())
    assert world.work(again, Priority.MEDIUM) is JobResult.DROPPED
    assert world.profiles.load_profile("ada") is not None
    world.clock.advance(minutes=5)
    again = replace(refresh, request_id="t", requested_at=world.clock())
    assert world.work(again, Priority.MEDIUM) is JobResult.FAILED
