"""The local API: every operation of the catalogue in one uvicorn server."""

import argparse
import functools
import importlib
import socket
from collections.abc import Sequence

import uvicorn
from creator_search.bootstrap import Container
from creator_search.catalogue import API_FUNCTIONS, AUTHORIZER, function_of, operations_at, route_module
from creator_search.domain.callers import Caller
from creator_search.http import build_app
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from infra import console
from infra.local import roles
from infra.local.issuer import LocalIssuer, issuer_router
from infra.local.pages import ConsoleRoute
from infra.toolkit import ROOT


def compose(container: Container) -> FastAPI:
    """Return one app with the handlers of all operations, which is served here and described by the OpenAPI
    document. Each answers with the role of its function."""
    routers = (importlib.import_module(f"functions.api.{f.name}.{route_module(f)}").router for f in API_FUNCTIONS)
    container.__dict__.setdefault("authenticator", _ActingAuthorizer(container))
    app = build_app(container, routers)
    app.add_middleware(_ActingRoles)
    return app


class _ActingAuthorizer:
    """Verifies credentials with the role of the authorizer, because the local API verifies them itself."""

    def __init__(self, container: Container) -> None:
        self._authenticator = functools.cache(lambda: Container.authenticator.build(container))

    def authenticate(self, tokens: Sequence[str], keys: Sequence[str]) -> Caller:
        """See `Authenticator.authenticate`."""
        with roles.acting_as(AUTHORIZER.name):
            return self._authenticator().authenticate(tokens, keys)


class _ActingRoles:
    """Handles each request with the role of the function that serves it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rows = operations_at(scope["path"]) if scope["type"] == "http" else []
        functions = [function_of(row).name for row in rows if row.method == scope["method"]]
        with roles.acting_as(next(iter(functions), None)):
            await self._app(scope, receive, send)


MAX_HEADER_BYTES = 2 * 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    roles.enforce()
    container = Container()
    app = compose(container)
    if container.config.local_state:
        app.include_router(issuer_router(LocalIssuer(container.config.local_state, f"http://127.0.0.1:{port}")))
    headers = console.security_headers(container.config.cdn_base_url)
    app.router.routes.append(ConsoleRoute(ROOT / console.BUILT, headers))
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    # A large backlog, for a thousand clients that connect at the same time.
    # Too long credentials are answered, too: h11 would reset connections with more than 64 KB of headers.
    configuration = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        reset_contextvars=True,  # see serve.SERVER_SETTINGS
        backlog=4096,
        http="h11",
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
    )
    # The protocol is explicit because asyncio disables Nagle's algorithm only then.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    uvicorn.Server(configuration).run(sockets=[listener])


if __name__ == "__main__":
    main()
