"""One operation: its router, and how its answers are cached and its handler is called."""

import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from starlette.types import Message

from creator_search.catalogue import Access, Operation, operation
from creator_search.config import in_lambda
from creator_search.domain.errors import BodyTooLarge
from creator_search.domain.usernames import parse_username
from creator_search.http.idempotency import answer_once
from creator_search.http.openapi import extra, responses

MAX_BODY_BYTES = 256 * 1024

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Envelope(BaseModel):
    """What successful operations have in common."""

    model_config = ConfigDict(frozen=True)

    success: bool = True


Username = Annotated[
    str,
    Path(
        description="An Instagram username, with or without the leading @; case does not matter.",
        json_schema_extra={"pattern": r"^@?[A-Za-z0-9._]{1,30}$", "example": "natgeo"},
    ),
    AfterValidator(parse_username),
]


Blank = BeforeValidator(lambda value: None if value == "" else value)
"""On an optional query parameter: present and empty is the same as absent."""


Cursor = Annotated[
    str | None, Query(description="next_cursor of the page before.", examples=[""], max_length=2000), Blank
]
Language = Annotated[
    str | None,
    Query(description="must be an ISO 639-1 code: two lower-case letters", pattern="^([a-z]{2})?$", examples=["en"]),
    Blank,
]


def provided(build: Callable[[], Any]) -> Any:
    """A dependency built by a provider; async, because a plain function would cost a hop to a thread."""
    return Depends(_dependency(build))


@functools.cache
def _dependency(build: Callable[[], Any]) -> Callable[[], Awaitable[Any]]:
    async def dependency() -> Any:
        return build()

    return dependency


def endpoint(name: str) -> tuple[APIRouter, Callable[..., Callable[[Handler], Handler]]]:
    """The router of one operation and the decorator for its handler; path, method and status are the catalogue's.

    `route(example=…)` gives the documented example of the answer.
    """
    row = operation(name)
    router = APIRouter(route_class=_route_class(row))

    def route(*, example: Mapping[str, Any] | None = None, **settings: Any) -> Callable[[Handler], Handler]:
        def bind(handler: Handler) -> Handler:
            router.add_api_route(
                row.path,
                _inline(handler) if in_lambda() else handler,
                methods=[row.method],
                status_code=row.status,
                operation_id=row.name,
                summary=row.summary,
                tags=[row.tag],
                responses=responses(row, example),
                openapi_extra=extra(row),
                **settings,
            )
            return handler

        return bind

    return router, route


def _inline(handler: Handler) -> Callable[..., Awaitable[Any]]:
    """Lambda serves one request at a time: a thread would only cost."""

    @functools.wraps(handler)
    async def inline(*args: Any, **kwargs: Any) -> Any:
        return handler(*args, **kwargs)

    inline.__signature__ = inspect.signature(handler)  # type: ignore[attr-defined]
    return inline


def _route_class(row: Operation) -> type[APIRoute]:
    class OperationRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                if row.method == "GET":
                    return _cacheable(request, await handle(request), row)
                request = await _with_body(request)
                key = request.headers.get("idempotency-key")
                if row.method != "POST" or key is None:
                    return _uncacheable(await handle(request))
                return _uncacheable(await answer_once(row, key, request, handle))

            return answer

    return OperationRoute


def _cacheable(request: Request, response: Response, row: Operation) -> Response:
    if not row.cache_seconds or response.status_code != 200 or "cache-control" in response.headers:
        return _uncacheable(response)
    # A handler whose answer holds what changes with every request names the version itself.
    etag = response.headers.get("etag") or f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    # The answer is the same for everybody, but asking needs an identity: shared caches must not keep it.
    scope = "public" if row.access is Access.PUBLIC else "private"
    headers = {"ETag": etag, "Cache-Control": f"{scope}, max-age={row.cache_seconds}"}
    wanted = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in wanted or "*" in wanted:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _uncacheable(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _with_body(request: Request) -> Request:
    """The same request with its body read. Raises BodyTooLarge as soon as it is."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"The body is larger than {MAX_BODY_BYTES // 1024} KB")

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return Request(request.scope, receive)
