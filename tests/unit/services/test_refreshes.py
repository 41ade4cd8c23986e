"""Requests to build an existing primary profile anew."""

from datetime import timedelta

import pytest
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.schemas.requests import RequestData
from creator_search.services.pipeline.process import JobResult
from creator_search.services.requests.submit import RequestCase, RequestOutcome

from tests.fakes import fetched_profile, stored_profile
from tests.unit.services.worker import WorkerWorld


class RefreshWorld(WorkerWorld):
    """Ada has a primary profile, whose job has ended two hours ago."""

    def __init__(self) -> None:
        super().__init__()
        self.submit(refresh=False)
        self.work_last()
        self.clock.advance(hours=2)

    def submit(self, username: str = "ada", source: str = "frontend", *, refresh: bool = True) -> RequestOutcome:
        return self.container.requests.submit(username, source, refresh=refresh)

    def fail_for_good(self) -> None:
        """Process the last sent message until its job has no attempt left."""
        self.profile_source.answers = [UpstreamError()]
        while self.work_last() is JobResult.RETRIED:
            self.clock.advance(minutes=4)
            self.container.job_sweeper.sweep()
        self.profile_source.answers = [fetched_profile("ada")]

    @property
    def refreshes(self) -> list[JobMessage]:
        return [message for _, message in self.queue.sent if message.is_refresh]


@pytest.fixture
def world() -> RefreshWorld:
    return RefreshWorld()


def test_an_existing_primary_profile_is_built_anew(world: RefreshWorld) -> None:
    before = world.profiles.rows["ada"][0].updated_at
    outcome = world.submit()
    assert (outcome.case, outcome.is_refresh, outcome.is_upgrade) == (RequestCase.ADDED, True, False)
    assert RequestData.of(outcome).model_dump(exclude_none=True) == {
        "queued": True,
        "message": "Profile ada added to high priority processing queue",
        "estimated_time": "1-2 minutes",
        "profile_type": "primary",
        "status": "pending",
        "priority": Priority.HIGH,
        "queue_position": 1,
        "request_id": world.jobs.rows["ada"].request_id,
        "next_check_recommended": "30 seconds",
    }
    assert world.work_last() is JobResult.COMPLETED
    assert world.profiles.rows["ada"][0].updated_at > before


def test_a_refresh_is_accepted_again_after_an_hour_and_not_before(world: RefreshWorld) -> None:
    world.submit()
    world.work_last()
    world.clock.advance(minutes=5)
    assert world.submit().case is RequestCase.ALREADY_PROCESSED
    world.clock.advance(minutes=54, seconds=59)
    assert world.submit().case is RequestCase.ALREADY_PROCESSED
    world.clock.advance(seconds=1)
    assert world.submit().case is RequestCase.ADDED
    assert len(world.refreshes) == 2


def test_other_jobs_of_the_creator_keep_the_time_of_the_last_refresh(world: RefreshWorld) -> None:
    world.submit()
    world.work_last()
    world.clock.advance(minutes=30)
    background = JobMessage("ada", "refresh", "r", world.clock())
    assert world.work(background, Priority.MEDIUM) is JobResult.COMPLETED
    assert world.submit().case is RequestCase.ALREADY_PROCESSED
    assert not world.jobs.rows["ada"].is_refresh


def test_a_refresh_of_a_profile_in_the_queue_refers_to_its_job_and_raises_its_priority(world: RefreshWorld) -> None:
    first = world.submit(source="api")
    again = world.submit()
    assert (again.case, again.request_id) == (RequestCase.ALREADY_IN_QUEUE, first.request_id)
    assert world.jobs.rows["ada"].priority is Priority.HIGH
    assert world.submit(refresh=False).case is RequestCase.ALREADY_PROCESSED


def test_a_refresh_by_a_crawler_builds_a_primary_profile(world: RefreshWorld) -> None:
    outcome = world.submit(source="crawler")
    assert outcome.job is not None and outcome.job.priority is Priority.MEDIUM
    assert world.work_last() is JobResult.COMPLETED
    assert world.profiles.rows["ada"][0].profile_type is ProfileType.PRIMARY


def test_a_refresh_of_a_secondary_or_unknown_profile_is_a_request_that_may_be_repeated(world: RefreshWorld) -> None:
    world.profiles.save_profile(stored_profile("ben", profile_type=ProfileType.SECONDARY), fence=1, over=None)
    upgrade, new = world.submit("ben"), world.submit("cleo", "crawler")
    assert (upgrade.case, upgrade.is_upgrade, upgrade.is_refresh) == (RequestCase.ADDED, True, False)
    assert (new.case, new.is_refresh, world.jobs.rows["cleo"].priority) == (RequestCase.ADDED, False, Priority.LOW)
    assert world.refreshes == []


def test_a_private_profile_is_refreshed(world: RefreshWorld) -> None:
    world.profile_source.answers = [fetched_profile("ada", is_private=True)]
    world.submit()
    assert world.work_last() is JobResult.COMPLETED
    world.clock.advance(hours=1)
    assert world.submit().is_refresh


def test_of_two_simultaneous_refreshes_the_later_gets_the_job_of_the_earlier(world: RefreshWorld) -> None:
    other = world.container
    world.restart()
    earlier: list[RequestOutcome] = []

    def other_process_submits(_: Job) -> None:
        earlier.append(other.requests.submit("ada", "frontend", refresh=True))

    world.jobs.on_save = other_process_submits
    later = world.submit()
    assert [(o.case, o.request_id) for o in (*earlier, later)] == [
        (RequestCase.ADDED, world.jobs.rows["ada"].request_id),
        (RequestCase.ALREADY_IN_QUEUE, world.jobs.rows["ada"].request_id),
    ]
    assert len(world.refreshes) == 1 and world.jobs.load_counters()[Priority.HIGH].active == 1


def test_a_refresh_that_the_queue_refused_may_be_requested_again_at_once(world: RefreshWorld) -> None:
    world.queue.refuses = True
    with pytest.raises(QueueUnavailable):
        world.submit()
    world.queue.refuses = False
    assert world.submit().is_refresh


def test_refreshes_that_were_requested_while_the_store_was_down_are_done_once(world: RefreshWorld) -> None:
    world.jobs.down = True
    assert {world.submit(source="crawler").case for _ in range(3)} == {RequestCase.RECOVERED}
    world.jobs.down = False
    assert {priority for priority, message in world.queue.sent if message.is_refresh} == {Priority.MEDIUM}
    results = [world.work(message, Priority.MEDIUM) for message in world.refreshes]
    assert results == [JobResult.COMPLETED, JobResult.DROPPED, JobResult.DROPPED]
    world.clock.advance(hours=1)
    assert world.work(world.refreshes[0], Priority.MEDIUM) is JobResult.DROPPED
    assert world.submit().is_refresh


def test_a_refresh_that_failed_counts_and_is_done_when_its_dead_letter_is_redriven(world: RefreshWorld) -> None:
    world.submit()
    world.fail_for_good()
    assert world.jobs.rows["ada"].status is JobStatus.FAILED
    assert world.submit().case is RequestCase.ALREADY_PROCESSED
    assert world.container.job_sweeper.redrive(timedelta(seconds=10)).redriven == 1
    assert world.work_last() is JobResult.COMPLETED
