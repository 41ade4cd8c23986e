"""The limits of callers: counting a request, and the headers that state what is left.

Source of the headers: draft-ietf-httpapi-ratelimit-headers-10.
"""

from collections.abc import Mapping
from contextvars import ContextVar

from creator_search import current
from creator_search.catalogue import Limit, Operation
from creator_search.domain.callers import Caller
from creator_search.domain.limits import Limits, RequestClass, policy_field, usage_field
from creator_search.services.limits import CountedRequest, RequestLimiter

_CLASSES: Mapping[Limit, tuple[RequestClass, ...]] = {
    Limit.NONE: (),
    Limit.READ: (RequestClass.READS,),
    Limit.UPSTREAM: (RequestClass.UPSTREAM,),
}
_handed_over: ContextVar[CountedRequest | None] = ContextVar("handed_over", default=None)


def start_counting(limiter: RequestLimiter, caller: Caller) -> CountedRequest | None:
    """Return what the request that is being handled counts towards; None for a caller without limits."""
    if not caller.is_limited:
        return None
    counted = _handed_over.get() or limiter.start(caller.subject)
    _handed_over.set(None)
    current.limit(counted.take_upstream)
    return counted


def hand_over(counted: CountedRequest | None) -> None:
    """Make the next `start_counting` for the same request return this, so that nothing is counted twice."""
    _handed_over.set(counted)


def classes_of(row: Operation) -> tuple[RequestClass, ...]:
    """Return the limit that every request of the operation counts towards.

    One that counts towards none by itself counts as one that can reach the upstream when it requests creators.
    """
    return _CLASSES[row.limit]


def limit_fields(counted: CountedRequest | None, limits: Limits) -> Mapping[str, str]:
    """Return the headers of the answer to a request that was counted."""
    if counted is None or not counted.usages:
        return {}
    return {"ratelimit-policy": policy_field(limits), "ratelimit": usage_field(counted.usages.values())}
