"""The access log of the local API: one line a request, like that of API Gateway."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """`log` is called with a message and the fields of the line as `extra`."""

    def __init__(self, app: ASGIApp, log: Callable[..., None]) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fields: dict[str, object] = {"method": scope["method"], "path": scope["path"]}
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields["status"] = message["status"]
                fields["request_id"] = dict(message["headers"]).get(b"x-request-id", b"").decode()
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._log("request answered", extra={**fields, "seconds": round(time.perf_counter() - began, 3)})
