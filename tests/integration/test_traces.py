"""What an erasure leaves: every table, bucket and queue is searched for the caller, and for the creator."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Queue
from creator_search.domain.callers import Caller, CallerKind, CallerScope
from creator_search.domain.messages import CallerErasureMessage, ErasureMessage
from creator_search.domain.webhooks import WebhookEvent
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from tests.fakes import NEVER
from tests.fakes.callers import FakeTokenVerifier
from tests.queue_work import work_queue
from tests.receiver import Receiver, receiving
from tests.seeds import numbered_post, store_creator, store_similar

CALLERS = {name: Caller(subject=f"subject-of-{name}", kind=CallerKind.USER) for name in ("alice", "bob")}
ROOT = Caller(subject="subject-of-root", kind=CallerKind.USER, scopes=frozenset(CallerScope))
CREATOR = "ada.marker"
Ask = Callable[..., Any]


@pytest.fixture
def receiver(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as found:
        monkeypatch.setenv("WEBHOOK_HOST_ALLOWLIST", found.host)
        process_container.cache_clear()
        yield found


@pytest.fixture
def ask(receiver: Receiver) -> Ask:
    """Sends a request as the caller `by` and returns the body of the answer, which must be a success."""
    verifier = FakeTokenVerifier()
    verifier.callers = {**CALLERS, "root": ROOT}
    process_container().__dict__["token_verifier"] = verifier
    client = TestClient(compose(process_container()), base_url="https://api.test", raise_server_exceptions=False)

    def sent(by: str, method: str, path: str, **more: Any) -> Any:
        answer = client.request(
            method, path, headers={"Authorization": f"Bearer {by}", **more.pop("headers", {})}, **more
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    return sent


def leave_traces(ask: Ask, receiver: Receiver, by: str) -> str:
    """Use everything that stores something of a caller or a creator; return the id of an API key."""
    keyed = {"headers": {"Idempotency-Key": "key"}}
    key: str = ask(by, "POST", "/api/me/api-keys", json={"name": "reports"})["data"]["id"]
    ask(by, "PUT", f"/api/me/favorites/{CREATOR}")
    ask(by, "GET", f"/api/profile/{CREATOR}")
    ask(by, "GET", f"/api/creators/search?q={CREATOR}")
    ask(by, "POST", f"/api/profile/{CREATOR}/request", **keyed)
    ask(by, "POST", "/api/profiles/request", json={"usernames": ["ben", CREATOR]}, **keyed)
    campaign = ask(by, "POST", "/api/campaigns", json={"name": "Spring"}, **keyed)["data"]["id"]
    ask(by, "PUT", f"/api/campaigns/{campaign}/profiles/{CREATOR}")
    ask(by, "PUT", f"/api/campaigns/{campaign}/posts/p00001", json={"username": CREATOR})
    listed = ask(by, "POST", "/api/me/lists", json={"name": "Runners"})["data"]["id"]
    csv = {"content": f"{CREATOR}\n", "headers": {"Content-Type": "text/csv", "Idempotency-Key": "key"}}
    ask(by, "POST", f"/api/me/lists/{listed}/import", **csv)
    hook = ask(by, "POST", "/api/me/webhooks", json={"url": receiver.url}, **keyed)["data"]["id"]
    ask(by, "POST", f"/api/me/webhooks/{hook}/test")
    container = process_container()
    container.activity_recorder.finish(longest_wait=timedelta(seconds=10))
    container.events.publish(WebhookEvent.PROFILE_COMPLETED, CREATOR, "job-1")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    return key


def stores() -> dict[str, str]:
    """Return the content of every table, bucket and queue. Messages that are delayed are not visible."""
    container = process_container()
    dynamodb, s3, sqs = container.dynamodb, container.s3, container.sqs
    found = {}
    for table in dynamodb.list_tables()["TableNames"]:
        found[table] = str([page["Items"] for page in dynamodb.get_paginator("scan").paginate(TableName=table)])
    for bucket in (each["Name"] for each in s3.list_buckets()["Buckets"]):
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
        found[bucket] = str([(key, s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys])
    for url in sqs.list_queues()["QueueUrls"]:
        bodies: list[str] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [message["Body"] for message in messages]
        found[url] = str(bodies)
    return found


def where(*texts: str) -> list[str]:
    return [store for store, content in stores().items() if any(text in content for text in texts)]


def test_an_erased_caller_is_in_no_store(ask: Ask, receiver: Receiver) -> None:
    store_creator(numbered_post(1), username=CREATOR)
    key = leave_traces(ask, receiver, "alice")
    leave_traces(ask, receiver, "bob")
    subject = CALLERS["alice"].subject
    assert where(subject) and where(key)
    ask("alice", "DELETE", "/api/me")
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert where(subject, key) == []
    ask("alice", "PUT", "/api/me/favorites/ben")  # with a credential that is still trusted
    message = CallerErasureMessage(subject=subject, requested_at=process_container().clock())
    assert process_container().caller_eraser.finish(message) == 1
    assert where(subject) == []
    assert len(ask("bob", "GET", "/api/me/favorites")["data"]) == 1


def test_an_erased_creator_is_in_no_store_but_as_a_hash(ask: Ask, receiver: Receiver) -> None:
    store_creator(*(numbered_post(n) for n in range(3)), username=CREATOR, category="Media")
    store_similar("cleo", username=CREATOR)
    store_similar(CREATOR, "cleo", username="ben")
    container = process_container()
    for key in (f"profiles/{CREATOR}/profile.jpg", f"posts/{CREATOR}/x.jpg", f"similar/ben/{CREATOR}_profile.jpg"):
        container.image_store.store_image(key, b"x")
    container.locks.acquire(f"similar#{CREATOR}", "owner", 60)
    for by in ("alice", "bob"):
        leave_traces(ask, receiver, by)
    assert {"profiles", "similar", "memberships", "accounts", "images"} <= set(where(CREATOR))
    ask("root", "DELETE", f"/api/profile/{CREATOR}/data")
    work_queue(Queue.ERASURE, "erase_profiles")
    container.profile_eraser.erase(ErasureMessage(username=CREATOR, is_last=True), NEVER)
    work_queue(Queue.WEBHOOK, "deliver_webhooks")
    assert where(CREATOR) == []
