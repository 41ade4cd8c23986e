"""Answers without the web framework: a thousand requests, each answered both ways, and what such an answer costs."""

import importlib
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import operation
from creator_search.domain.limits import RequestClass, window_of
from creator_search.stored import plain_request

from infra.local.context import LocalContext
from tests.fakes import FakeFailures
from tests.integration.odd_requests import (
    REQUESTS,
    STORED,
    Event,
    comparable,
    over_fakes,
    seed,
    seeded_requests,
    store_all_of,
)
from tests.proxy_events import proxy_event

Handlers = dict[str, Callable[[Any, Any], Any]]


def handlers(module: str) -> Handlers:
    return {name: importlib.import_module(f"functions.api.{name}.{module}").handler for name in STORED}


WITHOUT, WITH_FRAMEWORK = handlers("handler"), handlers("operation")


def answered(handlers: Handlers) -> list[tuple[Event, Any]]:
    """Answer all requests on freshly stored creators."""
    over_fakes()
    found = []
    for name, event in seeded_requests(seed()):
        try:
            answer = handlers[name](deepcopy(event), LocalContext(name, 28))
        except Exception as error:
            answer = type(error)
        found.append((event, comparable(answer)))
    return found


@pytest.mark.usefixtures("aws")
def test_a_thousand_requests_have_equal_answers_with_and_without_the_framework() -> None:
    expected, found = answered(WITH_FRAMEWORK), answered(WITHOUT)
    statuses: dict[Any, int] = {}
    plain = 0
    for (event, wanted), (_, got) in zip(expected, found, strict=True):
        assert got == wanted, json.dumps(event)
        status = got["statusCode"] if isinstance(got, dict) else got
        statuses[status] = statuses.get(status, 0) + 1
        plain += any(plain_request(event, operation(name)) is not None for name in WITHOUT)
    # The requests are of every kind, and the comparison of both ways is not one of the framework with itself.
    assert {200, 304, 400, 401, 404, 405, 503} <= statuses.keys() and min(statuses[200], statuses[304]) > 50, statuses
    assert REQUESTS / 4 < plain < REQUESTS * 3 / 4


def ask(
    name: str = "get_profile", username: str = "ada", account_id: str = "7", subject: str = "alice", **headers: str
) -> Any:
    event = proxy_event(operation(name))
    event["path"] = operation(name).path.format(username=username, id=account_id)
    event["headers"] |= headers
    event["requestContext"]["authorizer"]["subject"] = subject
    return WITHOUT[name](event, LocalContext(name, 28))


READS = {"get_profile_by_id": (2, 1), "get_similar_profiles_fast": (1, 1)}
"""Calls for an answer from the store, and for one whose document is in the memory of the process."""


@pytest.mark.parametrize("name", WITHOUT)
def test_a_fresh_answer_takes_one_count_and_its_reads_and_none_of_a_document_in_memory(
    aws_calls: Callable[[], list[str]], name: str
) -> None:
    seed_unkept()
    from_store, from_memory = READS.get(name, (1, 0))
    aws_calls()
    first = ask(name)
    assert (first["statusCode"], aws_calls()) == (200, ["UpdateItem", *["GetItem"] * from_store])
    again = ask(name, **{"If-None-Match": first["headers"]["etag"]})
    assert (again["statusCode"], again["body"]) == (304, "")
    assert aws_calls() == ["UpdateItem", *["GetItem"] * from_store]
    store_all_of("kept", "10")
    aws_calls()
    kept = ask(name, username="kept", account_id="10")
    assert (kept["statusCode"], aws_calls()) == (200, ["UpdateItem", *["GetItem"] * from_memory])


@pytest.mark.usefixtures("aws")
def test_what_is_not_fresh_is_read_once_and_counted_once(aws_calls: Callable[[], list[str]]) -> None:
    seed_unkept()
    aws_calls()
    stale = ask(username="aged")
    assert (stale["statusCode"], json.loads(stale["body"])["meta"]["stale"]) == (200, True)
    # The count, the document, and then what requests the refresh.
    assert aws_calls() == ["UpdateItem", "GetItem", "GetItem", "PutItem", "UpdateItem", "SendMessage"]


@pytest.mark.usefixtures("aws")
def test_a_caller_without_requests_left_gets_the_answer_of_the_framework_at_the_cost_of_one_count(
    aws_calls: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATE_LIMIT_READS_PER_MINUTE", "3")
    seed_unkept()
    container = process_container()
    counts, limit = container.request_counts, container.request_limiter.limits[RequestClass.READS]
    now = window_of(container.clock())
    for window in (now, now + 1):  # the minute may change meanwhile
        for _ in range(limit):
            counts.add_request("bob", RequestClass.READS, window, limit)
    aws_calls()
    refused = ask(subject="bob")
    assert (refused["statusCode"], json.loads(refused["body"])["error_code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(refused["headers"]["retry-after"]) <= 60
    assert refused["headers"]["ratelimit"].startswith('"reads";r=0')
    assert aws_calls() == ["UpdateItem"]
    assert ask(subject="alice")["statusCode"] == 200


@pytest.mark.usefixtures("aws")
def test_a_failure_of_the_store_is_met_once_and_answered_by_the_framework(
    aws_calls: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_unkept()
    process_container().dynamodb.delete_table(TableName="profiles")
    aws_calls()
    failed = ask()
    assert (failed["statusCode"], json.loads(failed["body"])["error_code"]) == (503, "SERVICE_UNAVAILABLE")
    assert aws_calls() == ["UpdateItem", "GetItem"]


class FailingOnce:
    """The reader of stored documents, with an unforeseen error at the first read."""

    def __init__(self, stored: Any) -> None:
        self._stored = stored
        self._has_failed = False

    def __getattr__(self, name: str) -> Any:
        if not self._has_failed:
            self._has_failed = True
            raise TypeError("unforeseen")
        return getattr(self._stored, name)


@pytest.mark.usefixtures("aws")
def test_an_error_that_only_this_way_meets_is_logged_and_the_framework_answers() -> None:
    seed()
    container, failures = process_container(), FakeFailures()
    vars(container).update(stored_documents=FailingOnce(container.stored_documents), failures=lambda _: failures)
    assert ask()["statusCode"] == 200
    [(message, error)] = failures.logged
    assert message == "the answer without the framework failed" and isinstance(error, TypeError)


@pytest.mark.usefixtures("aws")
def test_an_answer_without_the_framework_is_recorded_as_an_opened_profile() -> None:
    seed()
    first = ask(subject="carol")
    ask(subject="carol", **{"If-None-Match": first["headers"]["etag"]})
    ask("get_ai_insights", subject="carol")
    [opened] = process_container().activity_store.list_opened("carol")
    assert (opened.username, opened.times) == ("ada", 2)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", WITHOUT)
def test_its_line_in_the_log_has_the_fields_and_metrics_of_the_framework(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def line(handlers: Handlers) -> tuple[Any, Any]:
        process_container.cache_clear()
        seed_unkept()
        capsys.readouterr()
        handlers[name](proxy_event(operation(name)), LocalContext(name, 28))
        [found] = [json.loads(text) for text in capsys.readouterr().out.splitlines() if "REQUEST" in text.upper()][:1]
        metrics = sorted(json.dumps(m) for d in found.pop("_aws")["CloudWatchMetrics"] for m in d["Metrics"])
        return {name: value for name, value in found.items() if not isinstance(value, list)}, metrics

    fields, metrics = line(WITHOUT)
    assert (fields, metrics) == line(WITH_FRAMEWORK)
    assert fields["operation"] == name and fields["status"] == 200 and "/api/profile/" in fields["path"]


def seed_unkept() -> None:
    """Store the creators without keeping their documents in the memory of the process."""
    container = process_container()
    for username in ("ada", "aged"):
        container.kept_documents.forget_documents(username)
    seed()
