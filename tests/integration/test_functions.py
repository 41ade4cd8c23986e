"""Every function with a Lambda event, and only the environment that its row declares."""

import json
import os
from typing import Any

import pytest
from creator_search import catalogue
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import (
    AUTHORIZER,
    FUNCTIONS,
    OPERATIONS,
    Api,
    Authorizer,
    Function,
    Operation,
    Queue,
    Secret,
    Worker,
)
from creator_search.domain.callers import Caller, CallerKind, CallerScope
from creator_search.domain.errors import StoreUnavailable

from infra.local.invocation import handler_of
from infra.local.resources import put_secrets
from infra.permissions import tables_of
from tests.proxy_events import proxy_event
from tests.seeds import sqs_event


@pytest.fixture(params=FUNCTIONS)
def row(request: pytest.FixtureRequest, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Function:
    """Sets only the resources of the row in the environment."""
    found = FUNCTIONS[request.param]
    consumed = tuple(found.concurrency) if isinstance(found, Worker) else ()
    queues = {*found.sends, *found.drains, *found.watches, *found.abandons, *consumed}
    known = {catalogue.environment_name(q) for q in queues} | {catalogue.environment_name(b) for b in found.buckets}
    known |= {catalogue.environment_name(t) for t in tables_of(found)}
    known |= {catalogue.dead_letter_environment_name(q) for q in queues}
    known |= {catalogue.environment_name(secret) for secret in found.secrets}
    for name in aws:
        if name not in known:
            monkeypatch.delenv(name)
    monkeypatch.setenv("CDN_DISTRIBUTION_ID", aws["CDN_DISTRIBUTION_ID"])
    monkeypatch.setenv("STREAM_BUDGET_SECONDS", "4")  # Mangum returns a stream when it has ended
    process_container.cache_clear()
    return found


def authorizer_event(**headers: str) -> dict[str, Any]:
    """Return the event that a REST API sends to its authorizer."""
    return {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/live/GET/api/me",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {"requestId": "from-the-gateway"},
    }


def test_a_function_works_with_the_environment_that_its_row_names(row: Function) -> None:
    invoke = handler_of(row)
    if isinstance(row, Authorizer):
        assert invoke(authorizer_event())["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    elif isinstance(row, Api):
        for operation in row.operations:
            assert invoke(proxy_event(operation))["statusCode"] < 500
    elif isinstance(row, Operation):
        answer = invoke(proxy_event(row))
        body = answer["body"]
        headers = {**answer.get("headers", {}), **{k: v[0] for k, v in answer.get("multiValueHeaders", {}).items()}}
        assert headers["x-request-id"] == "from-the-gateway"
        # No creator and no list is stored.
        if row.name in ("refresh_ai_insights", "get_profile_by_id", "get_post_history", "export_list"):
            assert answer["statusCode"] == 404, body
        elif row.upstream and row.name != "get_health":  # no key is configured in this test
            assert answer["statusCode"] == 503 and json.loads(body)["error_code"] == "SERVICE_UNAVAILABLE"
        else:
            assert answer["statusCode"] == row.status, body
    elif isinstance(row, Worker):
        for queue in row.concurrency:
            assert invoke(sqs_event(queue, "not json")) == {"batchItemFailures": []}
            url = os.environ[catalogue.dead_letter_environment_name(queue)]
            received = process_container().sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
            [letter] = received["Messages"]
            assert letter["Body"] == "not json" and "JSON" in letter["MessageAttributes"]["reason"]["StringValue"]
    else:
        assert set(invoke({}).values()) == {0}


@pytest.mark.usefixtures("aws")
def test_only_the_failed_message_of_a_batch_is_reported() -> None:
    invoke = handler_of(FUNCTIONS["process_profiles"])
    process_container().dynamodb.delete_table(TableName="jobs")
    event = sqs_event(Queue.PROFILE_LOW, '{"username": "ada"}', "poison")
    assert invoke(event) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_only_documentation_and_health_are_public_and_what_affects_all_callers_is_for_administrators() -> None:
    by_access = {access: {o.name for o in OPERATIONS if o.access is access} for access in catalogue.Access}
    assert by_access[catalogue.Access.PUBLIC] == {"get_openapi_document", "get_documentation", "get_health"}
    assert by_access[catalogue.Access.ADMIN] == {
        "process_pending_jobs",
        "clear_similar_cache",
        "get_similar_cache_statistics",
        "list_audit_entries",
        "erase_profile",
        "erase_profile_by_id",
    }


@pytest.mark.usefixtures("aws")
def test_the_authorizer_passes_the_caller_on_and_denies_what_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    invoke = handler_of(AUTHORIZER)
    owner = Caller(subject="alice", kind=CallerKind.USER, scopes=frozenset(CallerScope))
    key, text = process_container().api_keys.create(owner, "reports", None)
    allowed = invoke(authorizer_event(**{"X-API-Key": text}))
    [statement] = allowed["policyDocument"]["Statement"]
    assert (statement["Effect"], allowed["principalId"]) == ("Allow", "alice")
    assert allowed["context"] == {"subject": "alice", "kind": "api_key", "scopes": "read", "key_id": key.id}
    for headers in ({}, {"X-Api-Key": text + "x"}, {"Authorization": "Bearer x"}, {"Authorization": text}):
        denied = invoke(authorizer_event(**headers))
        assert denied["policyDocument"]["Statement"][0]["Effect"] == "Deny" and denied["context"] == {}
    process_container().dynamodb.delete_table(TableName="accounts")
    with pytest.raises(StoreUnavailable):
        invoke(authorizer_event(**{"X-Api-Key": text + "y"}))
    logged = str([vars(record) for record in caplog.records])
    assert "there is no such API key" in logged and text.split("_")[2] not in logged


@pytest.mark.usefixtures("aws")
def test_behind_the_cdn_the_authorizer_admits_only_requests_with_its_key(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = "what only the distribution sends"
    for name, value in put_secrets({Secret.ORIGIN_KEY: key}).items():
        monkeypatch.setenv(name, value)
    process_container.cache_clear()
    invoke = handler_of(AUTHORIZER)
    owner = Caller(subject="alice", kind=CallerKind.USER, scopes=frozenset(CallerScope))
    _, api_key = process_container().api_keys.create(owner, "reports", None)

    def effect(resource: str, method: str = "GET", **headers: str) -> str:
        event = {**authorizer_event(**headers), "resource": resource, "httpMethod": method}
        return str(invoke(event)["policyDocument"]["Statement"][0]["Effect"])

    sent = {"X-Origin-Key": key}
    assert effect("/api/me", **sent, **{"X-Api-Key": api_key}) == "Allow"
    assert effect("/api/me", **sent) == "Deny"
    assert effect("/api/health", **sent) == "Allow"
    assert effect("/api/health", "DELETE", **sent) == "Deny"
    for wrong in ({}, {"X-Origin-Key": ""}, {"X-Origin-Key": key + " "}, {"X-Origin-Key": "é"}):
        assert effect("/api/health", **wrong) == "Deny"
        assert effect("/api/me", **wrong, **{"X-Api-Key": api_key}) == "Deny"
    event = {**authorizer_event(**sent), "resource": "/api/health", "httpMethod": "GET"}
    event["multiValueHeaders"]["X-Origin-Key"].append(key)
    denied = invoke(event)
    assert denied["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    assert key not in str([vars(record) for record in caplog.records])


@pytest.mark.usefixtures("aws")
def test_behind_the_gateway_a_request_that_no_authorizer_identified_is_refused() -> None:
    invoke = handler_of(FUNCTIONS["get_queue_status"])
    for authorizer in (None, {}, {"subject": "alice"}, {"subject": "alice", "kind": "root", "scopes": "read"}):
        event = proxy_event(catalogue.operation("get_queue_status"))
        event["requestContext"]["authorizer"] = authorizer
        event["headers"]["Host"] = "127.0.0.1"
        assert invoke(event)["statusCode"] == 401
