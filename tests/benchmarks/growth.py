"""How the CPU time and the calls of a request grow with the posts of a creator, and with the stored creators.

The answers of the store are recorded at each size, and replayed while the sizes take turns: what is measured is what
the function executes. No request is counted towards a limit.
"""

import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from creator_search.adapters.aws.client import create_client
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import folder, operation
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from rich.console import Console
from rich.table import Table

from infra.local.context import LocalContext
from infra.local.resources import provision
from tests.proxy_events import proxy_event
from tests.replaying import ReplayingClient
from tests.seeds import numbered_post, store_creator

POSTS, CREATORS = (10, 100, 1000, 10_000), (10, 1000, 100_000)
REQUESTS = (
    *("get_profile", "get_ai_insights", "get_analytics", "get_profile_status", "get_posts", "get_posts?limit=3"),
    *("get_posts?limit=3&sort=engagement", "get_posts?limit=3&type=reel", "get_authenticity"),
    *("search_creators?limit=3", "search_creators?limit=3&min_followers=500"),
)
"""Names and queries of operations, for the creator `ada`. Every size has the entries of a page."""
OF_THE_PERIOD = "get_authenticity"
"""Is computed from every post of the last 90 days when it is read, so that it grows with them."""
ROUNDS, CALLS = 15, 40
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",  # handlers run as they do in Lambda
    "CDN_BASE_URL": "https://cdn.test",
    "CURSOR_KEY": "a key for measurements",
    "COMMENTER_KEY": "another key for measurements",
    "DOCUMENT_CACHE_SECONDS": "0",
    "LOG_LEVEL": "CRITICAL",
}
out = Console(highlight=False, soft_wrap=True, width=150)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes: calls of the store, and the CPU time in milliseconds without them."""

    calls: tuple[str, ...]
    cpu_ms: float


def run() -> None:
    for what, sizes, grow in (("posts of the creator", POSTS, store_target), ("stored creators", CREATORS, _add)):
        os.environ |= SETTINGS
        with mock_aws():
            os.environ |= provision()
            if grow is _add:
                store_target(25)
            _print(what, measured({size: recorded_at(size, grow) for size in sizes}))


def store_target(posts: int) -> None:
    """Store the creator that is asked for, with this many posts and its documents."""
    with using(create_client("dynamodb", attempts=1)):
        store_creator(*map(numbered_post, range(posts)))


def store_creators(first: int, count: int) -> None:
    """Store this many creators, each with its profile, two posts and a snapshot."""
    with using(create_client("dynamodb", attempts=1)):
        for number in range(first, first + count):
            store_creator(numbered_post(1), numbered_post(2), username=f"creator{number}", documents=False)


def _add(size: int) -> None:
    """Store profiles until there are this many beside `ada`: rows alone, put into moto without a call."""
    table: Any = dynamodb_backends["123456789012"]["us-east-1"].tables["profiles"]
    store_creators(0, 1)
    row = create_client("dynamodb", attempts=1).get_item(
        TableName="profiles", Key={"username": {"S": "creator0"}, "item": {"S": "profile"}}
    )["Item"]
    for number in range(len(table.items), size):
        table.put_item({**row, "username": {"S": f"creator{number}"}})


def recorded_at(size: int, grow: Callable[[int], None]) -> ReplayingClient:
    """Return a client with the answers of the store at this size."""
    grow(size)
    client = ReplayingClient(create_client("dynamodb", attempts=1))
    with using(client):
        calls_by_request(client)
    return client


@contextmanager
def using(client: Any) -> Iterator[None]:
    """Let the container of the process use this client."""
    process_container.cache_clear()
    process_container().__dict__["_plain_dynamodb"] = client
    with redirect_stdout(StringIO()):
        yield


def invocation(request: str) -> Callable[[], None]:
    """Return the invocation of an operation's handler; `request` is its name, with a query or without."""
    name, _, query = request.partition("?")
    handler = importlib.import_module(f"{folder(operation(name)).replace('/', '.')}.handler").handler
    event = proxy_event(operation(name))
    event["requestContext"]["authorizer"]["kind"] = "local"
    event["queryStringParameters"] = dict(parse_qsl(query)) or None
    event["multiValueQueryStringParameters"] = parse_qs(query) or None

    def invoke() -> None:
        answer = handler(event, LocalContext(name, 28))
        assert answer["statusCode"] == 200, answer

    return invoke


def measured(stores: Mapping[int, ReplayingClient]) -> Mapping[str, Mapping[int, Cost]]:
    """Return the costs by request and size: medians of rounds, in which the sizes take turns."""
    seconds: dict[tuple[str, int], list[float]] = {}
    calls: dict[tuple[str, int], tuple[str, ...]] = {}
    for _ in range(ROUNDS):
        for size, client in stores.items():
            with using(client):
                for request, made in calls_by_request(client).items():
                    calls[request, size] = made
                    seconds.setdefault((request, size), []).append(_seconds(invocation(request)))
    return {
        request: {size: Cost(calls[request, size], 1000 * _median(seconds[request, size])) for size in stores}
        for request in REQUESTS
    }


def calls_by_request(client: ReplayingClient) -> Mapping[str, tuple[str, ...]]:
    """Return the calls of each request to the store, which the container of the process uses through this client."""
    found = {}
    for request in REQUESTS:
        invoke = invocation(request)
        invoke()  # builds what is built at the first request
        client.calls.clear()
        invoke()
        process_container().activity_recorder.finish(timedelta(seconds=10))
        found[request] = tuple(client.calls)
    return found


def _seconds(invoke: Callable[[], None]) -> float:
    start = time.process_time()
    for _ in range(CALLS):
        invoke()
    return (time.process_time() - start) / CALLS


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _print(what: str, found: Mapping[str, Mapping[int, Cost]]) -> None:
    sizes = next(iter(found.values()))
    table = Table(
        "", *(f"{size:,}" for size in sizes), "most of least", "calls equal", title=f"CPU ms, calls, by {what}"
    )
    for request, costs in found.items():
        times = [cost.cpu_ms for cost in costs.values()]
        equal = "yes" if len({cost.calls for cost in costs.values()}) == 1 else "NO"
        shown = (f"{cost.cpu_ms:.2f}, {len(cost.calls)}" for cost in costs.values())
        table.add_row(request, *shown, f"{max(times) / min(times):.2f}", equal)
    out.print(table)
