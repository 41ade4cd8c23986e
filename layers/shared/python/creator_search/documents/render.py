"""From what is stored to the text that is served."""

from collections.abc import Callable
from dataclasses import fields

from creator_search.documents.analytics import AnalyticsDocument
from creator_search.documents.insights import AiSection, InsightsDocument
from creator_search.documents.profile import AnalyticsSection, ProfileDocument, ProfileSection
from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import Analytics
from creator_search.domain.stored import StoredProfile


class JsonRenderer:
    """`url` gives the address of a stored image, from its key and version."""

    def __init__(self, url: Callable[[str, str], str]) -> None:
        self._url = url

    def profile(self, stored: StoredProfile, analytics: Analytics, found: Insights) -> str:
        image = self._url(stored.image_key, stored.image_version or "") if stored.image_key else None
        return ProfileDocument(
            profile=ProfileSection.of(stored, image),
            ai_insights=AiSection.of(found),
            analytics=AnalyticsSection.of(analytics),
        ).model_dump_json()

    def analytics(self, stored: StoredProfile, analytics: Analytics, days: int) -> str:
        sections = {field.name: getattr(analytics, field.name) for field in fields(analytics)}
        return AnalyticsDocument(username=stored.upstream.username, days=days, **sections).model_dump_json()

    def insights(self, stored: StoredProfile, found: Insights) -> str:
        return InsightsDocument.of(stored.upstream.username, found).model_dump_json()
