"""What the OpenAPI document says beyond the handlers' own signatures."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from creator_search.catalogue import Operation
from creator_search.domain.errors import (
    BodyTooLarge,
    CreatorSearchError,
    IdempotencyConflict,
    InvalidParameter,
    MethodNotAllowed,
    NotFound,
    StoreUnavailable,
)
from creator_search.http.errors import UNFORESEEN, ErrorResponse, error_body

_ALWAYS = (400, 404, 405, 500)
_DESCRIPTIONS = {
    400: "A parameter is wrong; the text names it and its allowed range",
    404: "There is no such profile, or nothing at this path",
    405: "The path does not support the method",
    409: "The Idempotency-Key was used for another request, or its first request still runs",
    413: "The body is too large",
    500: "Something went wrong on our side",
    503: "Something this depends on is down; Retry-After says when to try again",
}
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
_EXAMPLES: Mapping[int, CreatorSearchError] = {
    400: InvalidParameter("limit: must be an integer from 1 to 80"),
    404: NotFound("There is nothing at this path"),
    405: MethodNotAllowed(),
    409: IdempotencyConflict(),
    413: BodyTooLarge("The body is larger than 256 KB"),
    500: CreatorSearchError(UNFORESEEN),
    503: StoreUnavailable(),
}


def responses(row: Operation, example: Mapping[str, Any] | None) -> dict[int | str, dict[str, Any]]:
    """Every answer of one operation, with an example each."""
    found: dict[int | str, dict[str, Any]] = {
        status: {
            "model": ErrorResponse,
            "description": _DESCRIPTIONS[status],
            "content": {"application/json": {"example": _error_example(status)}},
        }
        for status in sorted({*_ALWAYS, *row.errors})
    }
    if example is not None:
        found[row.status] = {"content": {"application/json": {"example": example}}}
        if row.streams:
            found[row.status]["content"][row.streams] = {"schema": _STREAMED.get(row.streams, {"type": "string"})}
    if row.streams == "text/event-stream":
        found[204] = {"description": "Last-Event-ID names the end of a stream: there is no more"}
    if row.cache_seconds:
        found[304] = {"description": "The copy that If-None-Match names is still good"}
    return found


def _error_example(status: int) -> dict[str, Any]:
    body = error_body(_EXAMPLES[status], "3f1c2f4e-8d3a-4a54-9f0e-0d6a4a1f9b11")
    return {**body, "timestamp": "2026-01-31T12:00:00.000Z"}


def extra(row: Operation) -> dict[str, Any]:
    """Who may call it, and the header that every POST accepts."""
    found: dict[str, Any] = {"x-access": row.access.value}
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
    """The OpenAPI 3.1 document of an app, without what FastAPI would answer by itself (we never answer 422)."""
    document: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    for path in document["paths"].values():
        for found in path.values():
            found["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document
