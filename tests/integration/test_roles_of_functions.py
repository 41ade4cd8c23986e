"""What functions do beside plain requests and messages, with their roles: the `aws` fixture fails if any is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import (
    FUNCTIONS,
    Items,
    Queue,
    Use,
    dead_letter_environment_name,
    function_of,
    operation,
)
from creator_search.domain.callers import Caller, CallerKind
from creator_search.domain.jobs import MAX_ATTEMPTS, JobStatus, Priority
from creator_search.domain.messages import CallerErasureMessage
from creator_search.domain.upstream_errors import WrongAccount

from infra.local.invocation import handler_of
from infra.toolkit import ROOT
from tests.fakes import FakeUpstream
from tests.fakes.similar import FakeImages
from tests.proxy_events import proxy_event
from tests.seeds import NOW, numbered_post, sqs_event, store_creator

DOCUMENT = json.loads((ROOT / "functions" / "api" / "get_openapi_document" / "openapi.json").read_text())
PAGED = [
    found["operationId"]
    for path in DOCUMENT["paths"].values()
    for found in path.values()
    if any(each.get("name") == "cursor" for each in found.get("parameters", ()))
]


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.usefixtures("aws")
def test_an_operation_with_pages_verifies_a_cursor(name: str) -> None:
    row = operation(name)
    store_creator(numbered_post(1))
    event = proxy_event(row)
    event["queryStringParameters"] = {"cursor": "forged"}
    event["multiValueQueryStringParameters"] = {"cursor": ["forged"]}
    answer = handler_of(function_of(row))(event)
    assert answer["statusCode"] == 400 and "next_cursor" in answer["body"]


def messages(aws: dict[str, str], name: str) -> list[Any]:
    answer = process_container().sqs.receive_message(QueueUrl=aws[name], MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_the_schedules_request_what_is_due(aws: dict[str, str]) -> None:
    store_creator(numbered_post(1), age=timedelta(days=9), refresh_due_at=NOW, analysis_due_at=NOW)
    assert handler_of(FUNCTIONS["refresh_analyses"])({}) == {"requested": 1}
    assert handler_of(FUNCTIONS["refresh_profiles"])({}) == {"requested": 1}
    assert messages(aws, "QUEUE_ANALYSIS")
    assert [message["username"] for message in messages(aws, "QUEUE_PROFILE_MEDIUM")] == ["ada"]


def test_the_sweeper_gives_up_sends_again_and_repairs(aws: dict[str, str]) -> None:
    container = process_container()
    changes: dict[str, Any] = {
        "ada": {"status": JobStatus.PROCESSING, "attempts": MAX_ATTEMPTS},
        "ben": {"next_attempt_at": NOW - timedelta(minutes=9)},
    }
    for username, changed in changes.items():
        job = container.requests.submit(username, "frontend").job
        assert job is not None
        late = replace(job, due_at=NOW - timedelta(minutes=9), version=job.version + 1, **changed)
        assert container.job_store.save_job(late, over=job) is None
    messages(aws, "QUEUE_PROFILE_HIGH")
    container.job_store.issue_ticket(Priority.LOW)
    swept = handler_of(FUNCTIONS["sweep_jobs"])({})
    assert (swept["failed"], swept["dispatched"], swept["counters_repaired"]) == (1, 1, 1)
    assert [message["username"] for message in messages(aws, "QUEUE_PROFILE_HIGH")] == ["ben"]
    assert [message["username"] for message in messages(aws, "QUEUE_PROFILE_HIGH_DEAD_LETTER")] == ["ada"]
    assert messages(aws, "QUEUE_WEBHOOK")


def test_dead_letters_of_every_queue_are_sent_again(aws: dict[str, str]) -> None:
    container, sent = process_container(), json.dumps({"username": "ada"})
    for queue in Queue:
        body = json.dumps({"username": "ada", "kind": "profile"}) if queue is Queue.MEDIA else sent
        container.sqs.send_message(QueueUrl=aws[dead_letter_environment_name(queue)], MessageBody=body)
    row = operation("process_pending_jobs")
    event = proxy_event(row)
    event["queryStringParameters"] = {"redrive": "true"}
    event["multiValueQueryStringParameters"] = {"redrive": ["true"]}
    event["headers"]["Idempotency-Key"] = "once"
    event["multiValueHeaders"]["Idempotency-Key"] = ["once"]
    answer = handler_of(row)(event)
    found = json.loads(answer["body"])["data"]
    assert answer["statusCode"] == 200 and found["redriven"] == 3, found
    assert {"media", "analysis", "erasure", "comments"} <= {
        name for name, count in found["redriven_tasks"].items() if count
    }


def test_the_erasure_of_a_caller_deletes_the_keys(aws: dict[str, str]) -> None:
    container = process_container()
    key, _ = container.api_keys.create(Caller(subject="alice", kind=CallerKind.USER), "reports", None)
    message = CallerErasureMessage(subject="alice", requested_at=NOW)
    invoke = handler_of(FUNCTIONS["erase_profiles"])
    assert invoke(sqs_event(Queue.ERASURE, message.model_dump_json())) == {"batchItemFailures": []}
    assert container.api_key_store.load_secret(key.id) is None
    assert container.sqs.receive_message(QueueUrl=aws["QUEUE_ERASURE_DEAD_LETTER"]).get("Messages") is None


@pytest.mark.usefixtures("aws")
def test_the_images_of_a_profile_are_finished() -> None:
    container = process_container()
    container.__dict__["image_source"] = FakeImages()
    post = numbered_post(1, image=None, source_image_url="https://images.test/a")
    store_creator(post, image=None, source_image_url="https://images.test/b")
    body = json.dumps({"username": "ada", "kind": "profile"})
    assert handler_of(FUNCTIONS["copy_images"])(sqs_event(Queue.MEDIA, body)) == {"batchItemFailures": []}
    stored = container.profile_store.load_profile("ada")
    assert stored is not None and stored.image is not None


def test_a_job_of_a_username_that_its_account_has_left_requests_the_present_one(aws: dict[str, str]) -> None:
    container = process_container()
    container.account_registry.assign("ada", "4711", NOW)
    source = FakeUpstream([WrongAccount("ada", username="ada.lopez", account_id="4711")])
    container.__dict__["profile_sources"] = lambda _share: source
    message = json.dumps({"username": "ada", "source": "frontend"})
    invoke = handler_of(FUNCTIONS["process_profiles"])
    assert invoke(sqs_event(Queue.PROFILE_LOW, message)) == {"batchItemFailures": []}
    assert [message["username"] for message in messages(aws, "QUEUE_PROFILE_MEDIUM")] == ["ada.lopez"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whoever_uses_a_store_or_a_bucket_may_read_and_put_the_states_of_breakers(name: str) -> None:
    row = FUNCTIONS[name]
    others = {*row.all_parts} - {Items.BREAKERS}
    used = bool(others or row.indexes or row.buckets)
    assert row.all_parts.get(Items.BREAKERS) == (Use.READ | Use.ADD if used else None)
