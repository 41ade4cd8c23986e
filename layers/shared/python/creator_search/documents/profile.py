"""`GET /api/profile/{username}` without its meta."""

from typing import Self

from pydantic import BaseModel

from creator_search.documents.insights import AiSection
from creator_search.documents.times import iso
from creator_search.domain.analytics.report import Analytics
from creator_search.domain.jobs import ProfileType
from creator_search.domain.links import web_address
from creator_search.domain.stored import StoredProfile


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
    bio_links: list[str] | None
    profile_image_url: str | None
    profile_type: ProfileType
    posts_stored: int
    created_at: str
    notes: list[str]

    @classmethod
    def of(cls, stored: StoredProfile, image_url: str | None) -> Self:
        found, public = stored.upstream, not stored.upstream.is_private
        return cls(
            username=found.username,
            full_name=found.full_name if public else None,
            biography=found.biography if public else None,
            followers=found.followers,
            following=found.following,
            posts_count=found.posts_count,
            engagement_rate=stored.engagement.engagement_rate if public else None,
            is_verified=found.is_verified,
            is_private=found.is_private,
            is_business=found.is_business if public else None,
            category=found.category if public else None,
            # Checked again here: rows may have been written before the upstream's links were checked.
            external_url=web_address(found.external_url) if public else None,
            bio_links=[link for link in found.bio_links if web_address(link)] if public else None,
            profile_image_url=image_url if public else None,
            profile_type=stored.profile_type,
            posts_stored=stored.posts_stored if public else 0,
            created_at=iso(stored.created_at),
            notes=list(stored.notes) if public else ["the profile is private"],
        )


class AnalyticsSection(BaseModel):
    """Of the last 12 posts that show their counts; all figures and their formulas are in `/analytics`."""

    avg_likes: float | None
    avg_comments: float | None
    engagement_rate_median: float | None
    engagement_rate_by_views: float | None
    median_views: float | None
    sample_size: int
    influence_score: float | None
    best_time_to_post: str | None
    notes: list[str]

    @classmethod
    def of(cls, analytics: Analytics) -> Self:
        found = analytics.engagement
        return cls(
            avg_likes=found.avg_likes,
            avg_comments=found.avg_comments,
            engagement_rate_median=found.engagement_rate_median,
            engagement_rate_by_views=found.engagement_rate_by_views,
            median_views=found.median_views,
            sample_size=found.sample_size,
            influence_score=analytics.influence.influence_score,
            best_time_to_post=found.best_time_to_post,
            notes=[*found.notes, *analytics.influence.notes],
        )


class ProfileDocument(BaseModel):
    success: bool = True
    profile: ProfileSection
    ai_insights: AiSection
    analytics: AnalyticsSection
