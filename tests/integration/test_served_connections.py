"""The server behind the web adapter: requests that follow each other in one connection."""

import http.client
import importlib
import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
import uvicorn
from creator_search import current
from creator_search.answers.deadlines import deadline_of
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import operation
from creator_search.serve import SERVER_SETTINGS, served_app

from tests.fakes.values import fetched_profile
from tests.fakes.world import World
from tests.integration.odd_requests import store_all_of


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, aws: dict[str, str]) -> World:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "get_posts")
    monkeypatch.setenv("AWS_LWA_PORT", "8080")
    process_container.cache_clear()
    world = World()
    vars(process_container()).update(vars(world.container))
    store_all_of("ada", "7")
    return world


@pytest.fixture
def connection(world: World) -> Iterator[socket.socket]:
    """A connection to the server of a function."""
    app = served_app(importlib.import_module("functions.api.get_posts.operation").router)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, **SERVER_SETTINGS))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        with socket.create_connection(listener.getsockname()) as connection:
            yield connection
        server.should_exit = True
        thread.join()


def request(username: str, caller: str, query: str = "", body: bytes = b"") -> bytes:
    context = {"requestId": f"of-{caller}", "authorizer": {"subject": caller, "kind": "user", "scopes": "read"}}
    lines = [
        f"GET /api/profile/{username}/posts{query} HTTP/1.1",
        "host: api.test",
        f"x-amzn-request-context: {json.dumps(context)}",
        *([f"content-length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(connection: socket.socket, number: int) -> list[tuple[int, http.client.HTTPMessage]]:
    """Return the statuses and headers of the next answers."""
    found = []
    with connection.makefile("rb") as received:
        for _ in range(number):
            status = int(received.readline().split()[1])
            headers = http.client.parse_headers(received)
            received.read(int(headers["content-length"]))
            found.append((status, headers))
    return found


def test_a_request_has_its_own_deadline_after_one_with_a_long_body(world: World, connection: socket.socket) -> None:
    connection.sendall(request("ada", "alice", body=b"x" * 200_000))
    assert [status for status, _ in answers(connection, 1)] == [200]
    world.clock.advance(hours=1)
    deadlines: list[datetime | None] = []
    world.profile_source.answers = [fetched_profile("new")]
    world.profile_source.on_call = lambda: deadlines.append(current.deadline())
    connection.sendall(request("new", "bob", "?limit=5"))
    [(status, headers)] = answers(connection, 1)
    assert (status, headers["x-request-id"]) == (200, "of-bob")
    assert deadlines == [deadline_of(operation("get_posts"), world.clock())]


def test_requests_that_are_sent_at_once_count_for_their_own_callers(connection: socket.socket) -> None:
    connection.sendall(b"".join(request("ada", caller) for caller in ("alice", "bob", "bob")))
    limits = [headers["ratelimit"] for _, headers in answers(connection, 3)]
    assert limits == [f'"reads";r={left};t=60' for left in (299, 299, 298)]
