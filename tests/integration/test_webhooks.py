"""Webhooks over moto and HTTP: from the API and the jobs through the queue to a receiver on this machine."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from creator_search.adapters.dynamodb.items import to_wire
from creator_search.adapters.dynamodb.schema.accounts import caller_key, favorite_item
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, Queue, Table
from creator_search.config import resource_name
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.webhooks import WebhookEvent
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from infra.local.gateway import compose
from infra.local.invocation import handler_of
from tests.fakes import NEVER
from tests.queue_work import work_queue
from tests.receiver import Receiver, receiving, status

PATH = "/api/me/webhooks"


@pytest.fixture
def receiver(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as found:
        monkeypatch.setenv("LOCAL_CALLER", "true")
        monkeypatch.setenv("WEBHOOK_HOST_ALLOWLIST", found.host)
        process_container.cache_clear()
        yield found


@pytest.fixture
def api(receiver: Receiver) -> TestClient:
    """The API as a process on this machine sees it: as the user `local`."""
    app = compose(process_container())
    return TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), raise_server_exceptions=False)


def register(api: TestClient, receiver: Receiver, **fields: Any) -> dict[str, Any]:
    answer = api.post(PATH, json={"url": receiver.url, **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def favor(username: str, subject: str = "local") -> None:
    row = {"owner": caller_key(subject), "item": favorite_item(username), "username": username}
    process_container().dynamodb.put_item(TableName=resource_name(Table.ACCOUNTS), Item=to_wire(row))


def verified(secret: str, receiver: Receiver) -> dict[str, Any]:
    got = receiver.received[-1]
    found: dict[str, Any] = Webhook(secret).verify(got.body, got.headers)
    return found


def test_a_test_reaches_the_receiver_signed_and_is_listed(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver)
    assert hook["secret"].startswith("whsec_") and len(base64.b64decode(hook["secret"].removeprefix("whsec_"))) == 32
    answer = api.post(f"{PATH}/{hook['id']}/test")
    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "pending")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert verified(hook["secret"], receiver)["type"] == "ping"
    listed = api.get(f"{PATH}/{hook['id']}/deliveries").json()
    [delivery] = listed["data"]
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("delivered", 1, 200)
    assert delivery["response_ms"] >= 0 and delivery["message_id"] == receiver.received[-1].headers["webhook-id"]
    assert listed["meta"] == {"next_cursor": None, "has_more": False}


def test_a_secret_is_shown_when_it_is_made_and_never_again(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver, events=["profile.failed"])
    rotated = api.post(f"{PATH}/{hook['id']}/rotate").json()["data"]
    assert rotated["secret"] != hook["secret"]
    api.post(f"{PATH}/{hook['id']}/test")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert verified(hook["secret"], receiver) == verified(rotated["secret"], receiver)
    changed = api.patch(f"{PATH}/{hook['id']}", json={"events": ["profile.completed"]})
    assert changed.json()["data"]["events"] == ["profile.completed"]
    texts = [
        changed.text,
        *(api.get(f"{PATH}{path}").text for path in ("", f"/{hook['id']}", f"/{hook['id']}/deliveries")),
    ]
    for text in texts:
        assert "secret" not in text and hook["secret"] not in text and rotated["secret"] not in text


def test_a_repeated_registration_with_its_key_does_not_show_the_secret_again(
    api: TestClient, receiver: Receiver
) -> None:
    for expected in (201, 409):
        answer = api.post(PATH, json={"url": receiver.url}, headers={"Idempotency-Key": "k"})
        assert answer.status_code == expected
    assert len(api.get(PATH).json()["data"]) == 1


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "https://127.0.0.1/", "https://0x7f.1/", "https://localhost/", "https://u@a.example/"],
)
def test_a_url_that_must_not_be_called_is_400_and_names_the_parameter(api: TestClient, url: str) -> None:
    answer = api.post(PATH, json={"url": url})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert "url" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"url": 5}, {"url": "https://a.example", "events": []}, {"url": None}])
def test_an_invalid_body_is_400(api: TestClient, body: dict[str, Any]) -> None:
    assert (api.post(PATH, json=body).status_code, api.get(PATH).json()["data"]) == (400, [])


@pytest.mark.parametrize("events", [["ping"], ["other"], ["profile.completed", "other"]])
def test_an_unknown_event_is_400(api: TestClient, events: list[str]) -> None:
    answer = api.post(PATH, json={"url": "https://a.example", "events": events})
    assert (answer.status_code, "events" in answer.json()["detail"]) == (400, True)


def test_somebody_elses_webhook_is_as_absent(api: TestClient, receiver: Receiver) -> None:
    foreign = process_container().webhooks.register("bob", receiver.url, None)
    process_container().webhook_deliveries.test("bob", foreign.id)
    answers = set()
    for id_ in (foreign.id, "0" * 32, "x%23y", "é" * 400):
        for method, path in (
            ("GET", ""),
            ("PATCH", ""),
            ("GET", "/deliveries"),
            ("POST", "/test"),
            ("POST", "/rotate"),
        ):
            answer = api.request(method, f"{PATH}/{id_}{path}", json={} if method == "PATCH" else None)
            answers.add((answer.status_code, answer.json()["error_code"], answer.json()["detail"]))
        assert api.delete(f"{PATH}/{id_}").status_code == 204
    assert answers == {(404, "NOT_FOUND", "The webhook does not exist")}
    assert process_container().webhooks.load("bob", foreign.id) == foreign


def test_a_deleted_webhook_gets_nothing_more(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver)
    api.post(f"{PATH}/{hook['id']}/test")
    assert api.delete(f"{PATH}/{hook['id']}").status_code == 204
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert receiver.received == []
    rows = process_container().dynamodb.scan(TableName=resource_name(Table.ACCOUNTS))["Items"]
    assert rows == []


def test_a_gone_receiver_disables_the_webhook_until_its_owner_enables_it(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver)
    receiver.answers["/hook"] = status(410)
    api.post(f"{PATH}/{hook['id']}/test")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    found = api.get(f"{PATH}/{hook['id']}").json()["data"]
    assert (found["enabled"], found["disabled_reason"]) == (False, "The receiver answered 410 Gone")
    assert found["disabled_at"]
    assert api.post(f"{PATH}/{hook['id']}/test").status_code == 409
    receiver.answers.clear()
    enabled = api.patch(f"{PATH}/{hook['id']}", json={"enabled": True}).json()["data"]
    assert (enabled["enabled"], enabled["disabled_at"], enabled["disabled_reason"]) == (True, None, None)
    [delivery] = api.get(f"{PATH}/{hook['id']}/deliveries").json()["data"]
    assert delivery["status"] == "failed"
    retried = api.post(f"{PATH}/{hook['id']}/deliveries/{delivery['id']}/retry")
    assert retried.status_code == 202
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    [delivery] = api.get(f"{PATH}/{hook['id']}/deliveries").json()["data"]
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 2)


def test_a_failed_delivery_shows_its_next_attempt(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver)
    receiver.answers["/hook"] = status(500)
    api.post(f"{PATH}/{hook['id']}/test")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    [delivery] = api.get(f"{PATH}/{hook['id']}/deliveries").json()["data"]
    assert (delivery["status"], delivery["response_status"]) == ("pending", 500)
    assert delivery["next_attempt_at"] > delivery["last_attempt_at"]


def test_an_erasure_notifies_the_callers_before_their_rows_are_deleted(api: TestClient, receiver: Receiver) -> None:
    favor("grace")
    hook = register(api, receiver)
    process_container().profile_eraser.erase(ErasureMessage(username="grace", request_id="r1"), NEVER)
    process_container().profile_eraser.erase(ErasureMessage(username="grace", request_id="r1"), NEVER)
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    [got] = receiver.received
    assert verified(hook["secret"], receiver)["data"] == {"username": "grace"}
    assert json.loads(got.body)["type"] == "profile.erased"
    rows = process_container().dynamodb.query(
        TableName=resource_name(Table.ACCOUNTS),
        KeyConditionExpression="#owner = :owner AND begins_with(#item, :prefix)",
        ExpressionAttributeNames={"#owner": "owner", "#item": "item"},
        ExpressionAttributeValues=to_wire({":owner": caller_key("local"), ":prefix": "delivery#"}),
    )["Items"]
    # A name that no random hexadecimal identifier contains.
    assert len(rows) == 1 and "grace" not in json.dumps(rows)


def test_a_later_attempt_is_sent_by_the_sweeper(api: TestClient, receiver: Receiver) -> None:
    hook = register(api, receiver)
    favor("ada")
    process_container().events.publish(WebhookEvent.PROFILE_COMPLETED, "ada", "r1", {"request_id": "r1"})
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert verified(hook["secret"], receiver)["data"] == {"username": "ada", "request_id": "r1"}
    container, now = process_container(), datetime.now(UTC)
    [found] = container.webhook_deliveries.list("local", hook["id"], 50, None).rows
    container.webhook_deliveries.retry("local", hook["id"], found.id)
    container.sqs.purge_queue(QueueUrl=resource_name(Queue.WEBHOOK))
    asked = container.delivery_store.load_delivery(found.address)
    assert asked is not None and asked.due_at is not None
    container.dynamodb.update_item(
        TableName=resource_name(Table.ACCOUNTS),
        Key=to_wire({"owner": caller_key("local"), "item": f"delivery#{hook['id']}#{found.id}"}),
        UpdateExpression="SET due_at = :now",
        ExpressionAttributeValues=to_wire({":now": now.timestamp()}),
    )
    assert handler_of(FUNCTIONS["sweep_deliveries"])({}) == {"sent": 1}
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert len(receiver.received) == 2
