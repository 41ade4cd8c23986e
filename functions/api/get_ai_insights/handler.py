"""GET /api/profile/{username}/ai-insights."""

from datetime import timedelta
from typing import Annotated

from creator_search import providers
from creator_search.config import config
from creator_search.documents.insights import InsightsDocument
from creator_search.domain.documents import DocumentName
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.responses import ReadMeta, Timer, document_response
from creator_search.services.read_creator import ReadCreator
from fastapi import Response

router, route = endpoint("get_ai_insights")


class InsightsAnswer(InsightsDocument):
    meta: ReadMeta


@route(
    response_model=InsightsAnswer,
    example={
        "success": True,
        "username": "natgeo",
        "ai_insights": {
            "status": "completed",
            "ai_primary_content_type": "nature",
            "ai_content_distribution": {"nature": 0.75, "travel": 0.25},
            "ai_avg_sentiment_score": 0.41,
            "ai_language_distribution": {"en": 1.0},
            "ai_content_quality_score": 0.807,
            "ai_profile_analyzed_at": "2026-01-31T12:00:00.000Z",
        },
        "coverage": {"posts": 100, "analyzed_posts": 100, "share": 1},
        "content": {"primary_category": "nature", "distribution": {"nature": 0.75, "travel": 0.25}, "notes": []},
        "sentiment": {
            "avg_sentiment_score": 0.41,
            "distribution": {"positive": 0.6, "negative": 0.1, "neutral": 0.3},
            "trend": [{"week_start": "2026-01-26", "posts": 4, "avg_sentiment_score": 0.5}],
            "notes": [],
        },
        "languages": {"primary_language": "en", "distribution": {"en": 1.0}, "notes": []},
        "quality": {
            "content_quality_score": 0.807,
            "parts": {"sentiment": 0.705, "focus": 0.75, "coverage": 1},
            "notes": [],
        },
        "category_engagement": [{"category": "nature", "posts": 75, "avg_engagement": 900, "engagement_rate": 6.6}],
        "engines": [{"engine": "rules", "version": "rules-1", "posts": 100}],
        "meta": {
            "cache_hit": True,
            "response_time_ms": 8.4,
            "ai_analysis_coverage": "100%",
            "last_updated": "2026-01-31T12:00:00.000Z",
            "stale": False,
            "source": "store",
            "age_seconds": 120,
        },
    },
)
def get_ai_insights(username: Username, read: Annotated[ReadCreator, provided(providers.read_creator)]) -> Response:
    """What the captions of the newest posts say: subjects, sentiment, languages, and how sure that is; which engine
    read them. Null, with `status: pending`, until they are analysed."""
    timer = Timer(providers.now())
    deadline = timer.now + timedelta(seconds=config().read_budget_seconds)
    return document_response(read.document(username, DocumentName.INSIGHTS, deadline), timer)


handler = lambda_handler(router)
