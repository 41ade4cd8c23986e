"""`GET /api/profile/{username}/ai-insights` without its meta, and its summary in the profile."""

from typing import Self

from pydantic import BaseModel

from creator_search.domain.analytics.insights import (
    CategoryEngagement,
    Content,
    Coverage,
    Engine,
    Insights,
    Languages,
    Quality,
    SentimentSummary,
)
from creator_search.schemas.times import iso


class AiSection(BaseModel):
    """Null until the posts are analyzed. Distributions are shares; the sentiment is −1…1, the quality 0–1."""

    status: str
    ai_primary_content_type: str | None
    ai_content_distribution: dict[str, float] | None
    ai_avg_sentiment_score: float | None
    ai_language_distribution: dict[str, float] | None
    ai_content_quality_score: float | None
    ai_profile_analyzed_at: str | None

    @classmethod
    def of(cls, found: Insights) -> Self:
        return cls(
            status=found.status,
            ai_primary_content_type=found.content.primary_category,
            ai_content_distribution=found.content.distribution,
            ai_avg_sentiment_score=found.sentiment.avg_sentiment_score,
            ai_language_distribution=found.languages.distribution,
            ai_content_quality_score=found.quality.content_quality_score,
            ai_profile_analyzed_at=iso(found.analyzed_at) if found.analyzed_at else None,
        )


class InsightsDocument(BaseModel):
    """The sections are the types of domain/analytics/insights.py, which document the formulas and units."""

    success: bool = True
    username: str
    ai_insights: AiSection
    coverage: Coverage
    content: Content
    sentiment: SentimentSummary
    languages: Languages
    quality: Quality
    category_engagement: list[CategoryEngagement]
    engines: list[Engine]

    @classmethod
    def of(cls, username: str, found: Insights) -> Self:
        return cls(
            username=username,
            ai_insights=AiSection.of(found),
            coverage=found.coverage,
            content=found.content,
            sentiment=found.sentiment,
            languages=found.languages,
            quality=found.quality,
            category_engagement=list(found.category_engagement),
            engines=list(found.engines),
        )
