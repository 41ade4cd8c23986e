"""Every function as Lambda runs it: its event, and no other environment than its row of the catalogue gives it."""

import importlib
import json
import os
from typing import Any

import pytest
from creator_search import catalogue, providers
from creator_search.catalogue import FUNCTIONS, OPERATIONS, Function, Operation, Queue, Worker

from infra.local.context import LocalContext


@pytest.fixture(params=FUNCTIONS)
def row(request: pytest.FixtureRequest, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Function:
    """Only the resources that the row names are in the environment."""
    found = FUNCTIONS[request.param]
    queues = {*found.sends, *found.drains, *(found.concurrency if isinstance(found, Worker) else ())}
    known = {catalogue.environment_name(r) for r in (*found.tables, *found.buckets, *queues)}
    known |= {catalogue.dead_letter_environment_name(q) for q in queues}
    for name in aws:
        if name not in known:
            monkeypatch.delenv(name)
    monkeypatch.setenv("CDN_DISTRIBUTION_ID", aws["CDN_DISTRIBUTION_ID"])
    providers.reset()
    return found


def proxy_event(row: Operation) -> dict[str, Any]:
    """What a REST API sends for the operation."""
    path = row.path.format(username="ada")
    body = json.dumps({"usernames": ["ada", "ben"]}) if row.name == "request_profiles" else None
    return {
        "resource": row.path,
        "path": path,
        "httpMethod": row.method,
        "headers": {"Accept": "*/*", "Content-Type": "application/json", "Host": "api.test"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"username": "ada"},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": row.path,
            "httpMethod": row.method,
            "path": f"/live{path}",
            "requestId": "from-the-gateway",
            "stage": "live",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def records(queue: Queue, *bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{n}",
                "receiptHandle": "r",
                "body": body,
                "attributes": {"SentTimestamp": "1767225600000", "ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue.value}",
                "awsRegion": "us-east-1",
            }
            for n, body in enumerate(bodies)
        ]
    }


def test_it_runs_with_what_its_row_gives_it(row: Function) -> None:
    context = LocalContext(row.name, row.timeout_seconds)
    handler = importlib.import_module(f"{catalogue.folder(row).replace('/', '.')}.handler").handler
    if isinstance(row, Operation):
        answer = handler(proxy_event(row), context)
        body = answer["body"]
        headers = {**answer.get("headers", {}), **{k: v[0] for k, v in answer.get("multiValueHeaders", {}).items()}}
        assert headers["x-request-id"] == "from-the-gateway"
        if row.upstream:  # nobody has a key here
            assert answer["statusCode"] == 503 and json.loads(body)["error_code"] == "SERVICE_UNAVAILABLE"
        elif row.name == "refresh_ai_insights":  # nobody is stored here
            assert answer["statusCode"] == 404, body
        else:
            assert answer["statusCode"] == row.status, body
    elif isinstance(row, Worker):
        for queue in row.concurrency:
            answer = handler(records(queue, "not json"), context)
            assert answer == {"batchItemFailures": []}
            url = os.environ[catalogue.dead_letter_environment_name(queue)]
            [letter] = providers.sqs().receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
            assert letter["Body"] == "not json" and "JSON" in letter["MessageAttributes"]["reason"]["StringValue"]
    else:
        assert set(handler({}, context).values()) == {0}


@pytest.mark.usefixtures("aws")
def test_of_a_batch_only_the_failed_message_comes_back() -> None:
    handler = importlib.import_module("functions.workers.process_profiles.handler").handler
    providers.dynamodb().delete_table(TableName="jobs")
    event = records(Queue.PROFILE_LOW, '{"username": "ada"}', "poison")
    answer = handler(event, LocalContext("process_profiles", 150))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_every_operation_says_who_may_call_it() -> None:
    assert all(isinstance(o.access, catalogue.Access) for o in OPERATIONS)
    admin = {o.name for o in OPERATIONS if o.access is catalogue.Access.ADMIN}
    assert admin == {"process_pending_jobs", "clear_similar_cache", "get_similar_cache_statistics", "erase_profile"}
