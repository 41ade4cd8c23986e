from datetime import timedelta

import pytest
from creator_search.domain.errors import ProfileNotFound, StorageUnavailable
from creator_search.domain.jobs import JobStatus, Priority
from creator_search.domain.upstream_errors import (
    UpstreamBreakerOpen,
    UpstreamDeferred,
    UpstreamError,
    UpstreamNotConfigured,
    UpstreamQuotaExhausted,
    UpstreamRateSpent,
    UpstreamThrottled,
)
from creator_search.services.pipeline.process import JobResult

from tests.fakes import fetched_profile
from tests.unit.services.worker import WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def test_a_failure_is_retried_after_two_and_four_minutes_and_then_fails_for_good(world: WorkerWorld) -> None:
    world.profile_source.answers = [UpstreamError()]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.RETRIED
    sweep = world.container.job_sweeper.sweep
    assert sweep().dispatched == 0
    world.clock.advance(minutes=2)
    assert sweep().dispatched == 1
    assert world.work_last() is JobResult.RETRIED
    world.clock.advance(minutes=3)
    assert sweep().dispatched == 0
    world.clock.advance(minutes=1)
    assert sweep().dispatched == 1
    assert world.work_last() is JobResult.FAILED
    row = world.jobs.rows["ada"]
    assert row.status is JobStatus.FAILED and row.attempts == 3
    [(priority, message, reason)] = world.queue.dead
    assert (priority, message.username, reason) == (Priority.HIGH, "ada", "The upstream API is not available")
    assert world.jobs.load_counters()[Priority.HIGH].active == 0


def test_a_name_that_does_not_exist_fails_at_the_first_attempt(world: WorkerWorld) -> None:
    world.profile_source.answers = [ProfileNotFound("ada")]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.FAILED
    assert world.jobs.rows["ada"].attempts == 1
    assert world.queue.dead == []


def test_an_unexpected_error_is_retried_and_logged_and_its_text_is_not_shown(world: WorkerWorld) -> None:
    world.profile_source.answers = [RuntimeError("password=hunter2")]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.RETRIED
    assert world.jobs.rows["ada"].error_message == "Internal error while processing this profile"
    assert [str(error) for _, error in world.failures.logged] == ["password=hunter2"]


def test_a_profile_provider_without_a_key_fails_the_attempt(world: WorkerWorld) -> None:
    world.profile_source.not_configured = UpstreamNotConfigured("No profile provider is configured")
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.RETRIED
    assert world.jobs.rows["ada"].error_message == "No profile provider is configured"


@pytest.mark.parametrize(
    ("refusal", "minutes"),
    [
        (UpstreamBreakerOpen(retry_in=timedelta(minutes=2)), 2),
        (UpstreamRateSpent(retry_in=timedelta(seconds=1)), 10 / 60),
        (UpstreamThrottled(), 1),
        (UpstreamQuotaExhausted(retry_in=timedelta(days=20)), 15),
    ],
)
def test_a_job_that_the_upstream_defers_is_put_off_without_an_attempt(
    world: WorkerWorld, refusal: UpstreamDeferred, minutes: float
) -> None:
    world.profile_source.answers = [refusal]
    world.container.requests.submit("ada", "frontend")
    for _ in range(5):  # more often than a job may fail
        assert world.work_last() is JobResult.PUT_OFF
        row = world.jobs.rows["ada"]
        assert (row.status, row.attempts) == (JobStatus.PENDING, 0)
        assert row.next_attempt_at == world.clock() + timedelta(minutes=minutes)
        assert row.error_message == refusal.message
        world.clock.advance(minutes=minutes)
        assert world.container.job_sweeper.sweep().dispatched == 1
    world.profile_source.answers = [fetched_profile()]
    assert world.work_last() is JobResult.COMPLETED
    assert world.jobs.rows["ada"].attempts == 1
    assert world.queue.dead == [] and world.jobs.load_counters()[Priority.HIGH].active == 0


def test_a_job_that_an_open_breaker_of_a_store_refuses_is_put_off_without_an_attempt(world: WorkerWorld) -> None:
    world.profile_source.answers = [StorageUnavailable(retry_in=timedelta(seconds=30))]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.PUT_OFF
    assert world.jobs.rows["ada"].attempts == 0


def test_a_build_is_put_off_when_the_share_of_the_rate_is_used_up_while_posts_are_read(world: WorkerWorld) -> None:
    world.post_source.answers = [UpstreamRateSpent(retry_in=timedelta(seconds=30))]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.PUT_OFF
    assert world.profiles.load_profile("ada") is None


@pytest.mark.parametrize("source", ["post_source", "reel_source", "similar_source"])
def test_an_open_breaker_of_another_endpoint_does_not_stop_a_profile(world: WorkerWorld, source: str) -> None:
    getattr(world, source).answers = [UpstreamBreakerOpen(retry_in=timedelta(seconds=60))]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
