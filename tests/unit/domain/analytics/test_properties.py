"""Properties that hold for any creator."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from creator_search.domain.analytics.benchmark import TIERS, benchmark, tier_of
from creator_search.domain.analytics.content import hashtags, mentions
from creator_search.domain.analytics.engagement import TypicalViews, outlier_score
from creator_search.domain.analytics.growth import Snapshot, growth
from creator_search.domain.analytics.influence import influence
from creator_search.domain.analytics.measured import CreatorFigures, Figure
from creator_search.domain.analytics.report import SECTIONS, Evidence, analyze
from creator_search.domain.analytics.timing import posting_frequency
from creator_search.domain.posts import MediaType, Post, ViewsKind
from creator_search.domain.profiles import PublicProfile
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START, stored_profile
from tests.generated.posting import posts_of

counts = st.one_of(st.none(), st.integers(0, 10**9))
captions = st.text(max_size=60) | st.sampled_from(["#ad", "#wild @ben", "a@b.example", "##", "@", "#123"])
posts = st.lists(
    st.builds(
        Post,
        shortcode=st.uuids().map(str),
        media_type=st.sampled_from(MediaType),
        taken_at=st.integers(0, 200 * 24).map(lambda hours: START - timedelta(hours=hours)),
        caption=captions,
        likes=counts,
        comments=counts,
        views=counts,
        is_pinned=st.booleans(),
    ),
    max_size=40,
)
profiles = st.builds(
    stored_profile,
    followers=st.integers(0, 10**9),
    following=counts,
    posts_count=counts,
    posts_stored=st.integers(0, 100),
    is_verified=st.booleans(),
).map(lambda profile: profile.public)
snapshots = st.lists(
    st.builds(
        Snapshot,
        day=st.integers(0, 120).map(lambda days: START.date() - timedelta(days=days)),
        followers=st.integers(0, 10**9),
    ),
    max_size=20,
    unique_by=lambda snapshot: snapshot.day,
)
evidence = st.builds(
    Evidence,
    profile=profiles,
    posts=posts,
    snapshots=snapshots,
    days=st.integers(1, 365),
    now=st.just(START),
)


def with_views(listed: list[Post], views: int | None, kind: ViewsKind | None) -> list[Post]:
    return [replace(post, views=views, views_kind=kind) for post in listed]


advised = st.builds(
    Evidence,
    profile=profiles,
    posts=st.builds(
        with_views,
        st.sampled_from((0, 2, 5)).map(lambda seed: posts_of(seed, lift=20, number=100)),
        counts,
        st.one_of(st.none(), st.sampled_from(ViewsKind)),
    ),
    snapshots=snapshots,
    days=st.integers(1, 365),
    now=st.just(START),
)
"""Of creators for whom one time is the best, so that no note says that there is none."""


def figures(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """Return every leaf value with its name."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in figures(inner, key)]
    if isinstance(value, list | tuple):
        return [leaf for inner in value for leaf in figures(inner, name)]
    return [(name, value)]


@given(evidence)
def test_every_figure_is_within_its_bounds(seen: Evidence) -> None:
    for name, value in figures(asdict(analyze(seen))):
        if value is None or isinstance(value, str):
            continue
        if name.endswith(("_rate", "_engagement")) or name.startswith(("avg_", "median_")):
            assert value >= 0, name
        if name == "share" or name.endswith("_share") or name == "influence_score":
            assert 0 <= value <= 1, name
    assert all(part is None or 0 <= part <= 1 for part in asdict(seen.influence.parts).values())


@given(evidence)
def test_the_order_of_posts_and_snapshots_does_not_matter(seen: Evidence) -> None:
    turned = replace(seen, posts=seen.posts[::-1], snapshots=seen.snapshots[::-1])
    assert analyze(turned) == analyze(seen)


@given(evidence)
def test_posts_with_hidden_likes_are_excluded_and_do_not_count_as_zero(seen: Evidence) -> None:
    hidden = replace(seen, posts=[replace(p, likes=None) for p in seen.posts])
    found = analyze(hidden)
    assert found.engagement.sample_size == 0 and found.engagement.engagement_rate is None
    assert found.influence.influence_score is None and found.benchmark.ratio is None
    assert found.posts.best == found.posts.worst == ()
    assert found.sponsored.paid_avg_engagement is found.sponsored.organic_avg_engagement is None


@given(evidence)
def test_without_followers_every_rate_by_followers_is_null(seen: Evidence) -> None:
    found = analyze(replace(seen, profile=replace(seen.profile, followers=0)))
    assert found.engagement.engagement_rate is None
    assert all(week.engagement_rate is None for week in found.trend.weeks)
    assert all(post.engagement_rate is None for post in (*found.posts.best, *found.posts.worst))


@given(evidence | advised)
def test_every_null_has_a_reason_in_its_section(seen: Evidence) -> None:
    for name in ("engagement", "benchmark", "growth", "posting_frequency", "sponsored", "influence"):
        section = asdict(SECTIONS[name](seen))
        if None in section.values():
            assert section["notes"], name


@given(evidence)
def test_shares_add_up_to_one(seen: Evidence) -> None:
    kinds = analyze(seen).content_mix.media_types
    if kinds:
        assert sum(kind.share for kind in kinds) == pytest.approx(1, abs=0.001)
        assert sum(kind.posts for kind in kinds) == len(seen.period)


@given(evidence)
def test_each_post_of_the_period_is_in_exactly_one_week(seen: Evidence) -> None:
    found = analyze(seen).trend.weeks
    assert sum(week.posts for week in found) == len(seen.period)
    assert all(later.week_start - week.week_start == timedelta(days=7) for week, later in pairwise(found))


@given(profiles, posts, st.integers(1, 10**6))
def test_more_engagement_never_lowers_the_influence(profile: PublicProfile, listed: list[Post], factor: int) -> None:
    few, many = (
        benchmark(CreatorFigures(profile.followers, {Figure.ENGAGEMENT_RATE: rate}), None) for rate in (1, 1 + factor)
    )
    low, high = influence(profile, listed, few), influence(profile, listed, many)
    assert low.influence_score is not None and high.influence_score is not None
    assert 0 <= low.influence_score <= high.influence_score <= 1


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_followers_never_mean_a_lower_tier(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert TIERS.index(tier_of(low)) <= TIERS.index(tier_of(high))


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_growth_has_the_sign_of_the_change_and_applied_to_the_earlier_followers_gives_the_current_ones(
    then: int, now: int
) -> None:
    today = date(2026, 1, 31)
    [week, *_] = growth(now, [Snapshot(day=today - timedelta(days=7), followers=then)], today).periods
    assert week.growth is not None and week.change == now - then
    assert (week.growth > 0, week.growth < 0) == (week.change > 0, week.change < 0) or abs(week.growth) < 1e-6
    assert then * (1 + week.growth) == pytest.approx(now, abs=then * 1e-6)


@pytest.mark.parametrize(("age", "is_then"), [(6, False), (7, True), (9, True), (10, False)])
def test_a_snapshot_is_used_for_a_day_only_when_it_is_at_most_two_days_older(age: int, is_then: bool) -> None:
    today = date(2026, 1, 31)
    [week, *_] = growth(100, [Snapshot(day=today - timedelta(days=age), followers=50)], today).periods
    assert (week.growth is not None) == is_then


def test_the_posting_frequency_covers_the_days_whose_posts_are_stored() -> None:
    listed = [Post(shortcode=str(n), media_type=MediaType.IMAGE, taken_at=START - timedelta(days=n)) for n in range(15)]
    found = posting_frequency(listed, days=90, complete_since=listed[-1].taken_at, now=START)
    assert found.covered_days == 14 and found.posts_per_week == round(7 * 15 / 14, 2) and found.notes
    short = posting_frequency(listed[:3], days=90, complete_since=listed[2].taken_at, now=START)
    assert short.posts_per_week is None and any("7 days" in note for note in short.notes)
    unknown = posting_frequency(listed, days=90, complete_since=None, now=START)
    assert (unknown.posts, unknown.covered_days, unknown.posts_per_week) == (None, 0, None) and unknown.notes
    assert unknown.last_post_at == START


@given(st.integers(0, 10**9), st.one_of(st.none(), st.integers(0, 10**9)))
def test_the_outlier_score_is_the_views_divided_by_the_median_and_null_without_either(
    views: int, median: int | None
) -> None:
    post = Post(shortcode="p", media_type=MediaType.REEL, taken_at=START, views=views)
    found = outlier_score(post, TypicalViews(median))
    assert found == (round(views / median, 4) if median else None)
    assert outlier_score(replace(post, views=None), TypicalViews(median)) is None


@given(st.text(max_size=300))
def test_hashtags_and_mentions_of_any_caption_are_in_their_normal_form(caption: str) -> None:
    assert all(tag == tag.casefold() and not tag.startswith("#") for tag in hashtags(caption))
    assert all(1 <= len(name) <= 30 for name in mentions(caption))


@pytest.mark.parametrize(
    ("caption", "tags", "names"),
    [
        ("#Travel #TRAVEL #café", ("travel", "café"), ()),
        ("#旅行 #путешествие #यात्रा #سفر", ("旅行", "путешествие", "यात्रा", "سفر"), ()),
        ("issue #42, C# and me@example.com", (), ()),
        ("with @Ben.Smith. and @cleo_!", (), ("ben.smith", "cleo_")),
        ("&#39; no tag, a#b neither", (), ()),
        ("#a#b", ("a",), ()),
    ],
)
def test_hashtags_and_mentions_of_any_script(caption: str, tags: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert (hashtags(caption), mentions(caption)) == (tags, names)
