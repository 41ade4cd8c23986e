"""Conversion of every error to a response of one shape."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from creator_search.catalogue import operations_at
from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.errors import CreatorSearchError, InvalidParameter, MethodNotAllowed, NotFound, ProfileMoved
from creator_search.domain.usernames import parse_username
from creator_search.http.allowed import allowed_field, allowed_parameter
from creator_search.http.context import context_of
from creator_search.schemas.times import iso

_NO_JSON = "body: must be valid JSON"
_BODIES = {
    "model_attributes_type": "must be a JSON object, with Content-Type: application/json",
    "missing": "is required",
    "bytes_type": "must be CSV, with Content-Type: text/csv",
}
"""What a body of another kind must be, by pydantic's type of the error."""


class ErrorResponse(BaseModel):
    """The body of every error."""

    success: bool = False
    detail: str
    error: str
    error_code: str
    troubleshooting: str
    timestamp: str
    request_id: str
    username: str | None = Field(default=None, exclude_if=lambda value: value is None)


def unexpected() -> CreatorSearchError:
    """The error that clients receive for an exception without a class of its own."""
    return CreatorSearchError(CreatorSearchError.example_message)


def error_body(error: CreatorSearchError, request_id: str, username: str | None = None) -> dict[str, Any]:
    return ErrorResponse(
        detail=error.message,
        error=error.message,
        error_code=error.error_code,
        troubleshooting=error.troubleshooting,
        timestamp=iso(datetime.now(UTC)),
        request_id=request_id,
        username=username,
    ).model_dump()


def respond(request: Request, error: CreatorSearchError) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, ProfileMoved):
        headers["Location"] = _moved_to(request, error)
    body = error_body(error, request.state.request_id, given_username(request))
    return JSONResponse(body, error.status, headers)


def _moved_to(request: Request, error: ProfileMoved) -> str:
    """The path and the query of the request, with the new username."""
    before, _, after = request.url.path.partition("/profile/")
    _, slash, rest = after.partition("/")
    path = f"{before}/profile/{error.new_username}{slash}{rest}"
    return f"{path}?{request.url.query}" if request.url.query else path


def given_username(request: Request) -> str | None:
    """Return the username in the path, in its normal form if it is valid."""
    given = request.path_params.get("username")
    if given is None:
        return None
    try:
        return parse_username(given)
    except CreatorSearchError:
        return str(given)[:100]


def log_failure(scope: Scope, message: str, error: Exception) -> None:
    """Log an error with details that clients do not receive, under the same request_id."""
    extra = {"request_id": scope["state"]["request_id"], "method": scope["method"], "path": scope["path"]}
    context_of(scope).logger("api").error(message, exc_info=error, extra=extra)


def on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CreatorSearchError)
    if error.status >= 500:
        log_failure(request.scope, error.message, error)
    return respond(request, error)


def on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return respond(request, InvalidParameter(_NO_JSON))
    place, *where = map(str, first["loc"])
    name = ".".join(where)
    if not name:
        return respond(request, InvalidParameter(f"body: {_BODIES.get(first['type'], first['msg'])}"))
    if place == "body":
        allowed = allowed_field(request, first["loc"][1:], first["type"])
    else:
        allowed = allowed_parameter(request, where[0])
    return respond(request, InvalidParameter(f"{name}: {allowed or first['msg']}"))


def on_http_exception(request: Request, error: Exception) -> Response:
    """Convert errors raised by the router."""
    assert isinstance(error, HTTPException)
    known = {
        400: InvalidParameter(_NO_JSON),  # not UTF-8, nested too deeply, or with a number of thousands of digits
        404: NotFound("This path does not exist"),
        405: MethodNotAllowed(),
    }
    response = respond(request, known.get(error.status_code, InvalidParameter("The request could not be read")))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        # The router's header has the methods of one operation only.
        response.headers["Allow"] = ", ".join(sorted(row.method for row in operations_at(request.scope["path"])))
    return response
