"""One operation: its router, the invocation of its handler, and the caching of its answers."""

import functools
import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from creator_search import current
from creator_search.answers.caching import cache_headers, is_current
from creator_search.answers.deadlines import deadline_of
from creator_search.catalogue import Api, Operation, function_of, operation
from creator_search.domain.audit import target_of
from creator_search.domain.callers import Caller
from creator_search.domain.errors import BodyTooLarge
from creator_search.environment import in_lambda
from creator_search.http.blocking import call_blocking
from creator_search.http.callers import identify, require_access
from creator_search.http.context import context_of
from creator_search.http.errors import given_username
from creator_search.http.idempotency import answer_once
from creator_search.http.limits import count_request
from creator_search.http.numbers import number_forms, require_plain_numbers
from creator_search.http.openapi import extra, responses

Handler = TypeVar("Handler", bound=Callable[..., Any])


def endpoint(name: str) -> tuple[APIRouter, Callable[..., Callable[[Handler], Handler]]]:
    """Return the router of a function with one operation, and the decorator for its handler.

    Path, method and status come from the catalogue; the documented example answer is example.json in the handler's
    folder. `documented` replaces the documentation of some statuses.
    """
    router, route = endpoints()
    return router, functools.partial(route, name)


def endpoints() -> tuple[APIRouter, Callable[..., Callable[[Handler], Handler]]]:
    """Return the router of a function with several operations, and the decorator for their handlers, which takes the
    name of the operation. The example answers are examples/<operation>.json in the handler's folder.
    """
    router = APIRouter()

    def route(
        name: str, *, documented: Mapping[int | str, Any] | None = None, **settings: Any
    ) -> Callable[[Handler], Handler]:
        row = operation(name)

        def bind(handler: Handler) -> Handler:
            router.add_api_route(
                row.path,
                _inline(handler) if in_lambda() else handler,
                methods=[row.method],
                status_code=row.status,
                operation_id=row.name,
                summary=row.summary,
                tags=[row.tag],
                responses={} if in_lambda() else {**responses(row, _example(handler, row)), **(documented or {})},
                openapi_extra=extra(row),
                route_class_override=_route_class(row),
                **settings,
            )
            return handler

        return bind

    return router, route


def _example(handler: Callable[..., Any], row: Operation) -> Any:
    """Return the example answer, or None if the operation has none."""
    folder = Path(inspect.getfile(handler)).parent
    path = folder / "examples" / f"{row.name}.json" if isinstance(function_of(row), Api) else folder / "example.json"
    return json.loads(path.read_text()) if path.exists() else None


def _inline(handler: Handler) -> Callable[..., Awaitable[Any]]:
    """Call the handler without a thread: a Lambda instance handles one request at a time."""

    @functools.wraps(handler)
    async def inline(*args: Any, **kwargs: Any) -> Any:
        return handler(*args, **kwargs)

    inline.__signature__ = inspect.signature(handler)  # type: ignore[attr-defined]
    return inline


def _route_class(row: Operation) -> type[APIRoute]:
    class OperationRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()
            numbers = number_forms(self)

            async def answer(request: Request) -> Response:
                deadline = deadline_of(row, context_of(request.scope).clock())
                current.specify(deadline, given_username(request))
                caller = await identify(request, row)
                if caller is not None:
                    await count_request(request, row, caller)
                    require_access(caller, row)  # after the count: a refused request counts too
                    await _audit(request, row, caller)
                require_plain_numbers(request, numbers)
                if row.method == "GET":
                    return _cacheable(request, await handle(request), row)
                request = await _with_body(request, row.max_body_kilobytes)
                key = request.headers.get("idempotency-key")
                if row.method != "POST" or key is None:
                    return _uncacheable(await handle(request))
                return _uncacheable(await answer_once(row, key, request, handle))

            return answer

    return OperationRoute


async def _audit(request: Request, row: Operation, caller: Caller) -> None:
    """Record the request in the audit log, if it is to be. Raises StoreUnavailable: then it is not carried out."""
    if row.is_audited:
        given = given_username(request) or "/".join(map(str, request.path_params.values()))
        target = target_of(given) if given else None
        await call_blocking(context_of(request.scope).auditor.record, row.name, caller.subject, target)


def _cacheable(request: Request, response: Response, row: Operation) -> Response:
    if not row.cache_seconds or response.status_code != 200 or "cache-control" in response.headers:
        return _uncacheable(response)
    # A handler whose answer differs for every request sets the ETag itself.
    etag = response.headers.get("etag") or f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = cache_headers(row, etag)
    if is_current(etag, ", ".join(request.headers.getlist("if-none-match"))):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _uncacheable(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _with_body(request: Request, most_kilobytes: int) -> Request:
    """Return the request with its body read. Raises BodyTooLarge as soon as the limit is exceeded."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_kilobytes * 1024:
            raise BodyTooLarge(f"The body is larger than {most_kilobytes} KB")

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return Request(request.scope, receive)
