"""Responses of the read family."""

import json
from typing import Any

from fastapi import Response

from creator_search.answers.documents import Timer, document_text
from creator_search.domain.documents import etag_of
from creator_search.services.reading.stored import DocumentResult


def document_response(result: DocumentResult, timer: Timer) -> Response:
    # The ETag is that of the stored document, because `meta` differs in every answer.
    headers = {"ETag": result.document.etag} | ({"Cache-Control": "no-store"} if result.is_stale else {})
    return Response(document_text(result, timer), media_type="application/json", headers=headers)


def versioned_response(
    content: dict[str, Any], meta: dict[str, Any], *, is_stale: bool, also: str | None = None
) -> Response:
    """Return a response with `content` and `meta`. Its ETag is that of the content, and of `also`, a part of `meta`
    that decides as well whether a client's copy is current."""
    text = _dumped(content)
    headers = {"ETag": etag_of(f"{text}{also or ''}")} | ({"Cache-Control": "no-store"} if is_stale else {})
    return Response(f'{text[:-1]},"meta":{_dumped(meta)}}}', media_type="application/json", headers=headers)


def _dumped(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
