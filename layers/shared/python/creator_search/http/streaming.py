"""Streamed responses: Server-Sent Events, and downloads of any size.

The work is a plain generator. Each step runs in a thread, and only after the client has received the preceding part.
When a client disconnects, the work ends after the current step.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from creator_search.domain.errors import CreatorSearchError
from creator_search.http.errors import error_body, log_failure, unexpected
from creator_search.http.negotiation import prefers

KEEPALIVE_SECONDS = 10.0
RETRY_MILLISECONDS = 3000
COMPLETED_ID = "completed"
"""The id of a stream's last event. A client that reconnects with it gets a 204."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_END: Any = object()


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is the position from which a client continues after reconnecting (Last-Event-ID). The next step starts
    `pause_seconds` after the event."""

    data: Any
    id: str | None = None
    pause_seconds: float = 0


def wants_events(request: Request, stream: bool) -> bool:
    """Whether the request has `?stream=true`, or prefers text/event-stream to JSON, as EventSource does."""
    return stream or prefers(request.headers.get("accept", ""), "text/event-stream")


def event_stream(request: Request, steps: Iterator[Event], seconds: float) -> Response:
    """Stream the steps as events.

    The last event has `stream_completed`: true, or false with an `error_code`, which is TIME_LIMIT after `seconds`,
    regardless of what the client does.
    """
    if request.headers.get("last-event-id") == COMPLETED_ID:
        return Response(status_code=204, headers=_HEADERS)  # a 204 stops an EventSource from reconnecting
    return EventSourceResponse(_events(request, steps, seconds), headers=_HEADERS)


async def _events(request: Request, steps: Iterator[Event], seconds: float) -> AsyncIterator[bytes]:
    yield format_sse_event(comment="stream open")
    end = time.monotonic() + seconds
    step: asyncio.Future[Any] | None = None
    retry: int | None = RETRY_MILLISECONDS
    try:
        while True:
            step = asyncio.ensure_future(anyio.to_thread.run_sync(next, steps, _END))
            while not step.done():
                left = end - time.monotonic()
                if left <= 0:
                    yield _last({"error_code": "TIME_LIMIT", "detail": f"A stream lasts at most {seconds:.0f} s"})
                    return
                await asyncio.wait({step}, timeout=min(left, KEEPALIVE_SECONDS))
                if not step.done():
                    yield KEEPALIVE_COMMENT
            event = step.result()
            if event is _END:
                return
            yield format_sse_event(data_str=_json(event.data), id=event.id, retry=retry)
            retry = None
            if event.pause_seconds:
                step = None
                await asyncio.sleep(min(event.pause_seconds, max(0.0, end - time.monotonic())))  # occupies no thread
    except CreatorSearchError as error:
        yield _last(_failure(request, error))
    except Exception as error:
        log_failure(request.scope, "a stream failed", error)
        yield _last(_failure(request, unexpected()))
    finally:
        _end(step, steps)


def _end(step: "asyncio.Future[Any] | None", steps: Iterator[Event]) -> None:
    """Close the generator now, or when its current step is done."""

    def close(done: "asyncio.Future[Any] | None" = None) -> None:
        if done and not done.cancelled():
            done.exception()  # retrieve the error of a step whose client has disconnected
        if isinstance(steps, Generator):
            steps.close()

    if step and not step.done():
        step.add_done_callback(close)
    else:
        close()


def _failure(request: Request, error: CreatorSearchError) -> dict[str, Any]:
    body = error_body(error, request.state.request_id)
    return {name: body[name] for name in ("error_code", "detail", "troubleshooting", "request_id")}


def _last(why: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=_json({"stream_completed": False, **why}))


def _json(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def download(parts: Iterator[str], *, media_type: str, filename: str) -> Response:
    """Stream text as a file.

    An error before the first part becomes a response with its status. A later error aborts the transfer, so that a
    client does not mistake an incomplete file for a complete one.
    """
    first = next(parts)

    def whole() -> Iterator[str]:
        yield first
        yield from parts

    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingResponse(whole(), media_type=media_type, headers=headers)
