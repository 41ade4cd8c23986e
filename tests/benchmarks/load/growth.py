"""How the cost of a request grows with the stored creators and with the posts of one of them."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creator_search.bootstrap.process import process_container
from starlette.testclient import TestClient

from infra.local.gateway import compose
from tests.seeds import numbered_post, store_creator

TARGET = "grown"
REQUESTS = {
    "profile": f"/api/profile/{TARGET}",
    "ai-insights": f"/api/profile/{TARGET}/ai-insights",
    "20 posts": f"/api/profile/{TARGET}/posts?limit=20",
    "status": f"/api/profile/{TARGET}/status",
}
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes: AWS calls, and the CPU time of this process, without that of the store."""

    calls: tuple[str, ...]
    cpu_ms: float


def store_creators(first: int, count: int) -> None:
    """Store this many generated creators, each with its profile row, two posts and a snapshot."""
    for number in range(first, first + count):
        store_creator(numbered_post(1), numbered_post(2), username=f"creator{number}", documents=False)


def store_target(posts: int) -> None:
    """Store the creator that is asked for, with this many posts and its documents."""
    store_creator(*map(numbered_post, range(1, posts + 1)), username=TARGET)


def costs(times: int) -> dict[str, Cost]:
    """Return the cost of each request, by its name: calls of one, and the least mean CPU time of several rounds.

    The store is the one of the process's environment, where DOCUMENT_CACHE_SECONDS is 0: each request reads it.
    """
    client = TestClient(compose(process_container()), base_url="http://127.0.0.1", client=("127.0.0.1", 1))
    found = {}
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # each request prints its metrics
        for name, path in REQUESTS.items():
            _ask(client, path)  # opens connections and imports what is imported late
            with counted_calls() as calls:
                _ask(client, path)
            found[name] = Cost(tuple(calls), min(_round(client, path, times) for _ in range(ROUNDS)))
    return found


def _round(client: TestClient, path: str, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        _ask(client, path)
    return 1000 * (time.process_time() - start) / times


def _ask(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, response.text


@contextmanager
def counted_calls() -> Iterator[list[str]]:
    """Yield the list to which the AWS operations that this process calls are added, but for the access record, which is
    written at any time after the answer."""
    calls: list[str] = []

    def record(model: Any, params: dict[str, Any], **_: Any) -> None:
        if '"accounts"' not in str(params.get("body")):
            calls.append(str(model.name))

    container = process_container()
    clients: Iterable[Any] = (container.dynamodb, container.breaker_dynamodb, container.sqs, container.s3)
    events = [client.meta.events for client in clients]
    for event in events:
        event.register("before-call", record)
    try:
        yield calls
    finally:
        for event in events:
            event.unregister("before-call", record)


def growth(sizes: Iterable[int], grow_to: Callable[[int], None], times: int) -> Iterator[tuple[int, dict[str, Cost]]]:
    """Yield each size with the costs at it."""
    for size in sizes:
        grow_to(size)
        yield size, costs(times)
