"""The Python client over a transport with the answers that a test sets, and a clock that only sleeping advances."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from creator_search_client import Client, Retries

Outcome = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
START = datetime(2026, 1, 31, 12, tzinfo=UTC)


class VirtualClock:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.seconds += seconds


class ScriptedApi(httpx.BaseTransport):
    """Answers requests in order and repeats the last answer; an exception stands for a failed connection."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = [*outcomes]
        self.requests: list[httpx.Request] = []
        self.clock = VirtualClock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # A copy, because the client sends the same request again with other credentials.
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        )
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome if isinstance(outcome, httpx.Response) else outcome(request)

    def client(self, base_url: str = "https://api.example", **options: Any) -> Client:
        options.setdefault("retries", Retries())
        return Client(base_url, transport=self, clock=self.clock, **options)

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.requests]


def success(data: object = None, *, code: int = 200, headers: dict[str, str] | None = None, **more: Any) -> Outcome:
    """Return an answer that may be given several times."""
    body = {"success": True, "data": data, **more}
    return lambda _: httpx.Response(code, json=body, headers=headers)


def failure(status: int, code: str = "SOME_CODE", headers: dict[str, str] | None = None) -> Outcome:
    body = {"success": False, "detail": "Why", "error": "Why", "error_code": code, "request_id": "r-1"}
    return lambda _: httpx.Response(status, json=body, headers=headers)


def event_stream(*events: tuple[object, str | None], then: Exception | None = None) -> Outcome:
    """Return a stream of events with their ids, which ends with the exception if there is one."""

    def text() -> Iterator[bytes]:
        yield b": open\n\n"
        for data, id_ in events:
            yield (f"id: {id_}\n" if id_ else "").encode() + f"data: {json.dumps(data)}\n\n".encode()
        if then:
            raise then

    return lambda _: httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Parts(text()))


class Parts(httpx.SyncByteStream):
    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts
