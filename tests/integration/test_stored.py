"""Answers without the web framework: a thousand requests, each answered both ways, and what such an answer costs."""

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS, Table, operation
from creator_search.domain.documents import DocumentName
from creator_search.domain.limits import RequestClass, window_of
from creator_search.stored import plain_request

from functions.api.get_ai_insights import handler as insights_entry
from functions.api.get_ai_insights import operation as insights_operation
from functions.api.get_profile import handler as profile_entry
from functions.api.get_profile import operation as profile_operation
from infra.local.context import LocalContext
from tests.proxy_events import proxy_event
from tests.seeds import numbered_post, store_creator

Event = dict[str, Any]
WITHOUT = {"get_profile": profile_entry.handler, "get_ai_insights": insights_entry.handler}
WITH_FRAMEWORK = {"get_profile": profile_operation.handler, "get_ai_insights": insights_operation.handler}
REQUESTS = 1000

NAMES = [*["ada"] * 30, "@ada", "ADA", "a.d_a", "aged", "bare", "absent"]
ODD_NAMES = [
    *("ada%20", "%20ada", "a%64a", "@@ada", "@", "", "...", "x" * 31, "ada/b", "ada%2Fb", "äda", "ada\n", "ada "),
    *("by-id", "../ada", "ada?x", "ada;x", "ada%00", "'--", "<script>", "ada%", "ada%zz", "\u212aada"),
]
PATHS = ["/api/profile/{}", "/api/profile/{}/ai-insights"]
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
        path = PATHS[0] if name == "get_profile" else PATHS[1]
        given = chosen.choice(NAMES if chosen.random() < 0.8 else ODD_NAMES)
        event["path"] = path.format(given) if chosen.random() < 0.97 else chosen.choice(ODD_PATHS)
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
    """Store the creators; return the ETags of ada's documents by operation."""
    store_creator(numbered_post(1), numbered_post(2))
    store_creator(username="aged", age=timedelta(days=9))
    store_creator(username="bare", documents=False)
    load = process_container().document_store.load_document
    documents = {str(o.name): load("ada", DocumentName(o.document)) for o in OPERATIONS if o.document}
    return {name: document.etag for name, document in documents.items() if document}


def forget_everything() -> None:
    """Delete all items, and what the process has in memory."""
    client = process_container().dynamodb
    for table in Table:
        keys = [key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]]
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={key: item[key] for key in keys})
    process_container.cache_clear()


def answered(handlers: dict[str, Callable[[Any, Any], Any]]) -> list[tuple[Event, Any]]:
    """Answer all requests on freshly stored creators."""
    forget_everything()
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


def ask(name: str = "get_profile", username: str = "ada", subject: str = "alice", **headers: str) -> Any:
    event = proxy_event(operation(name))
    event["path"] = event["path"].replace("ada", username)
    event["headers"] |= headers
    event["requestContext"]["authorizer"]["subject"] = subject
    return WITHOUT[name](event, LocalContext(name, 28))


@pytest.mark.parametrize("name", WITHOUT)
def test_a_fresh_document_takes_one_read_and_one_count_and_only_the_count_from_memory(
    aws_calls: Callable[[], list[str]], name: str
) -> None:
    seed_unkept()
    aws_calls()
    first = ask(name)
    assert (first["statusCode"], aws_calls()) == (200, ["UpdateItem", "GetItem"])
    again = ask(name, **{"If-None-Match": first["headers"]["etag"]})
    assert (again["statusCode"], again["body"], aws_calls()) == (304, "", ["UpdateItem", "GetItem"])
    store_creator(username="kept")
    aws_calls()
    assert (ask(name, username="kept")["statusCode"], aws_calls()) == (200, ["UpdateItem"])


@pytest.mark.usefixtures("aws")
def test_what_is_not_fresh_is_read_once_and_counted_once(aws_calls: Callable[[], list[str]]) -> None:
    seed_unkept()
    aws_calls()
    stale = ask(username="aged")
    assert (stale["statusCode"], json.loads(stale["body"])["meta"]["stale"]) == (200, True)
    # The count, the document, and then what requests the refresh.
    assert aws_calls() == ["UpdateItem", "GetItem", "GetItem", "PutItem", "SendMessage"]


@pytest.mark.usefixtures("aws")
def test_a_caller_without_requests_left_gets_the_answer_of_the_framework_at_the_cost_of_one_count(
    aws_calls: Callable[[], list[str]],
) -> None:
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
    # The lean read leaves the interpretation of an error to the client, which repeats it.
    assert aws_calls() == ["UpdateItem", "GetItem", "GetItem"]


@pytest.mark.usefixtures("aws")
def test_an_answer_without_the_framework_is_recorded_as_an_opened_profile() -> None:
    seed()
    first = ask(subject="carol")
    ask(subject="carol", **{"If-None-Match": first["headers"]["etag"]})
    ask("get_ai_insights", subject="carol")
    [opened] = process_container().activity_store.list_opened("carol")
    assert (opened.username, opened.times) == ("ada", 2)


@pytest.mark.usefixtures("aws")
def test_its_line_in_the_log_has_the_fields_and_metrics_of_the_framework(capsys: pytest.CaptureFixture[str]) -> None:
    def line(handlers: dict[str, Callable[[Any, Any], Any]]) -> tuple[Any, Any]:
        forget_everything()
        seed()
        capsys.readouterr()
        handlers["get_profile"](proxy_event(operation("get_profile")), LocalContext("get_profile", 28))
        [found] = [json.loads(text) for text in capsys.readouterr().out.splitlines() if "REQUEST" in text.upper()][:1]
        metrics = sorted(json.dumps(m) for d in found.pop("_aws")["CloudWatchMetrics"] for m in d["Metrics"])
        return {name: value for name, value in found.items() if not isinstance(value, list)}, metrics

    fields, metrics = line(WITHOUT)
    assert (fields, metrics) == line(WITH_FRAMEWORK)
    assert fields["operation"] == "get_profile" and fields["status"] == 200 and fields["path"] == "/api/profile/ada"


def seed_unkept() -> None:
    """Store the creators without keeping their documents in the memory of the process."""
    container = process_container()
    for username in ("ada", "aged"):
        container.kept_documents.forget_documents(username)
    seed()
