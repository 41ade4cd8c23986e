"""`GET /api/profile/{username}` without its meta."""

from typing import Self

from pydantic import BaseModel

from creator_search.domain.accounts import Account
from creator_search.domain.analytics.report import Analytics
from creator_search.domain.contacts import Contact
from creator_search.domain.links import Link
from creator_search.domain.posts import ViewsKind
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import PublicProfile
from creator_search.schemas.insights import AiSection
from creator_search.schemas.times import iso


class AccountSection(BaseModel):
    """`id` is the platform's, and stays when the username changes."""

    id: str
    former_usernames: list[str]
    first_seen_at: str

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            id=account.id,
            former_usernames=list(account.former_usernames),
            first_seen_at=iso(account.first_seen_at),
        )


class ProfileSection(BaseModel):
    """`account` is null until an upstream gave its id. `engagement_rate` is a percentage of the followers. `contact` is
    what a professional account publishes (source: business, the account's contact field, or biography);
    `is_professional` is null if unknown. A private profile has only the username and public counts.
    """

    username: str
    account: AccountSection | None
    full_name: str | None
    biography: str | None
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    is_private: bool
    is_business: bool | None
    is_professional: bool | None
    contact: Contact | None
    category: str | None
    external_url: str | None
    links: list[Link] | None
    profile_image_url: str | None
    profile_type: ProfileType
    posts_stored: int
    created_at: str
    notes: list[str]

    @classmethod
    def of(cls, profile: PublicProfile, image_url: str | None) -> Self:
        return cls(
            username=profile.username,
            account=AccountSection.of(profile.account) if profile.account else None,
            full_name=profile.full_name,
            biography=profile.biography,
            followers=profile.followers,
            following=profile.following,
            posts_count=profile.posts_count,
            engagement_rate=profile.engagement.engagement_rate,
            is_verified=profile.is_verified,
            is_private=profile.is_private,
            is_business=profile.is_business,
            is_professional=profile.is_professional,
            contact=profile.contact,
            category=profile.category,
            external_url=profile.external_url,
            links=None if profile.links is None else list(profile.links),
            profile_image_url=image_url,
            profile_type=profile.profile_type,
            posts_stored=profile.posts_stored,
            created_at=iso(profile.created_at),
            notes=list(profile.notes),
        )


class AnalyticsSection(BaseModel):
    """Figures of the last 12 posts with visible counts; `/analytics` has all figures and their formulas."""

    avg_likes: float | None
    avg_comments: float | None
    engagement_rate_median: float | None
    engagement_rate_by_views: float | None
    median_views: float | None
    views_kind: ViewsKind | None
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
            views_kind=found.views_kind,
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
