"""Streams in a real web server: events arrive one by one, work ends when the client disconnects, and every
stream ends.
"""

import asyncio
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery
from creator_search.domain.posts import MediaType, Post
from creator_search.domain.profiles import Profile
from creator_search.http import Event, build_app, event_stream, streaming
from fastapi import APIRouter, FastAPI, Request, Response
from httpx_sse import ServerSentEvent, connect_sse

from infra.local.gateway import compose
from tests.fakes import START, FakeProfileStore
from tests.local_system import until
from tests.seeds import store_creator

PATIENCE = 20


class Work:
    """A stream whose steps are controlled by a test; `taken` counts them, `ended` is set when the work has ended."""

    def __init__(self, steps: Callable[["Work"], Iterator[Event]], seconds: float = 60) -> None:
        self.taken = 0
        self.ended = threading.Event()
        self.go = threading.Event()
        self._steps = steps
        self._seconds = seconds
        router = APIRouter()
        router.add_api_route("/stream", self._answer, methods=["GET"])
        self.app = build_app(Container(), [router])

    def _answer(self, request: Request) -> Response:
        return event_stream(request, self._tracked(), self._seconds)

    def _tracked(self) -> Iterator[Event]:
        try:
            for event in self._steps(self):
                self.taken += 1
                yield event
        finally:
            self.ended.set()


class Server:
    def __init__(self, app: FastAPI) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})

    def __enter__(self) -> str:
        self._thread.start()
        until(lambda: self._server.started, "the server")
        return self.url

    def is_idle(self) -> bool:
        return not self._server.server_state.tasks

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)


def events(url: str, **headers: str) -> list[ServerSentEvent]:
    with httpx.Client(timeout=PATIENCE) as client, connect_sse(client, "GET", url, headers=headers) as source:
        return list(source.iter_sse())


def test_an_event_arrives_before_the_next_one_is_ready() -> None:
    def steps(work: Work) -> Iterator[Event]:
        yield Event({"first": True}, id="one")
        work.go.wait(PATIENCE)
        yield Event({"second": True})

    work = Work(steps)
    with (
        Server(work.app) as url,
        httpx.Client(timeout=PATIENCE) as client,
        connect_sse(client, "GET", f"{url}/stream") as source,
    ):
        arriving = source.iter_sse()
        first = next(arriving)
        assert first.json() == {"first": True} and first.id == "one" and work.taken == 1
        work.go.set()
        assert next(arriving).json() == {"second": True}


def test_the_work_ends_when_the_client_disconnects() -> None:
    def steps(work: Work) -> Iterator[Event]:
        while True:
            yield Event({"n": work.taken})
            time.sleep(0.02)

    work = Work(steps)
    with Server(work.app) as url, httpx.Client(timeout=PATIENCE) as client:
        with connect_sse(client, "GET", f"{url}/stream") as source:
            next(source.iter_sse())
        assert work.ended.wait(PATIENCE)
        taken = work.taken
        time.sleep(0.1)
        assert work.taken == taken


def test_the_work_ends_after_the_step_during_which_the_client_disconnects() -> None:
    def steps(work: Work) -> Iterator[Event]:
        yield Event({"first": True})
        work.go.wait(PATIENCE)
        yield Event({"never": "seen"})
        yield Event({"never": "made"})

    work = Work(steps)
    server = Server(work.app)
    with server as url, httpx.Client(timeout=PATIENCE) as client:
        with connect_sse(client, "GET", f"{url}/stream") as source:
            next(source.iter_sse())
        until(server.is_idle, "the server to notice that the client has disconnected")
        work.go.set()
        assert work.ended.wait(PATIENCE) and work.taken <= 2


def test_a_stream_ends_at_its_time_limit_with_a_time_limit_event() -> None:
    def steps(work: Work) -> Iterator[Event]:
        while True:
            yield Event({"n": work.taken})
            time.sleep(0.05)

    work = Work(steps, seconds=1)
    with Server(work.app) as url:
        *before, last = events(f"{url}/stream")
    assert [e.json() for e in before] == [{"n": n} for n in range(len(before))] and len(before) > 1
    assert last.json() == {
        "stream_completed": False,
        "error_code": "TIME_LIMIT",
        "detail": "A stream lasts at most 1 s",
    }
    assert work.ended.wait(PATIENCE)


def test_a_step_that_takes_too_long_does_not_keep_the_stream_open() -> None:
    def steps(work: Work) -> Iterator[Event]:
        work.go.wait(PATIENCE)
        yield Event({"late": True})

    work = Work(steps, seconds=0.2)
    with Server(work.app) as url:
        [only] = events(f"{url}/stream")
        work.go.set()
    assert only.json()["error_code"] == "TIME_LIMIT"


@pytest.mark.parametrize(
    ("error", "code"), [(StoreUnavailable(), "SERVICE_UNAVAILABLE"), (RuntimeError("arn:secret"), "INTERNAL_ERROR")]
)
def test_a_failure_during_the_stream_is_its_last_event(error: Exception, code: str) -> None:
    def steps(work: Work) -> Iterator[Event]:
        yield Event({"first": True})
        raise error

    with Server(Work(steps).app) as url:
        _, last = events(f"{url}/stream")
    assert last.json()["stream_completed"] is False and last.json()["error_code"] == code
    assert "secret" not in last.data and last.json()["request_id"]


def test_while_no_event_is_ready_comments_keep_the_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "KEEPALIVE_SECONDS", 0.05)

    def steps(work: Work) -> Iterator[Event]:
        work.go.wait(PATIENCE)
        yield Event({"late": True})

    work = Work(steps)
    with Server(work.app) as url, httpx.stream("GET", f"{url}/stream", timeout=PATIENCE) as answer:
        pings = 0
        for line in answer.iter_lines():
            pings += line == ": ping"
            if pings == 3:
                work.go.set()
            if line.startswith("data: "):
                assert json.loads(line[6:]) == {"late": True}
        assert pings >= 3


def test_posts_and_analytics_stream_to_their_end_and_resume_after_a_lost_connection(aws: dict[str, str]) -> None:
    posts = [
        Post(shortcode=f"p{n:03d}", media_type=MediaType.REEL, taken_at=START - timedelta(hours=n), likes=n, comments=1)
        for n in range(45)
    ]
    store_creator(*posts)
    with Server(compose(process_container())) as url:
        found = events(f"{url}/api/profile/ada/posts?limit=20", Accept="text/event-stream")
        chunks = [e.json() for e in found[:-1]]
        assert [(c["chunk"], len(c["posts"]), c["total"]) for c in chunks] == [(1, 20, 45), (2, 20, 45), (3, 5, 45)]
        assert found[-1].json() == {"stream_completed": True, "total_posts": 45}
        # A client that lost its connection after the first chunk continues with the second; one that received the end
        # gets 204.
        resumed = events(f"{url}/api/profile/ada/posts?limit=20&stream=true", **{"Last-Event-ID": found[0].id})
        assert resumed[0].json()["posts"] == chunks[1]["posts"]
        ended = httpx.get(f"{url}/api/profile/ada/posts?stream=true", headers={"Last-Event-ID": found[-1].id})
        assert ended.status_code == 204
        sections = [e.json() for e in events(f"{url}/api/profile/ada/analytics?stream=true")]
    assert [s["section"] for s in sections[:-1]][:3] == ["period", "engagement", "benchmark"]
    assert sections[-1] == {"stream_completed": True, "total_sections": len(sections) - 1}


def test_a_stream_of_an_unknown_creator_begins_before_the_upstream_answers(aws: dict[str, str]) -> None:
    with Server(compose(process_container())) as url:
        first, last = events(f"{url}/api/profile/ada/posts?stream=true")
    assert first.json() == {"posts": [], "chunk": 0, "total": None}
    assert (last.json()["stream_completed"], last.json()["error_code"]) == (False, "SERVICE_UNAVAILABLE")


class ManyPosts:
    """Posts that are generated when they are read, so that they take no memory."""

    def __init__(self, profile: Profile, count: int) -> None:
        self._profile = profile
        self._count = count

    def _post(self, number: int) -> Post:
        at = START - timedelta(hours=number)
        return Post(shortcode=f"p{number}", media_type=MediaType.REEL, taken_at=at, caption="x" * 2000, likes=number)

    def newest_posts(self, key: HistoryKey) -> Iterator[Post]:
        return (self._post(n) for n in range(self._count))

    def load_first_page(self, username: str, query: PostQuery, limit: int) -> PostPage:
        return replace(self.load_page(self._profile.history_key, query, limit, None), profile=self._profile)

    def load_page(self, key: HistoryKey, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        start = int(after.key) if after else 0
        end = min(start + limit, self._count)
        posts = tuple(self._post(n) for n in range(start, end))
        return PostPage(posts, PostPosition(str(end)) if end < self._count else None)


def peak_kb(path: str, profile: Profile, count: int) -> tuple[int, int]:
    """Return the peak memory while an answer is sent, and the size of the answer."""
    profiles = FakeProfileStore({profile.username: (profile, 1)})
    app = compose(Container.for_tests(post_store=ManyPosts(profile, count), profile_store=profiles))
    sent = 0

    async def send(message: Any) -> None:
        nonlocal sent
        sent += len(message.get("body", b""))

    async def receive() -> Any:
        await asyncio.sleep(3600)

    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
    }
    asyncio.run(app(dict(scope), receive, send))  # memory of modules and parts that are loaded once is not counted
    sent = 0
    tracemalloc.start()
    asyncio.run(app(scope, receive, send))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak // 1024, sent


@pytest.mark.parametrize("path", ["/api/profile/ada/posts?stream=true&limit=100", "/api/profile/ada/export?format=csv"])
def test_ten_thousand_posts_take_no_more_memory_than_a_thousand(aws: dict[str, str], path: str) -> None:
    profile = store_creator()
    few, few_sent = peak_kb(path, profile, 1_000)
    many, many_sent = peak_kb(path, profile, 10_000)
    assert many_sent > 9 * few_sent > 9 * 1_000 * 2_000
    assert many < 1.5 * few + 512, (few, many)
