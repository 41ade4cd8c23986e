"""FastAPI dependencies of handlers, besides their parameters. They are async, because FastAPI runs plain functions in a
thread."""

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from creator_search.answers.cursors import CursorSigner
from creator_search.answers.documents import Timer
from creator_search.http.context import context_of
from creator_search.parts import Part

T = TypeVar("T")


def provided(part: Part[T]) -> Any:
    """Depends on a part of the container: `Annotated[ProfileRequests, provided(Container.requests)]`."""
    return Depends(_dependency(part))


@functools.cache
def _dependency(part: Part[Any]) -> Callable[[Request], Awaitable[Any]]:
    async def dependency(request: Request) -> Any:
        return part.of(request.app.state.container)

    return dependency


async def _cursors(request: Request) -> CursorSigner:
    context = context_of(request.scope)
    return CursorSigner(lambda: context.cursor_key)


async def _timer(request: Request) -> Timer:
    context = context_of(request.scope)
    return Timer(context.clock(), timedelta(seconds=context.config.read_budget_seconds))


async def _similar_deadline(request: Request) -> datetime:
    context = context_of(request.scope)
    return context.clock() + timedelta(seconds=context.config.similar_budget_seconds)


async def _stream_seconds(request: Request) -> float:
    return context_of(request.scope).config.stream_budget_seconds


async def _now(request: Request) -> datetime:
    return context_of(request.scope).clock()


Cursors = Annotated[CursorSigner, Depends(_cursors)]
ReadTimer = Annotated[Timer, Depends(_timer)]
"""The time of the request, and the deadline of its answer (READ_BUDGET_SECONDS)."""
SimilarDeadline = Annotated[datetime, Depends(_similar_deadline)]
"""SIMILAR_BUDGET_SECONDS from now."""
StreamSeconds = Annotated[float, Depends(_stream_seconds)]
"""The maximum duration of a stream (STREAM_BUDGET_SECONDS)."""
Now = Annotated[datetime, Depends(_now)]
