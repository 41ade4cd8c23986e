"""Deliveries of webhooks: their schedule, and what stops them."""

import json
from datetime import timedelta

import pytest
from creator_search.domain.deliveries import RETRY_DELAYS, DeliveryStatus
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.webhooks.deliver import DeliveryResult

from tests.fakes import START, Died, World
from tests.unit.services.webhooks import URL, WebhookWorld


@pytest.fixture
def world() -> WebhookWorld:
    found = WebhookWorld()
    found.webhooks.favorites.add(("alice", "ada"))
    return found


def times(world: World) -> list[timedelta]:
    return [sent.at - START for sent in world.receivers.sent]


def test_an_event_reaches_the_webhook_of_a_caller_that_is_interested(world: WebhookWorld) -> None:
    hook = world.hook()
    world.hook("bob")
    world.publish()
    world.run(seconds=1)
    [sent] = world.receivers.sent
    assert (sent.url, sent.secrets) == (URL, (hook.secret,))
    assert json.loads(sent.body) == {
        "type": "profile.completed",
        "timestamp": "2026-01-31T12:00:00.000Z",
        "data": {"username": "ada"},
    }
    [delivery] = world.listed(hook)
    assert (delivery.status, delivery.attempts, delivery.response_status) == (DeliveryStatus.DELIVERED, 1, 200)
    assert delivery.message_id == sent.message_id


def test_a_failing_receiver_gets_the_scheduled_attempts_and_no_others(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 500
    world.publish()
    world.run(hours=80)
    expected, total = [timedelta(0)], timedelta(0)
    for delay in RETRY_DELAYS:
        total += delay
        expected.append(total)
    made = times(world)
    assert len(made) == 10
    for at, wanted in zip(made, expected, strict=True):
        # The sweeper runs every minute, so a later attempt waits for its next run.
        assert wanted <= at <= wanted + timedelta(minutes=10)
    assert made[:3] == [timedelta(0), timedelta(seconds=5), timedelta(minutes=5, seconds=5)]
    assert len({sent.message_id for sent in world.receivers.sent}) == 1
    [delivery] = world.listed(hook)
    assert (delivery.status, delivery.next_attempt_at) == (DeliveryStatus.FAILED, None)
    assert world.load(hook).failures == 1 and world.load(hook).is_enabled


def test_a_receiver_that_is_down_for_an_hour_gets_the_event_at_the_next_attempt(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda sent: 500 if sent.at < START + timedelta(hours=1) else 204
    world.publish()
    world.run(hours=4)
    assert len(world.receivers.sent) == 5
    assert world.listed(hook)[0].status is DeliveryStatus.DELIVERED


def test_an_event_that_is_published_again_is_not_sent_again(world: WebhookWorld) -> None:
    hook = world.hook()
    for _ in range(3):
        world.publish()
        world.run(minutes=3)
    assert len(world.receivers.sent) == 1 and len(world.listed(hook)) == 1
    world.publish(key="r2")
    world.run(seconds=1)
    assert len({sent.message_id for sent in world.receivers.sent}) == 2


def test_a_caller_with_a_favourite_and_a_request_gets_the_event_once(world: WebhookWorld) -> None:
    world.webhooks.requests["alice", "ada"] = START + timedelta(days=30)
    world.hook()
    world.publish()
    world.run(minutes=20)
    assert len(world.receivers.sent) == 1


def test_a_request_counts_for_its_thirty_days(world: WebhookWorld) -> None:
    world.webhooks.favorites.clear()
    world.webhooks.requests["alice", "ada"] = START + timedelta(days=30)
    world.hook()
    world.clock.advance(days=30)
    world.publish()
    world.run(seconds=1)
    assert world.receivers.sent == []


def test_only_events_that_the_webhook_wants_are_sent(world: WebhookWorld) -> None:
    world.hook(events=["profile.failed"])
    world.publish()
    world.publish(event=WebhookEvent.PROFILE_FAILED)
    world.run(seconds=1)
    assert [json.loads(sent.body)["type"] for sent in world.receivers.sent] == ["profile.failed"]


def test_one_410_disables_the_webhook_and_says_so(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 410
    world.publish()
    world.publish(key="r2")
    world.run(hours=80)
    assert len(world.receivers.sent) == 1
    found = world.load(hook)
    assert (found.is_enabled, found.disabled_reason) == (False, "The receiver answered 410 Gone")
    assert {d.status for d in world.listed(hook)} == {DeliveryStatus.FAILED}
    world.publish(key="r3")
    world.run(hours=1)
    assert len(world.listed(hook)) == 2


def fail_deliveries(world: WebhookWorld, number: int, name: str) -> None:
    for turn in range(number):
        world.publish(key=f"{name}{turn}")
    world.run(hours=80)


def test_twenty_failed_deliveries_in_a_row_disable_the_webhook(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 503
    fail_deliveries(world, 19, "a")
    assert world.load(hook).is_enabled and world.load(hook).failures == 19
    fail_deliveries(world, 1, "b")
    found = world.load(hook)
    assert (found.is_enabled, found.disabled_reason) == (False, "20 deliveries in a row failed")


def test_a_success_in_between_starts_the_count_again(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 503
    fail_deliveries(world, 19, "a")
    world.receivers.answer = lambda _: 200
    fail_deliveries(world, 1, "b")
    assert world.load(hook).failures == 0
    world.receivers.answer = lambda _: 503
    fail_deliveries(world, 19, "c")
    assert world.load(hook).is_enabled


def test_an_enabled_webhook_starts_without_failures(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 410
    world.publish()
    world.run(seconds=1)
    world.container.webhooks.change("alice", hook.id, url=None, events=None, is_enabled=True)
    world.receivers.answer = lambda _: 200
    world.publish(key="r2")
    world.run(seconds=1)
    assert world.listed(hook)[0].status is DeliveryStatus.DELIVERED
    assert world.load(hook).disabled_reason is None


def test_after_a_slow_attempt_others_of_its_webhook_wait_and_those_of_other_webhooks_do_not(
    world: WebhookWorld,
) -> None:
    slow = world.hook(url="https://slow.example/")
    world.webhooks.favorites.add(("bob", "ada"))
    world.hook("bob")
    world.receivers.answer = lambda sent: None if "slow" in sent.url else 200
    for number in range(30):
        world.publish(key=f"r{number}")
    world.run(seconds=4)
    assert sum(sent.url == URL for sent in world.receivers.sent) == 30
    assert sum("slow" in sent.url for sent in world.receivers.sent) == 1
    world.receivers.answer = lambda _: 200
    world.run(minutes=20)
    assert {d.status for d in world.listed(slow)} == {DeliveryStatus.DELIVERED}
    assert len(world.listed(slow)) == 30


def test_the_retry_of_a_slow_receiver_keeps_to_the_schedule(world: WebhookWorld) -> None:
    world.hook()
    world.receivers.answer = lambda _: None
    world.publish()
    world.run(minutes=6)
    assert times(world) == [timedelta(0), timedelta(seconds=5), timedelta(minutes=5, seconds=5)]


def test_two_workers_with_the_same_message_send_once(world: WebhookWorld) -> None:
    hook = world.hook()
    test = world.container.webhook_deliveries.test("alice", hook.id)
    results: list[DeliveryResult] = []
    deliverer = world.container.webhook_deliverer
    world.receivers.on_send = lambda: results.append(deliverer.deliver(test.address))
    assert deliverer.deliver(test.address) is DeliveryResult.DELIVERED
    assert results == [DeliveryResult.DROPPED]
    assert deliverer.deliver(test.address) is DeliveryResult.DROPPED
    assert len(world.receivers.sent) == 1


def die() -> None:
    raise Died


def test_the_delivery_of_a_worker_that_died_is_sent_when_its_lease_ends(world: WebhookWorld) -> None:
    hook = world.hook()
    test = world.container.webhook_deliveries.test("alice", hook.id)
    world.receivers.on_send = die
    with pytest.raises(Died):
        world.container.webhook_deliverer.deliver(test.address)
    world.tasks.sent.clear()
    world.run(minutes=4)
    assert world.listed(hook)[0].status is DeliveryStatus.DELIVERED


def test_a_delivery_whose_message_was_lost_is_sent_by_the_sweeper(world: WebhookWorld) -> None:
    hook = world.hook()
    world.tasks.refuses = True
    with pytest.raises(QueueUnavailable):
        world.container.webhook_deliveries.test("alice", hook.id)
    world.tasks.refuses = False
    world.run(minutes=7)
    assert world.listed(hook)[0].status is DeliveryStatus.DELIVERED


def test_a_delivery_of_a_deleted_webhook_is_dropped(world: WebhookWorld) -> None:
    hook = world.hook()
    test = world.container.webhook_deliveries.test("alice", hook.id)
    world.receivers.on_send = lambda: world.container.webhooks.remove("alice", hook.id)
    assert world.container.webhook_deliverer.deliver(test.address) is DeliveryResult.DROPPED
    assert world.deliveries.rows == {} and world.webhooks.rows == {}
    # A row that was written while the webhook was deleted:
    world.deliveries.add_delivery(test)
    assert world.container.webhook_deliverer.deliver(test.address) is DeliveryResult.DROPPED
    assert world.deliveries.rows == {}
