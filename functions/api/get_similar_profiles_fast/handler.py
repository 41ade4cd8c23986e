"""GET /api/profile/{username}/similar-fast."""

from datetime import timedelta
from typing import Annotated

from creator_search import providers
from creator_search.config import config
from creator_search.domain.similar import MAX_LIMIT
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided, timestamp
from creator_search.responses import Maybe
from creator_search.services.ports import Cdn
from creator_search.services.similar_profiles import SimilarProfiles
from fastapi import Query, Response
from pydantic import BaseModel

router, route = endpoint("get_similar_profiles_fast")


class SimilarEntry(BaseModel):
    username: str
    name: str
    profile_image_url: str | None
    rank: int


class SimilarMeta(BaseModel):
    cached: bool
    stale: bool
    fetched_at: str
    unfinished_images: int
    resolved_username: Annotated[str | None, Maybe] = None


class SimilarAnswer(Envelope):
    data: list[SimilarEntry]
    message: str
    meta: SimilarMeta


@route(
    example={
        "success": True,
        "data": [
            {
                "username": "nasa",
                "name": "NASA",
                "profile_image_url": "https://images.example/similar/natgeo/nasa_profile.jpg?v=0f3a9c1d2b4e",
                "rank": 1,
            }
        ],
        "message": "Found 1 similar profiles (cached)",
        "meta": {"cached": True, "stale": False, "fetched_at": "2026-01-31T12:00:00.000Z", "unfinished_images": 0},
    }
)
def get_similar_profiles_fast(
    username: Username,
    response: Response,
    similar: Annotated[SimilarProfiles, provided(providers.similar_profiles)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.", examples=[20])] = 20,
    force_refresh: Annotated[bool, Query(description="Fetch anew even if cached.", examples=[False])] = False,
) -> SimilarAnswer:
    """Similar creators by rank (1 is most similar), from the 24 h cache or the upstream, with images that last."""
    deadline = providers.now() + timedelta(seconds=config().similar_budget_seconds)
    answer = similar(username, limit=limit, force_refresh=force_refresh, deadline=deadline)
    if not answer.is_cached or answer.is_stale:
        response.headers["Cache-Control"] = "no-store"
    return SimilarAnswer(
        data=[
            SimilarEntry(
                username=p.username,
                name=p.name,
                profile_image_url=cdn.url(p.image_key, p.image_version or "") if p.image_key else None,
                rank=p.rank,
            )
            for p in answer.profiles
        ],
        message=f"Found {len(answer.profiles)} similar profiles ({'cached' if answer.is_cached else 'fresh'})",
        meta=SimilarMeta(
            cached=answer.is_cached,
            stale=answer.is_stale,
            fetched_at=timestamp(answer.fetched_at),
            unfinished_images=answer.unfinished,
            resolved_username=answer.resolved_username,
        ),
    )


handler = lambda_handler(router)
