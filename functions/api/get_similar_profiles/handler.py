"""GET /api/profile/{username}/similar."""

from datetime import timedelta
from typing import Annotated, Self

from creator_search import providers
from creator_search.config import config
from creator_search.domain.similar import MAX_LIMIT
from creator_search.domain.similarity import Reason
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided, timestamp
from creator_search.responses import Maybe
from creator_search.services.ports import Cdn
from creator_search.services.similar_details import SimilarCreator, SimilarDetails
from fastapi import Query, Response
from pydantic import BaseModel

router, route = endpoint("get_similar_profiles")


class SimilarityReason(BaseModel):
    """`score` 0–1; the similarity is the mean of the scores by `weight`."""

    reason: Reason
    score: float
    weight: float


class SimilarDetail(BaseModel):
    """What is not stored of an account is null; `engagement_rate` is a percentage of the followers."""

    username: str
    name: str
    rank: int
    profile_image_url: str | None
    followers: int | None
    is_verified: bool | None
    category: str | None
    engagement_rate: float | None
    similarity: float | None
    reasons: list[SimilarityReason]

    @classmethod
    def of(cls, found: SimilarCreator, cdn: Cdn) -> Self:
        upstream = found.stored.upstream if found.stored else None
        public = found.stored if upstream and not upstream.is_private else None
        return cls(
            username=found.username,
            name=found.name,
            rank=found.rank,
            profile_image_url=cdn.url(*found.image) if found.image else None,
            followers=upstream.followers if upstream else None,
            is_verified=upstream.is_verified if upstream else None,
            category=public.upstream.category if public else None,
            engagement_rate=public.engagement.engagement_rate if public else None,
            similarity=found.similarity.similarity,
            reasons=[
                SimilarityReason(reason=r.reason, score=r.score, weight=r.weight) for r in found.similarity.reasons
            ],
        )


class SimilarDetailsMeta(BaseModel):
    """`source` is upstream for its own list, lookalikes for creators from the store that resemble this one."""

    source: str
    cached: bool
    stale: bool
    fetched_at: str | None
    resolved_username: Annotated[str | None, Maybe] = None


class SimilarDetailsAnswer(Envelope):
    data: list[SimilarDetail]
    message: str
    meta: SimilarDetailsMeta


@route(
    example={
        "success": True,
        "data": [
            {
                "username": "nasa",
                "name": "NASA",
                "rank": 1,
                "profile_image_url": "https://images.example/similar/natgeo/nasa_profile.jpg?v=0f3a9c1d2b4e",
                "followers": 97000000,
                "is_verified": True,
                "category": "Media",
                "engagement_rate": 0.4,
                "similarity": 0.9488,
                "reasons": [
                    {"reason": "rank", "score": 1, "weight": 0.5},
                    {"reason": "shared_category", "score": 1, "weight": 0.2},
                    {"reason": "audience_size", "score": 0.7698, "weight": 0.2},
                ],
            }
        ],
        "message": "Found 1 similar profiles",
        "meta": {"source": "upstream", "cached": True, "stale": False, "fetched_at": "2026-01-31T12:00:00.000Z"},
    }
)
def get_similar_profiles(
    username: Username,
    response: Response,
    details: Annotated[SimilarDetails, provided(providers.similar_details)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.", examples=[20])] = 20,
) -> SimilarDetailsAnswer:
    """Similar creators by rank with what is stored on them, how similar they are and why."""
    deadline = providers.now() + timedelta(seconds=config().similar_budget_seconds)
    found = details(username, limit, deadline)
    answer = found.answer
    if answer and (answer.is_stale or not answer.is_cached):
        response.headers["Cache-Control"] = "no-store"
    return SimilarDetailsAnswer(
        data=[SimilarDetail.of(creator, cdn) for creator in found.creators],
        message=f"Found {len(found.creators)} similar profiles",
        meta=SimilarDetailsMeta(
            source="upstream" if answer else "lookalikes",
            cached=answer.is_cached if answer else True,
            stale=answer.is_stale if answer else False,
            fetched_at=timestamp(answer.fetched_at) if answer else None,
            resolved_username=answer.resolved_username if answer else None,
        ),
    )


handler = lambda_handler(router)
