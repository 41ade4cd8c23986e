"""Webhooks, deliveries, and the times of events."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.adapters.dynamodb.items import to_wire
from creator_search.adapters.dynamodb.schema.accounts import caller_key, favorite_item, requested_item
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.deliveries import (
    Attempt,
    Delivery,
    asked_again,
    attempted,
    claimed,
    new_delivery,
)
from creator_search.domain.webhooks import SUBSCRIBABLE, DisabledReason, Webhook, WebhookEvent, disabled, rotated
from creator_search.services.ports import DeliveryStore, WebhookStore

from tests.fakes import START, FakeClock
from tests.ports.conftest import Ports

HOOK = Webhook(
    subject="alice",
    id="h1",
    url="https://hooks.example/",
    events=SUBSCRIBABLE,
    secret="whsec_one",
    created_at=START,
)


def delivery(key: str = "e1", hook: Webhook = HOOK, minutes: int = 0) -> Delivery:
    at = START + timedelta(minutes=minutes)
    return new_delivery(hook, key, WebhookEvent.PROFILE_COMPLETED, at, '{"a": "ä"}', "ada", START)


@pytest.fixture
def hooks(ports: Ports) -> WebhookStore:
    return ports.container.webhook_store


@pytest.fixture
def deliveries(ports: Ports) -> DeliveryStore:
    return ports.container.delivery_store


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_a_webhook_is_read_as_it_was_saved(hooks: WebhookStore) -> None:
    hook = replace(
        disabled(rotated(HOOK, "whsec_two", START), DisabledReason.GONE, START),
        failures=3,
        paused_until=START + timedelta(minutes=1),
    )
    assert hooks.load_webhook("alice", "h1") is None
    assert hooks.save_webhook(hook, over=None)
    assert hooks.load_webhook("alice", "h1") == hook
    assert hooks.load_webhook("bob", "h1") is None


def test_a_webhook_is_saved_over_the_row_that_was_read(hooks: WebhookStore) -> None:
    assert hooks.save_webhook(HOOK, over=None)
    assert not hooks.save_webhook(HOOK, over=None)
    changed = rotated(HOOK, "whsec_two", START)
    assert hooks.save_webhook(changed, over=HOOK)
    assert not hooks.save_webhook(rotated(HOOK, "whsec_three", START), over=HOOK)
    assert hooks.load_webhook("alice", "h1") == changed


def test_a_deleted_webhook_is_not_written_again_and_takes_its_deliveries_along(
    hooks: WebhookStore, deliveries: DeliveryStore
) -> None:
    other = replace(HOOK, id="h2")
    for hook in (HOOK, other):
        hooks.save_webhook(hook, over=None)
        deliveries.add_delivery(delivery(hook=hook))
    hooks.delete_webhook("alice", "h1")
    hooks.delete_webhook("alice", "h1")
    assert not hooks.save_webhook(rotated(HOOK, "whsec_two", START), over=HOOK)
    assert deliveries.load_delivery(delivery().address) is None
    assert [hook.id for hook in hooks.list_webhooks("alice", 10).rows] == ["h2"]
    assert deliveries.load_delivery(delivery(hook=other).address) is not None


def test_webhooks_are_listed_page_by_page(hooks: WebhookStore) -> None:
    for number in range(5):
        hooks.save_webhook(replace(HOOK, id=f"h{number}"), over=None)
    hooks.save_webhook(replace(HOOK, subject="bob"), over=None)
    first = hooks.list_webhooks("alice", 3)
    assert [hook.id for hook in first.rows] == ["h0", "h1", "h2"]
    second = hooks.list_webhooks("alice", 3, first.after)
    assert ([hook.id for hook in second.rows], second.after) == (["h3", "h4"], None)


def test_a_delivery_is_added_once(deliveries: DeliveryStore) -> None:
    made = delivery()
    assert deliveries.add_delivery(made) is None
    again = deliveries.add_delivery(replace(made, body="other"))
    assert again is not None and again.body == made.body
    assert deliveries.load_delivery(made.address) == made


def test_a_delivery_is_read_as_it_was_saved(deliveries: DeliveryStore) -> None:
    made = delivery()
    deliveries.add_delivery(made)
    mine = claimed(made, START)
    done = attempted(mine, Attempt(500, 12, "The receiver answered 500"), START)
    for after, before in ((mine, made), (done, mine)):
        assert deliveries.save_delivery(after, over=before)
        assert deliveries.load_delivery(made.address) == after


def test_a_delivery_is_claimed_by_one_worker(deliveries: DeliveryStore) -> None:
    made = delivery()
    deliveries.add_delivery(made)
    assert deliveries.save_delivery(claimed(made, START), over=made)
    assert not deliveries.save_delivery(claimed(made, START), over=made)


def test_a_deleted_delivery_is_not_written_again(deliveries: DeliveryStore) -> None:
    made = delivery()
    deliveries.add_delivery(made)
    deliveries.delete_delivery(made.address)
    assert not deliveries.save_delivery(claimed(made, START), over=made)
    assert deliveries.load_delivery(made.address) is None


def test_deliveries_are_listed_newest_first_page_by_page(deliveries: DeliveryStore) -> None:
    made = [delivery(f"e{number}", minutes=number) for number in range(5)]
    for found in reversed(made):
        deliveries.add_delivery(found)
    first = deliveries.list_deliveries("alice", "h1", 3)
    second = deliveries.list_deliveries("alice", "h1", 3, first.after)
    assert [*first.rows, *second.rows] == made[::-1]
    assert first.after and second.after is None
    assert deliveries.list_deliveries("bob", "h1", 3).rows == []


def test_an_expired_delivery_is_not_shown(deliveries: DeliveryStore, clock: FakeClock) -> None:
    deliveries.add_delivery(delivery())
    clock.advance(days=30)
    assert deliveries.load_delivery(delivery().address) is None
    assert deliveries.list_deliveries("alice", "h1", 3).rows == []


def test_pending_deliveries_are_due_at_their_time(deliveries: DeliveryStore) -> None:
    made = delivery()
    deliveries.add_delivery(made)
    assert made.due_at is not None
    assert deliveries.list_due_deliveries(made.due_at - timedelta(seconds=1), 10) == []
    assert deliveries.list_due_deliveries(made.due_at, 10) == [made.address]
    done = attempted(made, Attempt(200, 12), START)
    deliveries.save_delivery(done, over=made)
    assert deliveries.list_due_deliveries(START + timedelta(days=1), 10) == []
    deliveries.save_delivery(asked_again(done, START), over=done)
    assert deliveries.list_due_deliveries(START + timedelta(days=1), 10) == [made.address]


def test_due_deliveries_of_many_webhooks_are_all_found(deliveries: DeliveryStore) -> None:
    made = [delivery(f"e{number}") for number in range(40)]
    for found in made:
        deliveries.add_delivery(found)
    due = deliveries.list_due_deliveries(START + timedelta(days=1), 400)
    assert {address.delivery_id for address in due} == {found.id for found in made}


@pytest.fixture
def keep(ports: Ports) -> Callable[[str, str, bool], None]:
    """Return a function that stores a favourite, or a request that expires in 30 days."""

    def store(subject: str, username: str, is_request: bool) -> None:
        expires_at = START + timedelta(days=30)
        if ports.world:
            if is_request:
                ports.world.webhooks.requests[subject, username] = expires_at
            else:
                ports.world.webhooks.favorites.add((subject, username))
            return
        item = requested_item(username) if is_request else favorite_item(username)
        row = {"owner": caller_key(subject), "item": item, "username": username}
        expiry = {"expires_at": int(expires_at.timestamp())} if is_request else {}
        ports.container.dynamodb.put_item(TableName=resource_name(Table.ACCOUNTS), Item=to_wire({**row, **expiry}))

    return store


def interested(ports: Ports, username: str) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = ports.container.interested_callers.list_interested(username, after)
        found += page.rows
        after = page.after
        if after is None:
            return sorted(set(found))


def test_callers_with_a_favourite_or_a_request_are_interested(
    ports: Ports, keep: Callable[[str, str, bool], None], clock: FakeClock
) -> None:
    assert interested(ports, "ada") == []
    keep("alice", "ada", False)
    keep("auth0|bob#1", "ada", True)
    keep("cleo", "ben", False)
    keep("alice", "ada", True)
    assert interested(ports, "ada") == ["alice", "auth0|bob#1"]
    clock.advance(days=30)
    assert interested(ports, "ada") == ["alice"]


def test_any_number_of_interested_callers_is_listed(ports: Ports, keep: Callable[[str, str, bool], None]) -> None:
    names = [f"caller-{number:03}" for number in range(230)]
    for number, name in enumerate(names):
        keep(name, "ada", number % 2 == 0)
    assert interested(ports, "ada") == names


def test_an_event_has_the_time_at_which_it_was_published_first(ports: Ports, clock: FakeClock) -> None:
    times = ports.container.event_times
    assert times.settle_time("e1", START) == START
    clock.advance(minutes=3)
    assert times.settle_time("e1", clock()) == START
    assert times.settle_time("e2", clock()) == clock()
