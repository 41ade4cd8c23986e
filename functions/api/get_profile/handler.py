"""GET /api/profile/{username}."""

from datetime import timedelta
from typing import Annotated

from creator_search import providers
from creator_search.config import config
from creator_search.documents.profile import ProfileDocument
from creator_search.domain.documents import DocumentName
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.responses import ReadMeta, Timer, document_response
from creator_search.services.read_creator import ReadCreator
from fastapi import Response

router, route = endpoint("get_profile")


class ProfileAnswer(ProfileDocument):
    meta: ReadMeta


@route(
    response_model=ProfileAnswer,
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
            "bio_links": ["https://natgeo.example"],
            "profile_image_url": "https://images.example/profiles/natgeo/profile.jpg?v=0f3a9c1d2b4e",
            "profile_type": "primary",
            "posts_stored": 100,
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
            "median_views": 5400000,
            "sample_size": 12,
            "influence_score": 0.71,
            "best_time_to_post": "18:00-20:00",
            "notes": [],
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
    },
)
def get_profile(username: Username, read: Annotated[ReadCreator, provided(providers.read_creator)]) -> Response:
    """A creator's profile and figures. Unknown here: fetched once, answered at once, and the full job queued."""
    timer = Timer(providers.now())
    deadline = timer.now + timedelta(seconds=config().read_budget_seconds)
    return document_response(read.document(username, DocumentName.PROFILE, deadline), timer)


handler = lambda_handler(router)
