"""Writes the OpenAPI document that the API serves: generated from the composed app, committed beside its handler."""

import json
from typing import Any

from creator_search.bootstrap import Container
from creator_search.http import openapi_document

from functions.api.get_openapi_document.handler import DOCUMENT
from infra.local.gateway import compose


def document() -> dict[str, Any]:
    return openapi_document(compose(Container()))


def text() -> str:
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text())
