"""The limits of callers, for requests that the web framework handles."""

from fastapi import Request
from starlette.types import Scope

from creator_search.answers.limits import classes_of, limit_fields, start_counting
from creator_search.catalogue import Operation
from creator_search.domain.callers import Caller
from creator_search.http.blocking import call_blocking
from creator_search.http.context import context_of


async def count_request(request: Request, row: Operation, caller: Caller) -> None:
    """Count the request towards the limits of its caller. Raises RateLimited."""
    counted = start_counting(context_of(request.scope).request_limiter, caller)
    request.state.counted = counted
    if counted is not None and (kinds := classes_of(row)):
        await call_blocking(counted.take, kinds)


def limit_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers of the answer to a request that was counted."""
    counted = scope["state"].get("counted")
    fields = limit_fields(counted, context_of(scope).request_limiter.limits) if counted else {}
    return [(name.encode(), value.encode()) for name, value in fields.items()]
