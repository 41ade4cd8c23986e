"""Measures every request: its metrics and its details are one log line, which is the access log."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from creator_search.http.context import context_of

UNKNOWN = "unknown"
"""The operation of requests to paths that do not exist."""


class MeasuredRequests:
    """Records the time to the first byte of the answer, and answers with a status of 400 or more, by operation. The
    line is written when the answer was sent. A request whose client disconnects before the answer is not counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_of(scope)
        metrics = context.metrics
        started = time.perf_counter()
        status: int | None = None

        def answered(with_status: int) -> None:
            nonlocal status
            status = with_status
            context.answer_recorder.record_answer(_operation(scope), status, time.perf_counter() - started)

        async def send_measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered(message["status"])
            await send(message)

        request_id = scope.get("state", {}).get("request_id", "")
        with metrics.collecting(request_id=request_id, method=scope["method"], path=scope["path"]) as details:
            try:
                await self._app(scope, receive, send_measured)
            except asyncio.CancelledError:
                raise
            except BaseException:
                if status is None:
                    answered(500)  # the outermost middleware answers it
                raise
            finally:
                details["operation"] = _operation(scope)
                if status is not None:
                    details["status"] = status


def _operation(scope: Scope) -> str:
    """Return the operation id of the request's route."""
    return getattr(scope.get("route"), "operation_id", None) or UNKNOWN
