"""Who sends a request, and whether they may use the operation.

On AWS, the Lambda authorizer in front of the function has verified the credential (functions/authorizers). On one
machine, the API does it itself, with the same code.
"""

from typing import Annotated

from fastapi import Depends, Request

from creator_search.catalogue import Access, Operation
from creator_search.domain.caller_errors import Forbidden, Unauthenticated
from creator_search.domain.callers import LOCAL_CALLER, Caller, caller_of
from creator_search.http.blocking import call_blocking
from creator_search.http.context import context_of
from creator_search.http.gateway import gateway_context, is_behind_gateway

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


async def identify(request: Request, row: Operation) -> Caller | None:
    """Return the caller of an operation, or None if it is public. Raises Unauthenticated."""
    if row.access is Access.PUBLIC:
        return None
    request.state.caller = caller = await _identify(request)
    return caller


def require_access(caller: Caller, row: Operation) -> None:
    """Raises Forbidden if the caller may not use the operation."""
    if row.access is Access.ADMIN and not caller.is_admin:
        raise Forbidden(Forbidden.example_message)


async def _identify(request: Request) -> Caller:
    if is_behind_gateway(request.scope):
        try:
            return caller_of(gateway_context(request.scope).get("authorizer") or {})
        except ValueError as error:
            raise Unauthenticated("the authorizer passed on no caller") from error
    context = context_of(request.scope)
    tokens, keys = request.headers.getlist("authorization"), request.headers.getlist("x-api-key")
    if not tokens and not keys and context.config.local_caller and is_from_this_machine(request):
        return LOCAL_CALLER
    try:
        return await call_blocking(context.authenticator.authenticate, tokens, keys)
    except Unauthenticated as error:
        context.logger("api").warning("the credential was refused", extra={"reason": error.reason})
        raise


def is_from_this_machine(request: Request) -> bool:
    """Whether a process on this machine sent the request, and no web page of another origin.

    The `Host` must be loopback too: the name of a web page can resolve to a loopback address.
    """
    if request.client is None or request.client.host not in _LOOPBACK or request.url.hostname not in _LOOPBACK:
        return False
    origins = request.headers.getlist("origin")
    return not origins or origins == [f"{request.url.scheme}://{request.url.netloc}"]


async def _caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


CurrentCaller = Annotated[Caller, Depends(_caller)]
"""The caller of an operation that is not public."""
