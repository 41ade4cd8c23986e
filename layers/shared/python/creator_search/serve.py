"""Runs one operation in a web server, for the Lambda Web Adapter: `python -m creator_search.serve`, in the folder of
its handler.

A stream reaches the client part by part; Mangum would buffer the whole answer.
"""

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import uvicorn
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from creator_search import current
from creator_search.answers.deadlines import deadline_of
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Operation, operation
from creator_search.environment import snapshot_hook_paths, web_adapter_port
from creator_search.http.app import process_app, process_hooks
from creator_search.http.gateway import gateway_context
from creator_search.stored import plain_request, stored_answer

SERVER_SETTINGS: dict[str, Any] = {"log_level": "warning", "reset_contextvars": True}
"""Without this setting, asyncio starts a pipelined request, or one after a long body in the same connection, with the
context variables of the previous request: its deadline, its limit and its counted request."""


class SnapshotHooks:
    """Answers the hooks of SnapStart, which the web adapter calls with POST and refuses to clients. Other requests go
    to `app`."""

    def __init__(self, app: ASGIApp, before_snapshot: str, after_restore: str) -> None:
        self._app = app
        paths = (("POST", before_snapshot), ("POST", after_restore))
        self._hooks = dict(zip(paths, process_hooks(), strict=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hook = self._hooks.get((scope.get("method", ""), scope.get("path", "")))
        if hook is None:
            await self._app(scope, receive, send)
        else:
            hook()
            await Response(status_code=204)(scope, receive, send)


class StoredAnswers:
    """Answers plain requests with what is stored, as `stored_handler` does; other requests go to `app`, with what was
    counted and read for them. The store is called without a thread: an instance handles one request at a time. The
    server has to run each request in a task of its own, so that what is handed over does not outlive it."""

    def __init__(self, app: ASGIApp, row: Operation) -> None:
        self._app = app
        self._row = row

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = plain_request(_event(scope), self._row) if scope["type"] == "http" else None
        if request is None:
            await self._app(scope, receive, send)
            return
        container = process_container()
        with current.handling(request.id, deadline_of(self._row, container.clock()), request.subject.username):
            answer = stored_answer(container, self._row, request)
            if answer is None:
                await self._app(scope, receive, send)
                return
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.text.encode()})


def _event(scope: Scope) -> Mapping[str, Any]:
    """Return the data of the request that an event of a REST API would contain."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    has_body = headers.get("content-length", ["0"]) != ["0"] or "transfer-encoding" in headers
    return {
        "resource": scope["path"],
        "path": scope["path"],
        "httpMethod": scope["method"],
        "multiValueHeaders": headers,
        "queryStringParameters": scope["query_string"],
        "body": has_body,
        "requestContext": gateway_context(scope),
    }


def served_app(router: APIRouter) -> ASGIApp:
    """Return the app of a router with one operation."""
    [route] = router.routes
    assert isinstance(route, APIRoute)
    row = operation(str(route.operation_id))
    answers = process_app([router])
    # The gateway does not compress streamed responses.
    app: ASGIApp = GZipMiddleware(StoredAnswers(answers, row) if row.document else answers, minimum_size=1024)
    hooks = snapshot_hook_paths()
    return SnapshotHooks(app, *hooks) if hooks else app


def main() -> None:
    module = "operation" if find_spec("operation") else "handler"  # see catalogue.route_module
    app = served_app(importlib.import_module(module).router)
    uvicorn.run(app, host="127.0.0.1", port=web_adapter_port(), **SERVER_SETTINGS)


if __name__ == "__main__":
    main()
