"""GET /api/profile/{username}/similar-fast."""

from typing import Annotated

from creator_search.answers.similar import similar_text
from creator_search.bootstrap import Container
from creator_search.domain.similar import DEFAULT_LIMIT, MAX_LIMIT
from creator_search.http import SimilarDeadline, Username, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, Maybe
from creator_search.services.ports import Cdn
from creator_search.services.similar.profiles import SimilarProfiles
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


@route(response_model=SimilarAnswer)
def get_similar_profiles_fast(
    username: Username,
    deadline: SimilarDeadline,
    similar: Annotated[SimilarProfiles, provided(Container.similar)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    limit: Annotated[
        int, Query(ge=1, le=MAX_LIMIT, description="The maximum number of profiles.", examples=[DEFAULT_LIMIT])
    ] = DEFAULT_LIMIT,
    force_refresh: Annotated[
        bool, Query(description="Fetch from the upstream even if a set is cached.", examples=[False])
    ] = False,
) -> Response:
    """Similar creators by rank (1 is most similar), from the 24 h cache or the upstream, with permanent image URLs."""
    result = similar.find(username, limit=limit, force_refresh=force_refresh, deadline=deadline)
    headers = {"Cache-Control": "no-store"} if not result.is_cached or result.is_stale else {}
    return Response(similar_text(result, cdn.image_url), media_type="application/json", headers=headers)


handler = lambda_handler(router)
