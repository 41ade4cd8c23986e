"""The section of comment sentiment: figures against a second computation, and the reasons for missing ones."""

from datetime import timedelta
from statistics import fmean

import pytest
from creator_search.domain.analytics.audience import Share
from creator_search.domain.analytics.comments import MIN_COMMENTS, CommentSentiment, comment_sentiment
from creator_search.domain.comments import Comment, PostComments
from creator_search.domain.posts import Sentiment
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START

SENTIMENTS = st.sampled_from([(Sentiment.POSITIVE, 0.9), (Sentiment.NEUTRAL, 0.0), (Sentiment.NEGATIVE, -0.7)])


def comment(sentiment: Sentiment | None, score: float | None, language: str | None = "en", text: str = "a") -> Comment:
    return Comment(text=text, sentiment=sentiment, sentiment_score=score, language_code=language)


def read(*comments: Comment, days: int = 0, missing: tuple[str, ...] = ()) -> PostComments:
    at = START - timedelta(days=days)
    return PostComments(shortcode=f"p{days}", taken_at=at, read_at=at, comments=comments, missing=missing)


def measured(*posts: PostComments) -> CommentSentiment:
    return comment_sentiment(posts, is_private=False)


def test_the_figures_are_over_the_comments_of_all_posts() -> None:
    happy = [comment(Sentiment.POSITIVE, 0.8)] * 15
    sad = [comment(Sentiment.NEGATIVE, -0.4, "es")] * 9 + [comment(Sentiment.NEUTRAL, 0.0, None)]
    assert measured(read(*happy), read(*sad, days=1)) == CommentSentiment(
        score=round((15 * 0.8 - 9 * 0.4) / 25, 4),
        distribution={Sentiment.POSITIVE: 0.6, Sentiment.NEGATIVE: 0.36, Sentiment.NEUTRAL: 0.04},
        languages=(Share(name="en", share=0.625), Share(name="es", share=0.375)),
        sample_size=25,
        posts=2,
        read_at=START,
        notes=(),
    )


def test_comments_that_only_mention_accounts_do_not_count() -> None:
    tags = [comment(Sentiment.NEUTRAL, 0.0, None, "@user @user")] * 500
    said = [comment(Sentiment.POSITIVE, 0.5)] * MIN_COMMENTS
    found = measured(read(*tags, *said))
    assert found.score == 0.5 and found.sample_size == MIN_COMMENTS and found.notes == ()


@pytest.mark.parametrize("number", [MIN_COMMENTS - 1, MIN_COMMENTS])
def test_below_the_minimum_the_figures_are_null_with_the_reason(number: int) -> None:
    found = measured(read(*[comment(Sentiment.POSITIVE, 0.5)] * number))
    assert found.sample_size == number
    if number < MIN_COMMENTS:
        assert (found.score, found.distribution, found.languages) == (None, None, None)
        assert found.notes == (
            "score, distribution: 19 comments are analyzed, 20 are needed",
            "languages: recognised in 19 comments, 20 are needed",
        )
    else:
        assert found.score == 0.5 and found.languages and found.notes == ()


def test_comments_without_a_language_leave_only_the_languages_null() -> None:
    found = measured(read(*[comment(Sentiment.POSITIVE, 0.5, None)] * 30))
    assert found.score == 0.5 and found.languages is None
    assert found.notes == ("languages: recognised in 0 comments, 20 are needed",)


def test_comments_that_are_not_analyzed_yet_and_missing_fields_are_noted() -> None:
    waiting = [comment(None, None, None)] * 5
    said = [comment(Sentiment.POSITIVE, 0.5)] * 20
    found = measured(read(*waiting, *said, missing=("owner", "created_at")), read(days=1))
    assert found.sample_size == 20 and found.posts == 2
    assert found.notes == (
        "comment_sentiment: 5 of 25 comments are not analyzed yet",
        "comments: the provider left out created_at, owner of at least one post's comments",
    )


@pytest.mark.parametrize(
    ("is_private", "note"),
    [(True, "comment_sentiment: the profile is private"), (False, "comment_sentiment: no comments have been read")],
)
def test_without_any_comments_the_reason_is_given(is_private: bool, note: str) -> None:
    found = comment_sentiment((), is_private=is_private)
    assert (found.score, found.sample_size, found.posts, found.read_at, found.notes) == (None, 0, 0, None, (note,))


@given(st.lists(st.lists(SENTIMENTS, max_size=60), max_size=12))
def test_the_score_is_the_mean_and_the_shares_add_up(posts: list[list[tuple[Sentiment, float]]]) -> None:
    found = measured(*(read(*(comment(*pair) for pair in post), days=n) for n, post in enumerate(posts)))
    scores = [score for post in posts for _, score in post]
    assert found.sample_size == len(scores)
    if len(scores) < MIN_COMMENTS:
        assert found.score is None and found.distribution is None
    else:
        assert found.score == pytest.approx(fmean(scores), abs=1e-4)
        assert found.distribution and sum(found.distribution.values()) == pytest.approx(1, abs=1e-3)
