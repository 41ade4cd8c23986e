"""All errors of the client. Each says in `can_pass` whether the same call may succeed later."""

from typing import Any, ClassVar

import httpx

_MAX_TEXT = 500


class ClientError(Exception):
    """Base class of all errors that this package raises."""

    can_pass: bool = False

    @property
    def message(self) -> str:
        return str(self)


class InvalidArgument(ClientError, ValueError):
    """An argument that cannot be sent; there was no request."""


class ConnectionFailed(ClientError):
    """No complete answer: the API cannot be reached, or the connection was lost. What was asked may have been done."""

    can_pass = True


class UnexpectedAnswer(ClientError):
    """A successful answer that is not one of this API, such as the page of a proxy."""


class StreamFailed(ClientError):
    """A stream that ended before it was complete. `error_code` is TIME_LIMIT if only its time was over, None if the
    server does not say why it ended."""

    def __init__(self, message: str, error_code: str | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.can_pass = error_code in (None, "TIME_LIMIT", "SERVICE_UNAVAILABLE")
        self.error_code = error_code
        self.request_id = request_id


class ApiError(ClientError):
    """An error answer. `error_code` and `request_id` are None if the answer has none, such as that of a proxy.

    `retry_after` is in seconds. `body` is the JSON body, or the beginning of a text.
    """

    statuses: ClassVar[tuple[int, ...]] = ()

    def __init__(
        self,
        message: str,
        *,
        status: int,
        error_code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.body = body
        self.can_pass = status == 429 or status >= 500


class BadRequest(ApiError):
    """A parameter, a username or the body is invalid; the message names it and its allowed range."""

    statuses = (400,)


class Unauthenticated(ApiError):
    """No credential, or one that is malformed, expired or refused."""

    statuses = (401,)


class Forbidden(ApiError):
    statuses = (403,)


class NotFound(ApiError):
    """There is no such creator or object, or it belongs to another caller."""

    statuses = (404,)


class Conflict(ApiError):
    """Also if the first answer to a repeated request contained a secret, which is shown once."""

    statuses = (409,)


class PreconditionFailed(ApiError):
    """The object was changed since it was read: read it again before the change."""

    statuses = (412,)


class PayloadTooLarge(ApiError):
    statuses = (413,)


class PreconditionRequired(ApiError):
    statuses = (428,)


class RateLimited(ApiError):
    statuses = (429,)


class ServerError(ApiError):
    """Any status from 500."""


class Unavailable(ServerError):
    """A dependency of the API, or the API itself, is down."""

    statuses = (502, 503, 504)


_BY_STATUS: dict[int, type[ApiError]] = {
    status: kind
    for kind in (
        *(BadRequest, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed, PayloadTooLarge),
        *(PreconditionRequired, RateLimited, Unavailable),
    )
    for status in kind.statuses
}


def api_error(response: httpx.Response, retry_after: float | None) -> ApiError:
    """Return the error for a response with an error status, whose body was read."""
    status = response.status_code
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    try:
        body = response.json()
    except ValueError:
        body = response.text[:_MAX_TEXT] or None
    fields = body if isinstance(body, dict) else {}
    return kind(
        _text(fields, "error") or _text(fields, "detail") or _text(fields, "message") or f"HTTP status {status}",
        status=status,
        error_code=_text(fields, "error_code"),
        request_id=_text(fields, "request_id") or response.headers.get("x-request-id"),
        retry_after=retry_after,
        body=body,
    )


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
