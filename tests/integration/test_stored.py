"""Answers without the web framework: a thousand requests, each answered both ways, and what such an answer costs."""

import importlib
import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.answers.ready import Subject, read_ready
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS, operation
from creator_search.domain.limits import RequestClass, window_of
from creator_search.stored import plain_request

from infra.local.context import LocalContext
from tests.fakes import FakeFailures
from tests.fakes.world import World
from tests.proxy_events import proxy_event
from tests.seeds import NOW, numbered_post, similar_set, store_creator

Event = dict[str, Any]
Handlers = dict[str, Callable[[Any, Any], Any]]
STORED = [row.name for row in OPERATIONS if row.document]


def handlers(module: str) -> Handlers:
    return {name: importlib.import_module(f"functions.api.{name}.{module}").handler for name in STORED}


WITHOUT, WITH_FRAMEWORK = handlers("handler"), handlers("operation")
REQUESTS = 1000

NAMES = [*["ada"] * 30, "@ada", "ADA", "a.d_a", "aged", "bare", "absent"]
IDS = [*["7"] * 30, "07", "8", "9", "404", "7a", "-7", "1" * 33, "\u0667", "7%20", "ada", "7\n"]
ODD_NAMES = [
    *("ada%20", "%20ada", "a%64a", "@@ada", "@", "", "...", "x" * 31, "ada/b", "ada%2Fb", "äda", "ada\n", "ada "),
    *("by-id", "../ada", "ada?x", "ada;x", "ada%00", "'--", "<script>", "ada%", "ada%zz", "\u212aada"),
]
ODD_PATHS = [
    "",
    "/",
    "/api/profile",
    "/api//profile/ada",
    "/api/profile/ada/",
    "/live/api/profile/ada",
    "/api/outliers",
]
QUERIES = [None, None, None, {}, {"x": "1"}, {"days": "90"}, {"": ""}, {"x": "ä&b=c"}, {"stream": "true"}]
METHODS = ["GET"] * 12 + ["HEAD", "POST", "DELETE", "OPTIONS", "get", "PUT"]
TAGS = [
    '"x"',
    "*",
    "W/{}",
    "{}",
    '"a", {}',
    "{},",
    '{} , W/"b"',
    "  {}  ",
    "\u00e0*",
    "w/{}",
    "{}{}",
    "",
    "{}\u00a0",
    "\x85{}",
]
HEADERS: list[tuple[str, list[str]]] = [
    ("Accept", ["text/event-stream"]),
    ("Accept", ["application/xml", "*/*"]),
    ("Accept-Encoding", ["gzip, br"]),
    ("Accept-Encoding", ["identity;q=0"]),
    ("Host", ["api.test:443"]),
    ("Host", ["[::1]:80"]),
    ("Host", ["api.test:x"]),
    ("Host", [""]),
    ("X-Forwarded-Port", ["443"]),
    ("X-Forwarded-Port", ["https"]),
    ("X-Forwarded-Proto", ["http"]),
    ("Authorization", ["Bearer x"]),
    ("X-Api-Key", ["cs_a_b", "cs_c_d"]),
    ("Idempotency-Key", ["1"]),
    ("Origin", ["https://evil.test"]),
    ("Range", ["bytes=0-3"]),
    ("Expect", ["100-continue"]),
    ("Content-Length", ["-1"]),
    ("X-Request-Id", ["mine"]),
    ("Last-Event-Id", ["completed"]),
    ("X-Odd", ["ä\u4e2d"]),
]
CALLERS: list[Any] = [
    *(
        {"kind": "user", "scopes": "read"},
        {"kind": "user", "scopes": "admin read"},
        {"kind": "api_key", "scopes": "read"},
    ),
    *({"kind": "user", "scopes": "read", "key_id": "7"}, {"kind": "local", "scopes": "admin read"}),
]
ODD_CALLERS: list[Any] = [None, {}, {"subject": "eve"}, {"subject": "eve", "kind": "root", "scopes": "read"}, [], "x"]
ODD_CALLERS += [{"subject": "eve", "kind": "user", "scopes": None}, {"subject": "eve", "kind": "user", "scopes": "all"}]


def seeded_requests(etags: dict[str, str]) -> Iterator[tuple[str, Event]]:
    """Yield the names of operations and events: most are plain, the others odd in one way or several."""
    chosen = random.Random(16)
    for number in range(REQUESTS):
        name = chosen.choice(list(WITHOUT))
        event = proxy_event(operation(name))
        path = operation(name).path
        given = chosen.choice((IDS if "{id}" in path else NAMES) if chosen.random() < 0.8 else ODD_NAMES)
        event["path"] = path.format(username=given, id=given) if chosen.random() < 0.97 else chosen.choice(ODD_PATHS)
        event["requestContext"]["requestId"] = f"request-{number}"
        event["requestContext"]["authorizer"] = {**chosen.choice(CALLERS), "subject": f"caller-{number}"}
        etag = etags[name]
        if chosen.random() < 0.4:
            add_header(
                chosen,
                event,
                "If-None-Match",
                [t.replace("{}", etag) for t in chosen.sample(TAGS, chosen.choice([1, 1, 2]))],
            )
        while chosen.random() < 0.3:
            add_header(chosen, event, *chosen.choice(HEADERS))
        for spoil in SPOILS:
            if chosen.random() < 0.03:
                spoil(chosen, event)
        yield name, event


def add_header(chosen: random.Random, event: Event, name: str, values: list[str]) -> None:
    name = chosen.choice([name, name.lower(), name.upper()])
    if event["headers"] is not None and chosen.random() < 0.8:
        event["headers"][name] = values[-1]
    if event["multiValueHeaders"] is not None and chosen.random() < 0.8:
        event["multiValueHeaders"][name] = values


def spoil_query(chosen: random.Random, event: Event) -> None:
    query = chosen.choice(QUERIES)
    event["queryStringParameters"] = query
    repeated = {name: [value, value] for name, value in (query or {}).items()}
    event["multiValueQueryStringParameters"] = chosen.choice([None, repeated])


def spoil_method(chosen: random.Random, event: Event) -> None:
    event["httpMethod"] = chosen.choice(METHODS)


def spoil_body(chosen: random.Random, event: Event) -> None:
    event["body"], event["isBase64Encoded"] = chosen.choice(["{}", "x", "%", "eA=="]), chosen.choice([True, False])


def spoil_headers(chosen: random.Random, event: Event) -> None:
    event[chosen.choice(["headers", "multiValueHeaders"])] = chosen.choice([None, {}, {"Host": None}, {"A": "b"}])


def spoil_caller(chosen: random.Random, event: Event) -> None:
    event["requestContext"]["authorizer"] = chosen.choice(ODD_CALLERS)


def spoil_context(chosen: random.Random, event: Event) -> None:
    event["requestContext"][chosen.choice(["requestId", "identity", "stage"])] = chosen.choice([None, "", "x", {}])


def spoil_event(chosen: random.Random, event: Event) -> None:
    del event[chosen.choice(list(event))]


def spoil_version(chosen: random.Random, event: Event) -> None:
    event["version"] = chosen.choice(["1.0", "2.0"])


SPOILS = [
    *(spoil_query, spoil_method, spoil_body, spoil_headers, spoil_caller, spoil_context, spoil_event, spoil_version),
]


def seed() -> dict[str, str]:
    """Store the creators; return the ETags of ada's answers by operation."""
    store_all_of("ada", "7")
    store_all_of("aged", "8", age=timedelta(days=9))
    store_all_of("bare", "9", documents=False, limit=3)
    container = process_container()
    found = (read_ready(container, str(operation(name).document), Subject("ada")) for name in STORED)
    return {name: ready.etag for name, ready in zip(STORED, found, strict=True) if ready}


def store_all_of(
    username: str, account_id: str, *, age: timedelta = timedelta(0), documents: bool = True, limit: int = 20
) -> None:
    """Store a creator, its account, and a set of similar profiles that was fetched for this limit."""
    container = process_container()
    container.account_registry.assign(username, account_id, NOW)
    store_creator(numbered_post(1), numbered_post(2), username=username, age=age, documents=documents)
    names = ("bea", 'ben "b" \u00e9\u4e2d', "zoe")
    found = similar_set(names, username=username, fetched_at=NOW - age)
    container.similar_store.replace_set(replace(found, limit=limit, is_complete=False), None)


def over_fakes() -> None:
    """Start a process over new fakes of the ports, without the key of any upstream."""
    process_container.cache_clear()
    parts = vars(World().container)
    vars(process_container()).update({n: part for n, part in parts.items() if not n.endswith("_sources")})


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


def comparable(answer: Any) -> Any:
    """Return the answer without times and random ids, after a check of its length."""
    if not isinstance(answer, dict):
        return answer
    made, headers = dict(answer), dict(answer["headers"])
    if "content-length" in headers:
        assert int(headers.pop("content-length")) == len(answer["body"].encode())
    if not re.fullmatch(r"request-\d+", headers["x-request-id"]):
        made["body"] = made["body"].replace(headers.pop("x-request-id"), "")
    masked = re.sub(r'"(response_time_ms|age_seconds|timestamp)": ?("[^"]*"|[\d.]+)', r'"\1":', made["body"])
    return {**made, "body": masked, "headers": {k: re.sub(r";t=\d+", "", v) for k, v in headers.items()}}


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
