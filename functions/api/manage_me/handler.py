"""/api/me."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.callers import CallerKind, CallerScope
from creator_search.http import CurrentCaller, endpoints, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.callers import CallerEraser
from creator_search.services.limits import RequestLimiter
from pydantic import BaseModel

router, route = endpoints()


class LimitState(BaseModel):
    """A limit of requests in one clock minute. `remaining` is null while the store of the counts is down."""

    limit: int
    remaining: int | None
    resets_in_seconds: int


class Me(BaseModel):
    """`limits` by class of request; empty for a caller without limits."""

    subject: str
    kind: CallerKind
    scopes: list[CallerScope]
    limits: dict[str, LimitState]


class MeAnswer(Envelope):
    data: Me


@route("get_me")
def get_me(caller: CurrentCaller, limiter: Annotated[RequestLimiter, provided(Container.request_limiter)]) -> MeAnswer:
    """Who you are to this API: the owner of your credential, its scopes, and what is left of your limits."""
    usages = limiter.load_usages(caller.subject) if caller.is_limited else []
    limits = {
        usage.kind.value: LimitState(
            limit=usage.limit, remaining=usage.remaining, resets_in_seconds=usage.resets_in_seconds
        )
        for usage in usages
    }
    return MeAnswer(
        data=Me(subject=caller.subject, kind=caller.kind, scopes=sorted(caller.scopes, reverse=True), limits=limits)
    )


@route("erase_me")
def erase_me(caller: CurrentCaller, eraser: Annotated[CallerEraser, provided(Container.caller_eraser)]) -> None:
    """Erase all of your rows: API keys, favourites, searches, opened profiles, campaigns, lists and webhooks. Your
    identity at the issuer of your token is not affected. An API key cannot erase its owner. A second pass after 90
    seconds deletes what requests in progress stored, and whatever else you store before it."""
    eraser.erase(caller)


handler = lambda_handler(router)
