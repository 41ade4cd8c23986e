"""GET /openapi.json: the document generated from the composed API, which is committed in this folder."""

from functools import cache
from pathlib import Path

from creator_search.http import endpoint, lambda_handler
from fastapi import Response

router, route = endpoint("get_openapi_document")

DOCUMENT = Path(__file__).with_name("openapi.json")


@route(response_class=Response)
def get_openapi_document() -> Response:
    """The OpenAPI 3.1 document of this API."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    return DOCUMENT.read_bytes()


handler = lambda_handler(router)
