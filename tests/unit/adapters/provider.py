"""A provider of profiles, reels and similar accounts with answers set by a test."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from creator_search.adapters.breakers import NoBreaker
from creator_search.adapters.upstreams.comments import RapidApiCommentSource
from creator_search.adapters.upstreams.decodo import DecodoSource
from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.adapters.upstreams.http import HttpUpstream
from creator_search.adapters.upstreams.rapidapi import RapidApiSource

from tests.fakes import START, FakeClock

BASE = "http://upstream.test"
DEADLINE = START + timedelta(minutes=10)
Answer = Callable[[httpx.Request], httpx.Response]


class Provider:
    """Returns the answers in order and repeats the last one. Records the requests."""

    def __init__(self, *answers: Answer | httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.clock = FakeClock()

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def _http(self) -> HttpUpstream:
        client = httpx.Client(transport=httpx.MockTransport(self._handle))
        return HttpUpstream(lambda: client, timeout_seconds=30, clock=self.clock)

    def _endpoint(self) -> UpstreamEndpoint:
        return UpstreamEndpoint(NoBreaker(), clock=self.clock, sleep=self.clock.sleep)

    def decodo(self, key: str | None = "dG9rZW4=") -> DecodoSource:
        return DecodoSource(self._http(), base_url=BASE, key=lambda: key, endpoint=self._endpoint())

    def rapidapi(self, key: str | None = "key") -> RapidApiSource:
        return RapidApiSource(
            self._http(), base_url=BASE, host="", key=lambda: key, endpoints=lambda _: self._endpoint()
        )

    def comments(self, key: str | None = "key") -> RapidApiCommentSource:
        return RapidApiCommentSource(self._http(), base_url=BASE, host="", key=lambda: key, endpoint=self._endpoint())


def decodo_body(data: Any, *, as_text: bool = False) -> dict[str, Any]:
    content: Any = {"data": data}
    return {"results": [{"content": json.dumps(content) if as_text else content, "status_code": 200}]}


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def minimal(**user: Any) -> dict[str, Any]:
    return decodo_body({"user": {"username": "ada", "edge_followed_by": {"count": 5}, **user}})
