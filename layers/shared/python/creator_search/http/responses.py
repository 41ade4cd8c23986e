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


def versioned_response(body: dict[str, Any], *, version: Any, is_stale: bool = False) -> Response:
    """Return a response whose ETag is computed from `version`, the part of the body that decides whether a client's
    copy is current.
    """
    headers = {"ETag": etag_of(json.dumps(version))} | ({"Cache-Control": "no-store"} if is_stale else {})
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type="application/json", headers=headers)
