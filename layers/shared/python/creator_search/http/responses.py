"""Responses of the read family."""

from typing import Any

from fastapi import Response

from creator_search.answers.documents import ReadyAnswer, Timer, document_answer, with_meta
from creator_search.domain.documents import etag_of
from creator_search.schemas.json_text import json_text
from creator_search.services.reading.stored import DocumentResult


def ready_response(answer: ReadyAnswer) -> Response:
    headers = {"ETag": answer.etag} | ({"Cache-Control": "no-store"} if answer.is_stale else {})
    return Response(answer.text(), media_type="application/json", headers=headers)


def document_response(result: DocumentResult, timer: Timer) -> Response:
    return ready_response(document_answer(result, timer))


def versioned_response(content: dict[str, Any], meta: dict[str, Any], *, is_stale: bool) -> Response:
    """Return a response with `content`, of which its ETag is, and `meta`."""
    body = json_text(content)
    return ready_response(ReadyAnswer(etag_of(body), lambda: with_meta(body, meta), is_stale))
