"""The app of one or more operations, and the Lambda handler of one."""

import asyncio
import atexit
import functools
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from creator_search import __version__, current
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import finish_activity, prepare_snapshot, process_container, snapshot_hooks
from creator_search.domain.errors import CreatorSearchError
from creator_search.environment import in_lambda, is_served
from creator_search.http.errors import (
    error_body,
    log_failure,
    on_error,
    on_http_exception,
    on_invalid_request,
    unexpected,
)
from creator_search.http.gateway import gateway_request_id
from creator_search.http.limits import limit_headers
from creator_search.http.measured import MeasuredRequests

if TYPE_CHECKING:
    from mangum import Mangum


def build_app(container: Container, routers: Iterable[APIRouter]) -> FastAPI:
    """Build an app from the routers, whose handlers get their parts from the container."""
    app = FastAPI(
        title="Creator Search",
        version=__version__,
        description="Public data of Instagram creators: profiles, posts, engagement, and similar creators.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.container = container
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(CreatorSearchError, on_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_middleware(MeasuredRequests)
    app.add_middleware(_RequestContext)
    return app


def process_app(routers: Iterable[APIRouter]) -> FastAPI:
    """Build an app with the container of the process."""
    return build_app(process_container(), routers)


def process_hooks() -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the hooks of SnapStart of the process: before a snapshot, and after a restore."""
    return snapshot_hooks()


def lambda_handler(router: APIRouter) -> Callable[[Any, Any], Any]:
    """Return the Lambda handler of one operation, for proxy events of a REST API."""

    @functools.lru_cache(maxsize=1)
    def mangum(container: Container) -> "Mangum":
        from mangum import Mangum

        # Without lifespan="off" Mangum would run start-up and shutdown on every invocation.
        return Mangum(build_app(container, [router]), lifespan="off")

    def handler(event: Any, context: Any) -> Any:
        # Mangum uses the current event loop, which newer Python versions do not create implicitly.
        asyncio.set_event_loop(_event_loop())
        answer = mangum(process_container())(event, context)
        finish_activity()
        return answer

    if in_lambda() and not is_served():
        asyncio.set_event_loop(_event_loop())
        mangum(process_container())  # during initialization, so that a snapshot includes it
        prepare_snapshot()
    return handler


@functools.cache
def _event_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


class _RequestContext:
    """The outermost middleware: sets the request id and the headers of every answer, and answers unexpected
    errors. A client cannot choose the id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = gateway_request_id(scope) or str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = [(b"x-request-id", request_id.encode()), *limit_headers(scope)]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        # A deadline is known if the entry of the function has set it; else it follows from the operation.
        with current.handling(request_id, deadline=current.deadline()):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as error:
                log_failure(scope, "unexpected error", error)
                if started:
                    raise
                body = error_body(unexpected(), request_id)
                await JSONResponse(body, 500)(scope, receive, send_with_id)
