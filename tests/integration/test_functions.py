"""Every function with a Lambda event, and only the environment that its row declares."""

import importlib
import json
import os
from typing import Any

import pytest
from creator_search import catalogue
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, OPERATIONS, Function, Operation, Queue, Worker

from infra.local.context import LocalContext
from tests.seeds import sqs_event


@pytest.fixture(params=FUNCTIONS)
def row(request: pytest.FixtureRequest, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Function:
    """Sets only the resources of the row in the environment."""
    found = FUNCTIONS[request.param]
    queues = {*found.sends, *found.drains, *found.watches, *(found.concurrency if isinstance(found, Worker) else ())}
    known = {catalogue.environment_name(r) for r in (*found.tables, *found.buckets, *queues)}
    known |= {catalogue.dead_letter_environment_name(q) for q in queues}
    for name in aws:
        if name not in known:
            monkeypatch.delenv(name)
    monkeypatch.setenv("CDN_DISTRIBUTION_ID", aws["CDN_DISTRIBUTION_ID"])
    monkeypatch.setenv("STREAM_BUDGET_SECONDS", "4")  # Mangum returns a stream when it has ended
    process_container.cache_clear()
    return found


def proxy_event(row: Operation) -> dict[str, Any]:
    """Return the event that a REST API sends for the operation."""
    path = row.path.format(username="ada", id="7", shortcode="x")
    body = json.dumps({"usernames": ["ada", "ben"]}) if row.name == "request_profiles" else None
    return {
        "resource": row.path,
        "path": path,
        "httpMethod": row.method,
        "headers": {"Accept": "*/*", "Content-Type": "application/json", "Host": "api.test"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"username": "ada", "id": "7", "shortcode": "x"},
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


def test_a_function_works_with_the_environment_that_its_row_names(row: Function) -> None:
    context = LocalContext(row.name, row.timeout_seconds)
    handler = importlib.import_module(f"{catalogue.folder(row).replace('/', '.')}.handler").handler
    if isinstance(row, Operation):
        answer = handler(proxy_event(row), context)
        body = answer["body"]
        headers = {**answer.get("headers", {}), **{k: v[0] for k, v in answer.get("multiValueHeaders", {}).items()}}
        assert headers["x-request-id"] == "from-the-gateway"
        if row.name in ("refresh_ai_insights", "get_profile_by_id", "get_post_history"):  # no creator is stored
            assert answer["statusCode"] == 404, body
        elif row.upstream and row.name != "get_health":  # no key is configured in this test
            assert answer["statusCode"] == 503 and json.loads(body)["error_code"] == "SERVICE_UNAVAILABLE"
        else:
            assert answer["statusCode"] == row.status, body
    elif isinstance(row, Worker):
        for queue in row.concurrency:
            answer = handler(sqs_event(queue, "not json"), context)
            assert answer == {"batchItemFailures": []}
            url = os.environ[catalogue.dead_letter_environment_name(queue)]
            [letter] = process_container().sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
            assert letter["Body"] == "not json" and "JSON" in letter["MessageAttributes"]["reason"]["StringValue"]
    else:
        assert set(handler({}, context).values()) == {0}


@pytest.mark.usefixtures("aws")
def test_only_the_failed_message_of_a_batch_is_reported() -> None:
    handler = importlib.import_module("functions.workers.process_profiles.handler").handler
    process_container().dynamodb.delete_table(TableName="jobs")
    event = sqs_event(Queue.PROFILE_LOW, '{"username": "ada"}', "poison")
    answer = handler(event, LocalContext("process_profiles", 150))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_only_documentation_and_health_are_public_and_what_affects_all_callers_is_for_administrators() -> None:
    by_access = {access: {o.name for o in OPERATIONS if o.access is access} for access in catalogue.Access}
    assert by_access[catalogue.Access.PUBLIC] == {"get_openapi_document", "get_documentation", "get_health"}
    assert by_access[catalogue.Access.ADMIN] == {
        "process_pending_jobs",
        "clear_similar_cache",
        "get_similar_cache_statistics",
        "erase_profile",
        "erase_profile_by_id",
    }
