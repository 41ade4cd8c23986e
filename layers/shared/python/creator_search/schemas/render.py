"""Rendering of stored documents as JSON."""

from collections.abc import Callable
from dataclasses import fields

from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import Analytics
from creator_search.domain.images import Image
from creator_search.domain.profiles import PublicProfile
from creator_search.schemas.analytics import AnalyticsDocument
from creator_search.schemas.insights import AiSection, InsightsDocument
from creator_search.schemas.post import posts_json, posts_text
from creator_search.schemas.profile import AnalyticsSection, ProfileDocument, ProfileSection
from creator_search.services.reading.post_listing import PostListing


class JsonRenderer:
    """Implements Renderer; `image_url` returns the URL of a stored image."""

    def __init__(self, image_url: Callable[[Image], str]) -> None:
        self._image_url = image_url

    def render_profile(self, profile: PublicProfile, analytics: Analytics, insights: Insights) -> str:
        image = self._image_url(profile.image) if profile.image else None
        return ProfileDocument(
            profile=ProfileSection.of(profile, image),
            ai_insights=AiSection.of(insights),
            analytics=AnalyticsSection.of(analytics),
        ).model_dump_json()

    def render_analytics(self, username: str, analytics: Analytics, days: int) -> str:
        sections = {field.name: getattr(analytics, field.name) for field in fields(analytics)}
        return AnalyticsDocument(username=username, days=days, **sections).model_dump_json()

    def render_insights(self, username: str, insights: Insights) -> str:
        return InsightsDocument.of(username, insights).model_dump_json()

    def render_posts(self, listing: PostListing) -> str:
        return posts_text(posts_json(listing, self._image_url))
