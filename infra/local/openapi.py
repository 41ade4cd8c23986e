"""Writes the OpenAPI document of the API, generated from the composed app and committed in its handler's folder."""

import json
from typing import Any

from creator_search.bootstrap import Container
from creator_search.http import openapi_document

from functions.api.get_openapi_document.handler import DOCUMENT
from infra.local.gateway import compose


def build_document() -> dict[str, Any]:
    return openapi_document(compose(Container()))


def text() -> str:
    return json.dumps(build_document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text())
