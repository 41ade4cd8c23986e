"""GET /api/profile/{username}/posts/{shortcode}/history."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import (
    ReadTimer,
    Shortcode,
    Username,
    endpoint,
    lambda_handler,
    provided,
    versioned_response,
)
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.post_history import PointBody, PostGrowthBody
from creator_search.services.reading.post_history import PostHistoryReader
from fastapi import Response
from pydantic import BaseModel

router, route = endpoint("get_post_history")


class PostHistoryMeta(BaseModel):
    """`source` is always store. If `stale` is true, a refresh of the creator has been requested."""

    cache_hit: bool
    response_time_ms: float
    last_updated: str
    stale: bool
    source: str
    age_seconds: int
    notes: list[str]


class PostHistoryAnswer(Envelope):
    points: list[PointBody]
    growth: PostGrowthBody | None
    meta: PostHistoryMeta


@route(response_model=PostHistoryAnswer)
def get_post_history(
    username: Username,
    shortcode: Shortcode,
    timer: ReadTimer,
    histories: Annotated[PostHistoryReader, provided(Container.post_histories)],
) -> Response:
    """The counts of a post at every refresh, oldest first, and its growth. Every refresh is included until the post is
    30 days old; after that, the refreshes of the last 30 days and one a week. Decreased counts are shown as they were
    observed. A creator that is not stored is not fetched: 404 PROFILE_NOT_FOUND, or 301 if the account has another
    username now. Points are empty and growth is null for a private creator."""
    found = histories.read_history(username, shortcode)
    points = [PointBody.of(point).model_dump(mode="json") for point in found.points]
    growth = PostGrowthBody.of(found.growth).model_dump(mode="json") if found.growth else None
    meta = timer.meta(is_cached=True, is_stale=found.is_stale, updated_at=found.updated_at, source=found.source)
    content = {"success": True, "points": points, "growth": growth}
    return versioned_response(content, {**meta, "notes": list(found.notes)}, is_stale=found.is_stale)


handler = lambda_handler(router)
