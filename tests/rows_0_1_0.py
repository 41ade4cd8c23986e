"""The rows of tests/data/rows_0.1.0.json, written by version 0.1.0, and the values that they contain."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.documents import DocumentName
from creator_search.domain.images import Image
from creator_search.domain.jobs import Job, JobStatus, Priority
from creator_search.domain.links import Link
from creator_search.domain.posts import MediaType, Post, PostAnalysis, Sentiment
from creator_search.domain.profiles import Profile, ProfileType
from creator_search.domain.similar import SimilarProfile, SimilarSet

from tests.fakes import START

ROWS: Mapping[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data/rows_0.1.0.json").read_text(encoding="utf-8")
)
"""Every kind of row written by version 0.1.0, by table, in DynamoDB's format."""
DOCUMENTS = (DocumentName.PROFILE, DocumentName.ANALYTICS, DocumentName.INSIGHTS)
"""The documents that this version stored."""
LATER = START + timedelta(days=7)
NEVER = datetime.fromtimestamp(4_923_460_800, UTC)

ADA = Profile(
    username="ada",
    history_key=HistoryKey("ada"),
    full_name="Ada Lopez",
    biography="Forests and birds",
    followers=1200,
    following=80,
    posts_count=8,
    is_verified=True,
    is_private=False,
    is_business=True,
    category="Nature",
    external_url="https://ada.example/",
    links=(Link("https://ada.example/shop"), Link("https://ada.example/blog")),
    source_image_url="https://images.test/ada.jpg",
    profile_type=ProfileType.PRIMARY,
    created_at=START - timedelta(days=9),
    updated_at=START,
    posts_stored=8,
    engagement=Engagement(
        sample_size=6,
        engagement_rate=4.1389,
        engagement_rate_median=4.0833,
        views_sample_size=2,
        engagement_rate_by_views=5.4107,
        engagement_rate_by_views_median=5.4107,
        avg_likes=43.33,
        median_likes=43,
        avg_comments=6.33,
        median_comments=6,
        median_views=940,
        best_time_to_post="10:00-12:00",
    ),
    image=Image("profiles/ada/profile.jpg", "1a2b3c4d5e6f"),
    language="en",
    notes=("reels: The upstream API is busy",),
    analysis_due_at=LATER,
)
ANALYSIS = PostAnalysis(
    engine="rules",
    version="rules-1",
    analyzed_at=START,
    content_category="nature",
    category_confidence=0.8,
    sentiment=Sentiment.POSITIVE,
    sentiment_score=0.62,
    sentiment_confidence=0.81,
    language_code="en",
    language_confidence=0.97,
    raw={"category_words": {"nature": 2}},
)
POSTS = [
    Post(
        shortcode=f"Cx{number}",
        media_type=(MediaType.IMAGE, MediaType.VIDEO, MediaType.REEL, MediaType.CAROUSEL)[number % 4],
        taken_at=START - timedelta(days=number, hours=2),
        caption=f"Forest walk number {number} 🌲 #wildlife",
        likes=None if number == 5 else 40 + number,
        comments=3 + number,
        views=900 + 10 * number if number % 2 else None,
        is_pinned=number == 3,
        is_paid_partnership=True if number == 2 else None,
        source_image_url=f"https://images.test/{number}.jpg",
        image=Image(f"posts/ada/Cx{number}.jpg", "0f3a9c1d2b4e") if number < 6 else None,
        analysis=ANALYSIS if number < 4 else None,
    )
    for number in range(8)
]
SIMILAR = SimilarSet(
    username="ada",
    batch_id="batch-1",
    fetched_at=datetime(2126, 1, 7, 12, tzinfo=UTC),
    limit=20,
    is_complete=True,
    profiles=(
        SimilarProfile(
            username="ben",
            name="Ben",
            rank=1,
            source_image_url="https://images.test/ben.jpg",
            image=Image("similar/ada/ben_profile.jpg", "abc"),
            image_bytes=5,
        ),
    ),
    unfinished=(SimilarProfile(username="cleo", name="Cleo", rank=2, source_image_url="https://images.test/cleo.jpg"),),
)
CLEO = Job(
    username="cleo",
    request_id="request-cleo",
    source="frontend",
    priority=Priority.HIGH,
    status=JobStatus.PENDING,
    ticket=1,
    version=1_769_860_800_000,
    requested_at=START,
    expires_at=NEVER,
    due_at=START + timedelta(seconds=30),
)
DANA = replace(
    CLEO,
    username="dana",
    request_id="request-dana",
    source="crawler",
    priority=Priority.LOW,
    version=CLEO.version + 2,
    due_at=START + timedelta(minutes=2),
    attempts=1,
    last_attempt=START,
    next_attempt_at=START + timedelta(minutes=2),
    error_message="The upstream API is busy",
)
ADAS_JOB = replace(
    CLEO,
    username="ada",
    request_id="request-ada",
    status=JobStatus.COMPLETED,
    ticket=2,
    version=CLEO.version + 2,
    due_at=None,
    attempts=1,
    last_attempt=START,
    finished_at=START,
)
