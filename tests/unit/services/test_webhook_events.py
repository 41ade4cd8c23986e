"""Where events come from: jobs, analyses, erasures."""

from datetime import timedelta

import pytest
from creator_search.domain.deliveries import DeliveryStatus
from creator_search.domain.errors import ProfileNotFound, QueueUnavailable
from creator_search.domain.jobs import JobStatus, Priority
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.webhook_messages import EventMessage
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.pipeline.process import JobResult
from creator_search.services.webhooks.events import EventPublisher

from tests.fakes import NEVER, Died, FakeUpstream
from tests.unit.services.webhooks import WebhookWorld
from tests.unit.services.worker import LEASE, WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def test_a_job_publishes_how_it_ended(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    [event] = [task for task, _ in world.tasks.sent if isinstance(task, EventMessage)]
    assert (event.event, event.username) == (WebhookEvent.PROFILE_COMPLETED, "ada")
    job = world.jobs.rows["ada"]
    assert event.details == {"profile_type": "primary", "request_id": job.request_id}
    world.profile_source = FakeUpstream([ProfileNotFound("ben")])
    world.restart()
    world.container.requests.submit("ben", "frontend")
    assert world.work_last() is JobResult.FAILED
    assert world.tasks.events[-1] == ("profile.failed", "ben")


def test_a_job_whose_event_cannot_be_published_is_put_off_and_publishes_it_later(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "crawler")

    class Refusing:
        def publish(self, *_: object, **__: object) -> None:
            raise QueueUnavailable

    world.restart(events=Refusing())
    assert world.work_last() is JobResult.PUT_OFF
    job = world.jobs.rows["ada"]
    assert (job.status, job.attempts) == (JobStatus.PENDING, 0)
    world.restart(events=EventPublisher(world.tasks, world.clock))
    world.clock.advance(minutes=30)
    world.container.job_sweeper.sweep()
    assert world.work_last() is JobResult.COMPLETED
    assert world.tasks.events == [("profile.completed", "ada")]


def test_a_worker_that_dies_after_publishing_is_followed_by_one_that_publishes_the_same_event(
    world: WorkerWorld,
) -> None:
    world.container.requests.submit("ada", "frontend")

    class Dying:
        def publish(self, event: WebhookEvent, username: str, key: str, details: dict[str, str] | None = None) -> None:
            EventPublisher(world.tasks, world.clock).publish(event, username, key, details)
            raise Died

    world.restart(events=Dying())
    with pytest.raises(Died):
        world.work_last()
    assert world.jobs.rows["ada"].status is JobStatus.PROCESSING
    world.clock.advance(seconds=LEASE.total_seconds() + 1)
    world.restart(events=EventPublisher(world.tasks, world.clock))
    world.container.job_sweeper.sweep()
    assert world.work_last() is JobResult.COMPLETED
    published = [task for task, _ in world.tasks.sent if isinstance(task, EventMessage)]
    assert len(published) == 2 and len({event.event_id for event in published}) == 1


def test_the_last_failure_of_a_dead_worker_is_published_by_the_sweeper(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    for _ in range(3):
        world.die_at_work()
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
        world.container.job_sweeper.sweep()
    assert world.jobs.rows["ada"].status is JobStatus.FAILED
    assert world.tasks.events == [("profile.failed", "ada")]


def test_a_completed_analysis_is_published(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    world.container.profile_analyzer.analyze("ada", world.clock() + timedelta(minutes=5))
    assert world.tasks.events[-1] == ("analysis.completed", "ada")


def test_a_creator_that_is_not_stored_has_no_completed_analysis(world: WorkerWorld) -> None:
    world.container.profile_analyzer.analyze("ada", world.clock() + timedelta(minutes=5))
    assert world.tasks.events == []


def test_an_erasure_is_told_to_those_who_keep_the_creator_even_if_it_runs_twice() -> None:
    world = WebhookWorld()
    world.webhooks.favorites |= {("alice", "ada"), ("alice", "ada.old"), ("bob", "ben")}
    hook = world.hook()
    world.hook("bob")
    message = ErasureMessage(username="ada", account_id="1", other_usernames=("ada.old",), request_id="r1")
    for found in (message, message, message.model_copy(update={"is_last": True})):
        world.container.profile_eraser.erase(found, NEVER)
    world.webhooks.favorites.clear()
    world.tasks.sent[:] = [(task, delay) for task, delay in world.tasks.sent if task.queue == "webhook"]
    world.run(minutes=20)
    deliveries = world.listed(hook)
    assert len(world.receivers.sent) == len(deliveries) == 2
    # What was delivered does not name the creator any longer.
    assert {(d.status, d.username, d.body) for d in deliveries} == {(DeliveryStatus.DELIVERED, None, None)}


def test_low_jobs_publish_what_they_built(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "crawler")
    assert world.queue.sent[-1][0] is Priority.LOW
    world.work_last()
    [event] = [task for task, _ in world.tasks.sent if isinstance(task, EventMessage)]
    assert event.details["profile_type"] == "secondary"
