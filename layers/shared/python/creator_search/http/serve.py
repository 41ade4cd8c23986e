"""Runs one operation in a web server, for the Lambda Web Adapter: `python -m creator_search.http.serve`, in the folder
of its handler.

A stream reaches the client part by part; Mangum would buffer the whole answer.
"""

import importlib

import uvicorn
from fastapi import APIRouter
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from creator_search.environment import snapshot_hook_paths, web_adapter_port
from creator_search.http.app import process_app, process_hooks


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


def served_app(router: APIRouter) -> ASGIApp:
    app = process_app([router])
    # The gateway does not compress streamed responses.
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    hooks = snapshot_hook_paths()
    return SnapshotHooks(app, *hooks) if hooks else app


def main() -> None:
    app = served_app(importlib.import_module("handler").router)
    uvicorn.run(app, host="127.0.0.1", port=web_adapter_port(), log_level="warning")


if __name__ == "__main__":
    main()
