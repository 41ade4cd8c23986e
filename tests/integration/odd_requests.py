"""Seeded requests for stored documents: most are plain, the others odd in one way or several."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from creator_search.answers.ready import Subject, read_ready
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS, operation

from tests.fakes.world import World
from tests.proxy_events import proxy_event
from tests.seeds import NOW, numbered_post, similar_set, store_creator

Event = dict[str, Any]
STORED = [row.name for row in OPERATIONS if row.document]
"""The names of the operations whose answers are stored documents."""
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
        name = chosen.choice(STORED)
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
