"""GET /api/profile/{username}/similar."""

from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.similar import MAX_LIMIT
from creator_search.domain.similarity import Reason
from creator_search.http import SimilarDeadline, Username, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, Maybe
from creator_search.schemas.times import iso
from creator_search.services.ports import Cdn
from creator_search.services.similar.details import SimilarCreator, SimilarDetails
from fastapi import Query, Response
from pydantic import BaseModel

router, route = endpoint("get_similar_profiles")


class SimilarityReason(BaseModel):
    """`score` is 0–1; the similarity is the mean of the scores, weighted by `weight`."""

    reason: Reason
    score: float
    weight: float


class SimilarDetail(BaseModel):
    """Values that are neither stored nor listed by the upstream are null; `engagement_rate` is a percentage of the
    followers.
    """

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
        stored = found.stored
        return cls(
            username=found.username,
            name=found.name,
            rank=found.rank,
            profile_image_url=cdn.image_url(found.image) if found.image else None,
            followers=found.followers,
            is_verified=found.is_verified,
            category=stored.category if stored else None,
            engagement_rate=stored.engagement.engagement_rate if stored else None,
            similarity=found.similarity.similarity,
            reasons=[
                SimilarityReason(reason=r.reason, score=r.score, weight=r.weight) for r in found.similarity.reasons
            ],
        )


class SimilarDetailsMeta(BaseModel):
    """`source` is upstream for the upstream's list, lookalikes for similar creators among the stored ones."""

    source: str
    cached: bool
    stale: bool
    fetched_at: str | None
    resolved_username: Annotated[str | None, Maybe] = None


class SimilarDetailsAnswer(Envelope):
    data: list[SimilarDetail]
    message: str
    meta: SimilarDetailsMeta


@route()
def get_similar_profiles(
    username: Username,
    response: Response,
    deadline: SimilarDeadline,
    details: Annotated[SimilarDetails, provided(Container.similar_details)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="The maximum number of profiles.", examples=[20])] = 20,
) -> SimilarDetailsAnswer:
    """Similar creators by rank, with their stored data, their similarity and its reasons."""
    found = details.describe(username, limit, deadline)
    listed = found.upstream
    if listed and (listed.is_stale or not listed.is_cached):
        response.headers["Cache-Control"] = "no-store"
    return SimilarDetailsAnswer(
        data=[SimilarDetail.of(creator, cdn) for creator in found.creators],
        message=f"Found {len(found.creators)} similar profiles",
        meta=SimilarDetailsMeta(
            source="upstream" if listed else "lookalikes",
            cached=listed.is_cached if listed else True,
            stale=listed.is_stale if listed else False,
            fetched_at=iso(listed.fetched_at) if listed else None,
            resolved_username=listed.resolved_username if listed else None,
        ),
    )


handler = lambda_handler(router)
