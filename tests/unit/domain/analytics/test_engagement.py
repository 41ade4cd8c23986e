"""Figures computed by hand, and properties that hold for any posts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.analytics.engagement import (
    TypicalViews,
    outlier_score,
    summarize,
    typical_views,
)
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.posts import MediaType, Post, ViewsKind
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START

counts = st.one_of(st.none(), st.integers(0, 10**9))
posts = st.lists(
    st.builds(
        Post,
        shortcode=st.uuids().map(str),
        media_type=st.sampled_from(MediaType),
        taken_at=st.datetimes().map(lambda t: START.replace(year=2025, day=min(t.day, 28), hour=t.hour)),
        likes=counts,
        comments=counts,
        views=counts,
        views_kind=st.one_of(st.none(), st.sampled_from(ViewsKind)),
        is_pinned=st.booleans(),
    ),
    max_size=40,
)


def post(age_days: int, likes: int | None, comments: int | None = 0, **fields: object) -> Post:
    made = Post(
        shortcode=f"p{age_days}",
        media_type=MediaType.REEL,
        taken_at=START - timedelta(days=age_days),
        likes=likes,
        comments=comments,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def test_rates_use_the_last_twelve_posts_without_pinned_and_hidden_ones() -> None:
    listed = [post(n, 100, 20) for n in range(10)]
    listed += [post(10, None, 5), post(11, 340, 80)]  # hidden likes: excluded, although one of the last twelve
    listed += [post(12, 10**6, 0)]  # the thirteenth
    listed += [replace(post(0, 10**6), shortcode="pinned", is_pinned=True)]
    found = summarize(listed, 10_000, ALL_POSTS)
    assert found.sample_size == 11
    assert found.avg_likes == round((10 * 100 + 340) / 11, 2)
    assert found.avg_comments == round((10 * 20 + 80) / 11, 2)
    assert found.engagement_rate == round((10 * 120 + 420) / 11 / 10_000 * 100, 4)
    assert found.engagement_rate_median == 120 / 10_000 * 100


def test_rates_use_only_the_part_of_the_history_of_which_every_post_is_stored() -> None:
    complete = [post(n, 100, media_type=MediaType.IMAGE) for n in range(5)]
    reels = [post(5 + n, 10**6, views=10**7) for n in range(20)]
    since = complete[-1].taken_at
    found = summarize([*complete, *reels], 1000, since)
    assert (found.sample_size, found.avg_likes, found.median_views) == (5, 100, 10**7)
    assert found.notes[0] == f"history: every post since {since:%Y-%m-%d} is stored, and some of those before"
    assert summarize(complete, 1000, since).sample_size == 5
    assert not any("history" in note for note in summarize(complete, 1000, since).notes)


def test_without_knowing_how_far_the_posts_are_complete_rates_use_the_newest_and_say_so() -> None:
    found = summarize([post(n, 100) for n in range(14)], 1000, None)
    assert (found.sample_size, found.avg_likes) == (12, 100)
    assert "history: it is not known how far back every post is stored" in found.notes


def test_the_rate_by_views_is_the_mean_over_posts_with_views() -> None:
    listed = [post(0, 10, 0, views=100), post(1, 30, 0, views=100), post(2, 5, 0), post(3, 5, 0, views=0)]
    assert summarize(listed, 1000, ALL_POSTS).engagement_rate_by_views == (10 + 30) / 2


PLAYS, VIEWS = ViewsKind.PLAYS, ViewsKind.VIEWS


def test_figures_by_views_use_the_kind_that_most_posts_have() -> None:
    """Plays are a multiple of the views of the same post."""
    plays = [post(n, 10, 0, views=1000, views_kind=PLAYS) for n in range(3)]
    views = [post(3 + n, 10, 0, views=100, views_kind=VIEWS) for n in range(2)]
    found = summarize([*plays, *views], 1000, ALL_POSTS)
    assert (found.median_views, found.views_kind) == (1000, PLAYS)
    assert (found.views_sample_size, found.engagement_rate_by_views) == (3, 1.0)
    assert outlier_score(plays[0], found.typical_views) == 1.0
    assert outlier_score(views[0], found.typical_views) is None
    assert typical_views([*plays[:1], *views]) == TypicalViews(100, VIEWS)
    assert typical_views([*plays[:2], *views]) == TypicalViews(1000, PLAYS)


def test_a_sample_without_the_kind_of_views_of_the_other_posts_has_no_rate_by_views_and_says_so() -> None:
    newest = [post(n, 10, 0, views=100, views_kind=VIEWS) for n in range(12)]
    older = [post(20 + n, 10, 0, views=1000, views_kind=PLAYS) for n in range(13)]
    found = summarize([*newest, *older], 1000, ALL_POSTS)
    assert (found.engagement_rate_by_views, found.views_kind) == (None, PLAYS)
    assert "engagement_rate_by_views: no post shows its plays" in found.notes


def test_views_of_rows_without_a_kind_are_compared_among_themselves() -> None:
    assert typical_views([post(0, 1, views=7), post(1, 1, views=9)]) == TypicalViews(8.0, None)


@pytest.mark.parametrize("nothing", [[], [post(0, None)], [post(0, 1, None)]])
def test_without_posts_that_show_their_counts_figures_are_null_with_the_reason(nothing: list[Post]) -> None:
    found = summarize(nothing, 1000, ALL_POSTS)
    assert (found.engagement_rate, found.avg_likes, found.sample_size) == (None, None, 0)
    assert found.notes


def test_without_followers_there_is_no_rate_by_followers() -> None:
    found = summarize([post(0, 10)], 0, ALL_POSTS)
    assert found.engagement_rate is None and found.avg_likes == 10
    assert any("no followers" in note for note in found.notes)


@given(posts, st.integers(0, 10**9))
def test_the_order_of_posts_does_not_matter(listed: list[Post], followers: int) -> None:
    by_code = sorted(listed, key=lambda p: p.shortcode)
    assert summarize(listed, followers, ALL_POSTS) == summarize(by_code, followers, ALL_POSTS)


@given(posts, st.integers(1, 10**9))
def test_rates_are_never_negative_and_do_not_rise_with_the_followers(listed: list[Post], followers: int) -> None:
    few, many = summarize(listed, followers, ALL_POSTS), summarize(listed, followers * 2, ALL_POSTS)
    if few.engagement_rate is not None and many.engagement_rate is not None:
        assert 0 <= many.engagement_rate <= few.engagement_rate
    assert 0 <= few.sample_size <= 12


@given(posts)
def test_posts_with_hidden_likes_are_excluded_from_rates_but_not_from_views(listed: list[Post]) -> None:
    found = summarize([replace(p, likes=None) for p in listed], 100, ALL_POSTS)
    assert (found.sample_size, found.engagement_rate, found.avg_likes, found.avg_comments) == (0, None, None, None)
    assert found.best_time_to_post is None
    assert found.median_views == summarize(listed, 100, ALL_POSTS).median_views
