"""What the owner of a webhook does with it, and events with many callers."""

import pytest
from creator_search.domain.deliveries import DeliveryStatus
from creator_search.domain.errors import Conflict, NotFound
from creator_search.domain.webhooks import MAX_OLD_SECRETS, OLD_SECRET_SIGNS_FOR

from tests.unit.services.webhooks import WebhookWorld


@pytest.fixture
def world() -> WebhookWorld:
    found = WebhookWorld()
    found.webhooks.favorites.add(("alice", "ada"))
    return found


def test_a_failed_delivery_can_be_attempted_again_by_its_owner_only(world: WebhookWorld) -> None:
    hook = world.hook()
    world.receivers.answer = lambda _: 500
    world.publish()
    world.run(hours=80)
    [failed] = world.listed(hook)
    deliveries = world.container.webhook_deliveries
    for subject, webhook_id, id_ in (
        ("bob", hook.id, failed.id),
        ("alice", hook.id, "other"),
        ("alice", hook.id, "#"),
        ("alice", "x" * 3000, failed.id),
    ):
        with pytest.raises(NotFound):
            deliveries.retry(subject, webhook_id, id_)
    world.receivers.answer = lambda _: 200
    assert deliveries.retry("alice", hook.id, failed.id).status is DeliveryStatus.PENDING
    world.run(seconds=1)
    [found] = world.listed(hook)
    assert (found.status, found.attempts, found.id) == (DeliveryStatus.DELIVERED, 11, failed.id)


def test_a_disabled_webhook_is_neither_tested_nor_retried(world: WebhookWorld) -> None:
    hook = world.hook()
    world.publish()
    world.run(seconds=1)
    world.container.webhooks.change("alice", hook.id, url=None, events=None, is_enabled=False)
    with pytest.raises(Conflict):
        world.container.webhook_deliveries.test("alice", hook.id)
    with pytest.raises(Conflict):
        world.container.webhook_deliveries.retry("alice", hook.id, world.listed(hook)[0].id)


def test_both_secrets_sign_for_a_day_after_a_rotation(world: WebhookWorld) -> None:
    hook = world.hook()
    rotated = world.container.webhooks.rotate("alice", hook.id)

    def secrets_of_a_test() -> tuple[str, ...]:
        world.container.webhook_deliveries.test("alice", hook.id)
        world.run(seconds=1)
        return world.receivers.sent[-1].secrets

    assert rotated.secret != hook.secret
    assert secrets_of_a_test() == (rotated.secret, hook.secret)
    world.clock.advance(hours=24)
    assert secrets_of_a_test() == (rotated.secret,)


def test_a_rotation_is_refused_that_would_end_an_earlier_secret_before_its_day(world: WebhookWorld) -> None:
    hook, webhooks = world.hook(), world.container.webhooks
    started = world.clock()
    secrets = [hook.secret]
    for _ in range(MAX_OLD_SECRETS):
        secrets.insert(0, webhooks.rotate("alice", hook.id).secret)
        world.clock.advance(hours=1)
    with pytest.raises(Conflict, match=rf"rotate again after {started + OLD_SECRET_SIGNS_FOR:%Y-%m-%dT%H:%M:%SZ}"):
        webhooks.rotate("alice", hook.id)
    assert webhooks.load("alice", hook.id).signing_secrets(world.clock()) == tuple(secrets)
    world.clock.advance(hours=20)
    assert webhooks.rotate("alice", hook.id).signing_secrets(world.clock())[1:] == tuple(secrets[:-1])


def test_no_representation_of_a_webhook_shows_its_secret(world: WebhookWorld) -> None:
    hook = world.hook()
    rotated = world.container.webhooks.rotate("alice", hook.id)
    for secret in (hook.secret, rotated.secret):
        assert secret not in repr(rotated) and secret.removeprefix("whsec_") not in repr(rotated)


def test_an_event_with_many_callers_is_continued_by_another_message(world: WebhookWorld) -> None:
    world.webhooks.favorites |= {(f"caller-{number:03}", "ada") for number in range(250)}
    for subject, _ in sorted(world.webhooks.favorites):
        world.hook(subject)
    world.publish()
    [(message, _)] = world.tasks.sent
    world.tasks.sent.clear()
    done = world.container.event_fan_out.fan_out(message, deadline=world.clock())  # type: ignore[arg-type]
    assert (done.deliveries, done.is_finished) == (100, False)
    world.run(minutes=20)
    assert len(world.deliveries.rows) == len(world.receivers.sent) == 251
