"""GET /openapi.json: the document that was generated from the composed API and committed beside this file."""

from functools import cache
from pathlib import Path

from creator_search.http import endpoint, lambda_handler
from fastapi import Response

router, route = endpoint("get_openapi_document")

DOCUMENT = Path(__file__).with_name("openapi.json")


@route(response_class=Response)
def get_openapi_document() -> Response:
    """This API as an OpenAPI 3.1 document."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    return DOCUMENT.read_bytes()


handler = lambda_handler(router)
