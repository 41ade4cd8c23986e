"""Answers of the functions behind the web adapter: the same requests with and without the framework."""

import asyncio
import gzip
import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from creator_search.catalogue import OPERATIONS, operation, route_module
from creator_search.http.app import process_app
from creator_search.serve import served_app
from fastapi import APIRouter
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Router
from starlette.types import ASGIApp

from tests.integration.odd_requests import STORED, Event, comparable, over_fakes, seed, seeded_requests
from tests.proxy_events import proxy_event

ROUTERS: dict[str, APIRouter] = {
    row.name: importlib.import_module(f"functions.api.{row.name}.{route_module(row)}").router
    for row in OPERATIONS
    if row.name in STORED and row.streams
}


@pytest.fixture
def in_function(monkeypatch: pytest.MonkeyPatch, aws: dict[str, str]) -> None:
    """The request's context is in a header only behind the adapter."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "served")
    monkeypatch.setenv("AWS_LWA_PORT", "8080")


def with_framework(router: APIRouter) -> ASGIApp:
    return GZipMiddleware(process_app([router]), minimum_size=1024)


def scope_of(event: Event) -> dict[str, Any]:
    """Return the request as the web server passes it on when the adapter has sent it for this event."""
    headers = [(name, [value]) for name, value in (event.get("headers") or {}).items()]
    headers += list((event.get("multiValueHeaders") or {}).items())
    context = json.dumps(event.get("requestContext", {}))
    query = "&".join(f"{name}={value}" for name, value in (event.get("queryStringParameters") or {}).items())
    body = (event.get("body") or "").encode()
    sent = [(name.lower().encode(), str(value).encode()) for name, values in headers for value in values or []]
    return {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8080),
        "client": ("127.0.0.1", 1),
        "method": event.get("httpMethod", "GET").upper(),
        "path": event.get("path", "/"),
        "query_string": query.encode(),
        "headers": [
            *sent,
            (b"x-amzn-request-context", context.encode()),
            *([(b"content-length", str(len(body)).encode())] if body else []),
        ],
        "body": body,
    }


async def answer(app: ASGIApp, scope: dict[str, Any]) -> dict[str, Any]:
    """Return the answer in the form of that of a function."""
    sent: list[Any] = []
    parts = [{"type": "http.request", "body": scope.pop("body"), "more_body": False}]

    async def receive() -> Any:
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head, *rest = sent
    headers = {name.decode().lower(): value.decode() for name, value in head["headers"]}
    body = b"".join(part.get("body", b"") for part in rest)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
        del headers["content-length"]
    return {"statusCode": head["status"], "headers": headers, "body": body.decode()}


def answered(made: Callable[[APIRouter], ASGIApp]) -> list[tuple[Event, Any]]:
    over_fakes()
    etags = seed()
    apps = {name: made(router) for name, router in ROUTERS.items()}
    requests = [(name, event) for name, event in seeded_requests(etags) if name in apps]
    return [(event, comparable(asyncio.run(answer(apps[name], scope_of(event))))) for name, event in requests]


@pytest.mark.usefixtures("in_function")
def test_requests_have_equal_answers_with_and_without_the_framework() -> None:
    expected, found = answered(with_framework), answered(served_app)
    statuses: dict[int, int] = {}
    for (event, wanted), (_, got) in zip(expected, found, strict=True):
        assert got == wanted, json.dumps(event)
        statuses[got["statusCode"]] = statuses.get(got["statusCode"], 0) + 1
    assert {200, 304, 401, 404, 405} <= statuses.keys() and min(statuses[200], statuses[304]) > 20, statuses


@pytest.mark.usefixtures("in_function")
@pytest.mark.parametrize("name", ROUTERS)
def test_only_what_is_not_plain_reaches_the_framework(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seed()
    reached: list[str] = []
    app = served_app(ROUTERS[name])
    dispatch = Router.__call__

    async def counted(router: Router, scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await dispatch(router, scope, receive, send)

    monkeypatch.setattr(Router, "__call__", counted)
    event = proxy_event(operation(name))
    plain = asyncio.run(answer(app, scope_of(event)))
    assert (plain["statusCode"], reached) == (200, [])
    stream = asyncio.run(answer(app, scope_of(event | {"queryStringParameters": {"stream": "true"}})))
    assert (stream["statusCode"], reached) == (200, [event["path"]])
    stale = asyncio.run(answer(app, scope_of(event | {"path": event["path"].replace("ada", "aged")})))
    assert json.loads(stale["body"])["meta"]["stale"] is True and len(reached) == 2
