"""GET /api/profile/{username}/analytics."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from creator_search import providers
from creator_search.config import config
from creator_search.documents.analytics import AnalyticsDocument
from creator_search.domain.analytics.report import DEFAULT_DAYS, MAX_DAYS
from creator_search.http import (
    COMPLETED_ID,
    Event,
    Username,
    endpoint,
    event_stream,
    lambda_handler,
    provided,
    wants_events,
)
from creator_search.responses import ReadMeta, Timer, document_response
from creator_search.services.read_creator import ReadCreator
from fastapi import Query, Request, Response
from pydantic_core import to_jsonable_python

router, route = endpoint("get_analytics")


class AnalyticsAnswer(AnalyticsDocument):
    meta: ReadMeta


EXAMPLE = {
    "success": True,
    "username": "natgeo",
    "days": 90,
    "engagement": {
        "sample_size": 12,
        "engagement_rate": 2.4,
        "engagement_rate_median": 2.1,
        "views_sample_size": 8,
        "engagement_rate_by_views": 4.2,
        "engagement_rate_by_views_median": 4,
        "avg_likes": 320.5,
        "median_likes": 300,
        "avg_comments": 12.25,
        "median_comments": 11,
        "median_views": 5400,
        "best_time_to_post": "18:00-20:00",
        "notes": [],
    },
    "benchmark": {
        "tier": "nano",
        "benchmark_rate": 2.19,
        "scope": "nano creators",
        "source": "HypeAuditor, State of Influencer Marketing, as published by Statista",
        "year": 2023,
        "engagement_rate": 2.4,
        "ratio": 1.0959,
        "notes": [],
    },
    "trend": {
        "weeks": [{"week_start": "2026-01-26", "posts": 3, "avg_engagement": 340, "engagement_rate": 2.5}],
        "notes": ["engagement_rate: over today's followers, not those of the week"],
    },
    "growth": {
        "followers": 13600,
        "snapshots": 31,
        "periods": [
            {"days": 7, "since": "2026-01-24", "followers_then": 13500, "change": 100, "growth": 0.007407},
            {"days": 30, "since": "2026-01-01", "followers_then": 13000, "change": 600, "growth": 0.046154},
            {"days": 90, "since": None, "followers_then": None, "change": None, "growth": None},
        ],
        "notes": ["90 days: no snapshot from 2025-10-23 to 2025-11-02"],
    },
    "posting_frequency": {
        "posts": 36,
        "covered_days": 90,
        "posts_per_week": 2.8,
        "median_hours_between_posts": 58.5,
        "last_post_at": "2026-01-30T18:20:00Z",
        "notes": [],
    },
    "best_times": {
        "slots": [{"weekday": "sunday", "hour": 18, "median_engagement": 420, "sample_size": 5}],
        "best_time_to_post": "18:00-20:00",
        "min_sample_size": 3,
        "timezone": "UTC",
        "notes": [],
    },
    "content_mix": {
        "media_types": [{"name": "reel", "posts": 36, "share": 1, "avg_engagement": 332.75}],
        "categories": None,
        "notes": ["categories: no caption has been analysed yet"],
    },
    "hashtags": {"top": [{"tag": "wildlife", "posts": 12, "share": 0.3333, "median_engagement": 350}], "notes": []},
    "mentions": {"top": [{"username": "nasa", "posts": 2}], "notes": []},
    "posts": {
        "best": [
            {
                "shortcode": "Cx1",
                "media_type": "reel",
                "taken_at": "2026-01-30T18:20:00Z",
                "engagement": 900,
                "engagement_rate": 6.6176,
                "outlier_score": 2.4,
            }
        ],
        "worst": [],
        "notes": [],
    },
    "sponsored": {
        "posts": 36,
        "sponsored_posts": 4,
        "sponsored_share": 0.1111,
        "paid_avg_engagement": 250,
        "organic_avg_engagement": 343.1,
        "paid_to_organic_ratio": 0.7287,
        "method": "the platform's paid-partnership label, else a disclosing hashtag in the caption",
        "notes": [],
    },
    "influence": {
        "influence_score": 0.5634,
        "parts": {
            "audience": 0.5905,
            "engagement": 0.5479,
            "follow_ratio": 0.98,
            "consistency": 0.61,
            "verification": 0,
        },
        "weights": {"audience": 0.3, "engagement": 0.3, "follow_ratio": 0.1, "consistency": 0.2, "verification": 0.1},
        "notes": [],
    },
    "comment_sentiment": {
        "sentiment_score": None,
        "notes": ["comment_sentiment: the texts of comments are not collected"],
    },
    "audience": {
        "languages": None,
        "interests": None,
        "active_hours": [{"hour": 18, "relative_engagement": 1.25, "sample_size": 9}],
        "age": None,
        "gender": None,
        "estimated": True,
        "method": "languages and interests: those of the analysed captions",
        "notes": ["age, gender: no provider gives them"],
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


@route(response_model=AnalyticsAnswer, example=EXAMPLE)
def get_analytics(
    username: Username,
    request: Request,
    read: Annotated[ReadCreator, provided(providers.read_creator)],
    days: Annotated[
        int, Query(ge=1, le=MAX_DAYS, description="The period, in days before now.", examples=[DEFAULT_DAYS])
    ] = DEFAULT_DAYS,
    stream: Annotated[bool, Query(description="Send the sections as they are ready.", examples=[False])] = False,
) -> Response:
    """What a creator's posts and snapshots tell. Formulas, units and minimum samples: domain/analytics. As a stream,
    `data: {"section": name, "data": {…}}` for each section, last `data: {"stream_completed": true, …}`."""
    timer = Timer(providers.now())
    deadline = timer.now + timedelta(seconds=config().read_budget_seconds)
    if not wants_events(request, stream):
        return document_response(read.analytics(username, days, deadline), timer)
    read.refuse_absent(username)

    def sections() -> Iterator[Event]:
        yield Event({"section": "period", "data": {"username": username, "days": days}})
        sent = 1
        for name, section in read.sections(username, days, deadline):
            sent += 1
            yield Event({"section": name, "data": to_jsonable_python(section)})
        yield Event({"stream_completed": True, "total_sections": sent}, id=COMPLETED_ID)

    return event_stream(request, sections(), config().stream_budget_seconds)


handler = lambda_handler(router)
