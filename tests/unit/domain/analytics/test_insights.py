"""All insights of one creator's captions, computed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from creator_search.domain.analytics.insights import (
    CategoryEngagement,
    Coverage,
    Engine,
    QualityParts,
    SentimentWeek,
    insights,
)
from creator_search.domain.posts import MediaType, Post, PostAnalysis, Sentiment
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START

READ_AT = datetime(2026, 2, 1, tzinfo=UTC)


def post(day: int, likes: int | None, analysis: PostAnalysis | None) -> Post:
    return Post(
        shortcode=f"p{day}",
        media_type=MediaType.REEL,
        taken_at=datetime(2026, 1, day, 12, tzinfo=UTC),
        likes=likes,
        comments=0,
        analysis=analysis,
    )


def read(category: str | None, score: float, language: str | None, engine: str = "onnx") -> PostAnalysis:
    feeling = Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE if score < 0 else Sentiment.NEUTRAL
    return PostAnalysis(
        engine=engine,
        version=f"{engine}-1",
        analyzed_at=READ_AT,
        content_category=category,
        sentiment=feeling,
        sentiment_score=score,
        language_code=language,
    )


POSTS = [
    post(5, 10, read("travel", 0.8, "en")),  # Monday
    post(7, 30, read("travel", 0.4, "en")),
    post(12, 50, read("food", -0.6, "es")),  # the Monday after
    post(13, None, read("travel", 0.0, None, "rules")),
    post(14, 70, None),
]


def test_every_figure_equals_the_value_computed_by_hand() -> None:
    found = insights(POSTS, followers=1000)
    assert found.status == "partial" and found.analyzed_at == READ_AT
    assert found.coverage == Coverage(posts=5, analyzed_posts=4, share=4 / 5)
    assert found.content.primary_category == "travel"
    assert found.content.distribution == {"travel": 3 / 4, "food": 1 / 4}
    mean = (0.8 + 0.4 - 0.6 + 0) / 4
    assert found.sentiment.avg_sentiment_score == round(mean, 4)
    assert found.sentiment.distribution == {
        Sentiment.POSITIVE: 2 / 4,
        Sentiment.NEGATIVE: 1 / 4,
        Sentiment.NEUTRAL: 1 / 4,
    }
    assert found.sentiment.trend == (
        SentimentWeek(week_start=date(2026, 1, 5), posts=2, avg_sentiment_score=round((0.8 + 0.4) / 2, 4)),
        SentimentWeek(week_start=date(2026, 1, 12), posts=2, avg_sentiment_score=(-0.6 + 0) / 2),
    )
    assert found.languages.primary_language == "en"
    assert found.languages.distribution == {"en": round(2 / 3, 4), "es": round(1 / 3, 4)}
    assert found.quality.parts == QualityParts(sentiment=round((mean + 1) / 2, 4), focus=3 / 4, coverage=4 / 5)
    assert found.quality.content_quality_score == round(0.4 * (mean + 1) / 2 + 0.3 * 3 / 4 + 0.3 * 4 / 5, 4)
    assert found.category_engagement == (
        CategoryEngagement(category="travel", posts=3, avg_engagement=(10 + 30) / 2, engagement_rate=2.0),
        CategoryEngagement(category="food", posts=1, avg_engagement=50, engagement_rate=5.0),
    )
    assert found.engines == (
        Engine(engine="onnx", version="onnx-1", posts=3),
        Engine(engine="rules", version="rules-1", posts=1),
    )


def test_without_analyzed_posts_every_figure_is_null_with_its_reason() -> None:
    found = insights([replace(p, analysis=None) for p in POSTS], 1000)
    assert found.status == "pending" and found.analyzed_at is None and found.coverage.share == 0
    nothing = (found.content.distribution, found.languages.distribution, found.quality.content_quality_score)
    assert nothing == (None, None, None)
    assert found.content.notes and found.languages.notes and found.quality.notes and found.sentiment.notes
    assert insights([], 0).status == "pending"


def test_only_the_newest_hundred_posts_are_summarized() -> None:
    old = [replace(POSTS[2], shortcode=f"o{n}", taken_at=START - timedelta(days=400 + n)) for n in range(200)]
    assert insights([*old, *POSTS], 1000).coverage.posts == 100


@given(st.lists(st.sampled_from(POSTS), max_size=30), st.integers(0, 10**9))
def test_shares_and_scores_stay_in_their_bounds(posts: list[Post], followers: int) -> None:
    found = insights(posts, followers)
    for shares in (found.content.distribution, found.languages.distribution, found.sentiment.distribution):
        if shares:
            assert abs(sum(shares.values()) - 1) < 0.001 and all(0 <= share <= 1 for share in shares.values())
    if found.quality.content_quality_score is not None:
        assert 0 <= found.quality.content_quality_score <= 1
    assert insights(posts[::-1], followers) == found
