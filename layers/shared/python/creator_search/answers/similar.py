"""The text of a set of similar profiles."""

from collections.abc import Callable

from creator_search.domain.images import Image
from creator_search.schemas.json_text import json_text
from creator_search.schemas.times import iso
from creator_search.services.similar.stored import SimilarResult


def similar_text(result: SimilarResult, image_url: Callable[[Image], str]) -> str:
    """Return the whole answer; `image_url` returns the URL of a stored image."""
    entries = [
        {
            "username": each.username,
            "name": each.name,
            "profile_image_url": image_url(each.image) if each.image else None,
            "rank": each.rank,
        }
        for each in result.profiles
    ]
    resolved = {"resolved_username": result.resolved_username} if result.resolved_username else {}
    meta = {
        "cached": result.is_cached,
        "stale": result.is_stale,
        "fetched_at": iso(result.fetched_at),
        "unfinished_images": result.unfinished,
        **resolved,
    }
    message = f"Found {len(entries)} similar profiles ({'cached' if result.is_cached else 'fresh'})"
    body = {"success": True, "data": entries, "message": message, "meta": meta}
    return json_text(body)
