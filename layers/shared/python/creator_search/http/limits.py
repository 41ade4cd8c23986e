"""The limits of callers: counting, and the headers that tell what is left.

Source of the headers: draft-ietf-httpapi-ratelimit-headers-10.
"""

from fastapi import Request
from starlette.types import Scope

from creator_search import current
from creator_search.catalogue import Limit, Operation
from creator_search.domain.callers import Caller
from creator_search.domain.limits import RequestClass, policy_field, usage_field
from creator_search.http.blocking import call_blocking
from creator_search.http.context import context_of

_CLASSES = {Limit.NONE: (), Limit.READ: (RequestClass.READS,), Limit.UPSTREAM: (RequestClass.UPSTREAM,)}


async def count_request(request: Request, row: Operation, caller: Caller) -> None:
    """Count the request towards the limits of its caller. Raises RateLimited.

    One that counts towards none by itself counts as one that can reach the upstream when it requests creators.
    """
    if not caller.is_limited:
        return
    counted = context_of(request.scope).request_limiter.start(caller.subject)
    request.state.counted = counted
    current.limit(counted.take_upstream)
    if kinds := _CLASSES[row.limit]:
        await call_blocking(counted.take, kinds)


def limit_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers of the answer to a request that was counted."""
    counted = scope["state"].get("counted")
    if counted is None or not counted.usages:
        return []
    policy = policy_field(context_of(scope).request_limiter.limits)
    usages = usage_field(counted.usages.values())
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", usages.encode())]
