"""The parts of the OpenAPI document that are not in the signatures of the handlers."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from creator_search.catalogue import Access, Limit, Operation
from creator_search.domain.errors import CreatorSearchError
from creator_search.http.errors import ErrorResponse, error_body

_ALWAYS = (400, 404, 405, 500)
_STREAMED = {
    "text/event-stream": {
        "type": "object",
        "description": "One event; `data` is a JSON object. A stream that cannot go on ends with "
        '{"stream_completed": false, "error_code": …, "detail": …}.',
        "properties": {
            "data": {"type": "string"},
            "id": {"type": "string", "description": "Where to go on, as Last-Event-ID."},
            "retry": {"type": "integer"},
        },
    }
}
_OF_METHODS = {"POST": (409, 413), "PUT": (413,), "PATCH": (413,)}
"""The statuses with which any body can be refused, and 409 for an Idempotency-Key that was used before."""
_SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "api_key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
_DOCUMENTED = {kind.status: kind for kind in CreatorSearchError.documented()}


def responses(row: Operation, example: Mapping[str, Any] | None) -> dict[int | str, dict[str, Any]]:
    """Return all responses of an operation, each with an example."""
    found: dict[int | str, dict[str, Any]] = {
        status: {
            "model": ErrorResponse,
            "description": _DOCUMENTED[status].documentation,
            "content": {"application/json": {"example": _error_example(status)}},
        }
        for status in sorted({*_ALWAYS, *_refusals(row), *_OF_METHODS.get(row.method, ()), *row.errors})
    }
    if example is not None:
        found[row.status] = {"content": {"application/json": {"example": example}}}
        if row.alternative:
            found[row.status]["content"][row.alternative] = {"schema": {"type": "string"}}
        if row.streams:
            found[row.status]["content"][row.streams] = {"schema": _STREAMED.get(row.streams, {"type": "string"})}
    if row.streams == "text/event-stream":
        found[204] = {"description": "Last-Event-ID names the end of a stream: there is no more"}
    if row.cache_seconds:
        found[304] = {"description": "The copy that If-None-Match names is still good"}
    return found


def _refusals(row: Operation) -> tuple[int, ...]:
    """Return the statuses with which callers are refused."""
    identity = () if row.access is Access.PUBLIC else (401, 403) if row.access is Access.ADMIN else (401,)
    return identity if row.limit is Limit.NONE else (*identity, 429)


def _error_example(status: int) -> dict[str, Any]:
    body = error_body(_DOCUMENTED[status].example(), "3f1c2f4e-8d3a-4a54-9f0e-0d6a4a1f9b11")
    return {**body, "timestamp": "2026-01-31T12:00:00.000Z"}


def extra(row: Operation) -> dict[str, Any]:
    """Return who may call the operation and with which credentials, and the header that every POST accepts."""
    found: dict[str, Any] = {"x-access": row.access.value}
    if row.access is not Access.PUBLIC:
        found["security"] = [{name: []} for name in _SECURITY_SCHEMES]
    if row.method == "POST":
        found["parameters"] = [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key and the same request within 24 hours return the first answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "example": "order-1842",
            }
        ]
    return found


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an app, without FastAPI's 422 responses, which this API never sends."""
    document: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    for path in document["paths"].values():
        for found in path.values():
            found["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    document["components"]["securitySchemes"] = _SECURITY_SCHEMES
    return document
