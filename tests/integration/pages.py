"""Helpers that read listings through the API to the end."""

from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient


def pages(api: TestClient, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Yield every page of a listing."""
    cursor = ""
    while True:
        answer = api.get(path, params={**params, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        if not page["meta"]["has_more"]:
            return
        cursor = page["meta"]["next_cursor"]


def post_codes(api: TestClient, **params: Any) -> list[str]:
    """Return the shortcodes of all of ada's posts, in the order of the listing."""
    return [p["shortcode"] for page in pages(api, "/api/profile/ada/posts", **params) for p in page["posts"]]
