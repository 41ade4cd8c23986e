"""The JSON values of a post are those of its documented model."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from creator_search.domain.analytics.engagement import TypicalViews
from creator_search.domain.images import Image
from creator_search.domain.posts import (
    Location,
    MediaType,
    Music,
    Post,
    PostAnalysis,
    Sentiment,
    TakenAtSource,
    ViewsKind,
)
from creator_search.schemas.post import PostBody, PostMeasures, post_json

MEASURES = PostMeasures(followers=200, typical_views=TypicalViews(50, ViewsKind.PLAYS))
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BARE = Post(shortcode="x", media_type=MediaType.IMAGE, taken_at=AT)
ANALYSIS = PostAnalysis(
    engine="rules",
    version="1",
    analyzed_at=AT,
    content_category="travel",
    category_confidence=1,
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-1,
    sentiment_confidence=0.25,
    language_code="en",
    language_confidence=1,
    raw={"words": ["sea", 1, 0.5, None], "scores": {"a": 1}},
)
FULL = replace(
    BARE,
    media_type=MediaType.REEL,
    taken_at_source=TakenAtSource.SHORTCODE,
    caption='a "quoted" caf\u00e9 \u4e2d\U0001f525\n\x01 #tag @ben',
    likes=100,
    comments=0,
    views=100,
    views_kind=ViewsKind.PLAYS,
    is_pinned=True,
    is_paid_partnership=True,
    duration_seconds=30,
    location=Location(name="Rome", id="7", latitude=41, longitude=12.5),
    tagged_users=("cleo", "dana"),
    co_authors=(),
    sponsors=("acme",),
    music=Music(title="song"),
    carousel_count=3,
    shares=0,
    alt_text="a beach",
    image=Image("posts/ada/x.jpg", "v1"),
    analysis=ANALYSIS,
)


@pytest.mark.parametrize(
    "post",
    [
        BARE,
        FULL,
        replace(FULL, views=None, views_kind=None),
        replace(FULL, views=0, likes=None),
        replace(FULL, music=None, location=Location(name="Rome"), analysis=replace(ANALYSIS, sentiment=None, raw={})),
    ],
)
def test_the_json_values_of_a_post_are_those_of_its_model(post: Post) -> None:
    found = post_json(post, MEASURES, lambda image: f"https://cdn.test/{image.key}")
    model = PostBody.of(post, MEASURES, lambda image: f"https://cdn.test/{image.key}")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    assert text == model.model_dump_json()
    assert list(found) == list(PostBody.model_fields)
