"""JSON as the API sends it."""

import json
from collections.abc import Mapping
from typing import Any


def json_text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
