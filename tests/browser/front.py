"""What stands in front of a deployment: the console's files with the settings of the sign-in, and the API at /api."""

import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from infra.console import BUILT, security_headers
from infra.local.pages import ConsoleRoute
from infra.local.processes import free_port
from infra.toolkit import ROOT
from tests.local_system import until


class Front:
    def __init__(self, api: str) -> None:
        self.port = free_port(0)
        self.url = f"http://127.0.0.1:{self.port}"
        self._api = httpx.AsyncClient(base_url=api, timeout=60)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self._api:
            yield

    async def forward(self, request: Request) -> StreamingResponse:
        target = httpx.URL(path=request.url.path, query=request.url.query.encode())
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "origin", "accept-encoding")}
        sent = self._api.build_request(request.method, target, headers=headers, content=await request.body())
        answer = await self._api.send(sent, stream=True)
        kept = {k: v for k, v in answer.headers.items() if k not in ("content-encoding", "content-length")}
        return StreamingResponse(
            answer.aiter_bytes(), answer.status_code, headers=kept, background=BackgroundTask(answer.aclose)
        )

    @contextmanager
    def served(self, settings: Mapping[str, str], issuer_origin: str) -> Iterator[None]:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        pages = ConsoleRoute(ROOT / BUILT, security_headers("http://127.0.0.1:*", issuer_origin), settings)
        app = Starlette(
            routes=[Route("/api/{path:path}", self.forward, methods=methods), pages], lifespan=self._lifespan
        )
        server = uvicorn.Server(uvicorn.Config(app, port=self.port, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started, "the front")
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
