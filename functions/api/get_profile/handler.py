"""GET /api/profile/{username}."""

import hashlib
import time
from datetime import timedelta
from typing import Annotated, Self

from creator_search import providers
from creator_search.config import config
from creator_search.domain.jobs import ProfileType
from creator_search.domain.stored import StoredProfile
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided, timestamp
from creator_search.services.ports import Cdn
from creator_search.services.read_profile import ProfileAnswer, ReadProfile
from fastapi import Response
from pydantic import BaseModel

router, route = endpoint("get_profile")


class ProfileSection(BaseModel):
    """`engagement_rate` is a percentage of the followers. Of a private profile only the handle and public counts."""

    username: str
    full_name: str | None
    biography: str | None
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    is_private: bool
    is_business: bool | None
    category: str | None
    external_url: str | None
    profile_image_url: str | None
    profile_type: ProfileType
    created_at: str
    notes: list[str]

    @classmethod
    def of(cls, stored: StoredProfile, cdn: Cdn) -> Self:
        found, public = stored.upstream, not stored.upstream.is_private
        image = cdn.url(stored.image_key, stored.image_version or "") if stored.image_key else None
        return cls(
            username=found.username,
            full_name=found.full_name if public else None,
            biography=found.biography if public else None,
            followers=found.followers,
            following=found.following,
            posts_count=found.posts_count,
            engagement_rate=stored.engagement.rate_by_followers if public else None,
            is_verified=found.is_verified,
            is_private=found.is_private,
            is_business=found.is_business if public else None,
            category=found.category if public else None,
            external_url=found.external_url if public else None,
            profile_image_url=image if public else None,
            profile_type=stored.profile_type,
            created_at=timestamp(stored.created_at),
            notes=list(stored.notes),
        )


class AiSection(BaseModel):
    """Null until the posts are analysed."""

    status: str = "pending"
    ai_primary_content_type: str | None = None
    ai_content_distribution: dict[str, float] | None = None
    ai_avg_sentiment_score: float | None = None
    ai_language_distribution: dict[str, float] | None = None
    ai_content_quality_score: float | None = None
    ai_profile_analyzed_at: str | None = None


class AnalyticsSection(BaseModel):
    """Of the last 12 posts that show their counts; the formulas are in domain/engagement.py."""

    avg_likes: float | None
    avg_comments: float | None
    engagement_rate_median: float | None
    engagement_rate_by_views: float | None
    sample_size: int
    influence_score: float | None
    best_time_to_post: str | None
    notes: list[str]

    @classmethod
    def of(cls, stored: StoredProfile) -> Self:
        found = stored.engagement
        return cls(
            avg_likes=found.avg_likes,
            avg_comments=found.avg_comments,
            engagement_rate_median=found.median_rate_by_followers,
            engagement_rate_by_views=found.rate_by_views,
            sample_size=found.sample_size,
            influence_score=None,
            best_time_to_post=found.best_time_to_post,
            notes=[*found.notes, "influence_score: not computed yet, it needs the benchmark of the follower tier"],
        )


class ProfileMeta(BaseModel):
    cache_hit: bool
    response_time_ms: float
    ai_analysis_coverage: str
    last_updated: str
    stale: bool
    source: str
    age_seconds: int


class GetProfileAnswer(Envelope):
    profile: ProfileSection
    ai_insights: AiSection
    analytics: AnalyticsSection
    meta: ProfileMeta


@route(
    example={
        "success": True,
        "profile": {
            "username": "natgeo",
            "full_name": "National Geographic",
            "biography": "Inspiring the explorer in everyone",
            "followers": 280000000,
            "following": 190,
            "posts_count": 31000,
            "engagement_rate": 0.12,
            "is_verified": True,
            "is_private": False,
            "is_business": True,
            "category": "Media",
            "external_url": "https://natgeo.example",
            "profile_image_url": "https://images.example/profiles/natgeo/profile.jpg?v=0f3a9c1d2b4e",
            "profile_type": "primary",
            "created_at": "2026-01-31T12:00:00.000Z",
            "notes": [],
        },
        "ai_insights": {
            "status": "pending",
            "ai_primary_content_type": None,
            "ai_content_distribution": None,
            "ai_avg_sentiment_score": None,
            "ai_language_distribution": None,
            "ai_content_quality_score": None,
            "ai_profile_analyzed_at": None,
        },
        "analytics": {
            "avg_likes": 320000.5,
            "avg_comments": 1500.25,
            "engagement_rate_median": 0.1,
            "engagement_rate_by_views": 4.2,
            "sample_size": 12,
            "influence_score": None,
            "best_time_to_post": "18:00-20:00",
            "notes": ["influence_score: not computed yet, it needs the benchmark of the follower tier"],
        },
        "meta": {
            "cache_hit": True,
            "response_time_ms": 8.4,
            "ai_analysis_coverage": "0%",
            "last_updated": "2026-01-31T12:00:00.000Z",
            "stale": False,
            "source": "store",
            "age_seconds": 120,
        },
    }
)
def get_profile(
    username: Username,
    response: Response,
    read: Annotated[ReadProfile, provided(providers.read_profile)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
) -> GetProfileAnswer:
    """A creator's profile and figures. Unknown here: fetched once, answered at once, and the full job queued."""
    started, now = time.perf_counter(), providers.now()
    answer = read(username, now + timedelta(seconds=config().read_budget_seconds))
    response.headers["ETag"] = _etag(answer)
    if answer.is_stale:
        response.headers["Cache-Control"] = "no-store"
    stored = answer.profile
    return GetProfileAnswer(
        profile=ProfileSection.of(stored, cdn),
        ai_insights=AiSection(),
        analytics=AnalyticsSection.of(stored),
        meta=ProfileMeta(
            cache_hit=answer.is_cached,
            response_time_ms=round(1000 * (time.perf_counter() - started), 2),
            ai_analysis_coverage="0%",
            last_updated=timestamp(stored.updated_at),
            stale=answer.is_stale,
            source="store" if answer.is_cached else "upstream",
            age_seconds=max(0, int((now - stored.updated_at).total_seconds())),
        ),
    )


def _etag(answer: ProfileAnswer) -> str:
    """Of what is stored: `meta` differs with every answer."""
    return f'"{hashlib.sha256(repr(answer.profile).encode(errors="replace")).hexdigest()[:32]}"'


handler = lambda_handler(router)
