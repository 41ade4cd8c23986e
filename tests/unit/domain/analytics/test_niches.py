"""What is usual in a niche, and scores against it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.niches import (
    NICHE_AGES,
    CreatorViews,
    Niche,
    NicheMeasurement,
    measure_niches,
    score_in_niche,
)
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import MediaType, Post, ViewsKind
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = date(2026, 3, 1)
FITNESS = Niche(category="fitness", language="en", tier="micro")
TRAVEL = Niche(category="travel", language="en", tier="micro")


def reel(code: str, days_old: float, *, is_pinned: bool = False, media_type: MediaType = MediaType.REEL) -> Post:
    taken_at = NOW - timedelta(days=days_old)
    return Post(shortcode=code, media_type=media_type, taken_at=taken_at, is_pinned=is_pinned)


def seen(
    post: Post, *views_at_hours: tuple[float, int | None], kind: ViewsKind | None = ViewsKind.PLAYS
) -> list[PostPoint]:
    return [
        PostPoint(seen_at=post.taken_at + timedelta(hours=hours), views=views, views_kind=kind)
        for hours, views in views_at_hours
    ]


def views_of(count: int, kind: ViewsKind = ViewsKind.PLAYS, *, is_pinned: bool = False) -> CreatorViews:
    """A creator with reels of 100, 200, 300, … plays after a day, and twice as many after two."""
    posts = [reel(f"r{n}", 10, is_pinned=is_pinned) for n in range(1, count + 1)]
    points = {p.shortcode: seen(p, (24, 100 * n), (48, 200 * n), kind=kind) for n, p in enumerate(posts, 1)}
    return CreatorViews.of(posts, points, NOW)


def measured(*creators: tuple[Niche, CreatorViews]) -> dict[Niche, NicheMeasurement]:
    return {found.niche: found for found in measure_niches(creators, DAY)}


def plays(day: float, two_days: float | None = None) -> CreatorViews:
    values = {"reel_plays_24h": day} | ({"reel_plays_48h": two_days} if two_days is not None else {})
    return CreatorViews(values)


def test_the_views_of_a_creator_are_the_medians_at_ages_at_which_five_posts_are_known() -> None:
    assert views_of(5).values == {"reel_plays_24h": 300, "reel_plays_48h": 600}
    assert views_of(6).values == {"reel_plays_24h": 350, "reel_plays_48h": 700}
    assert views_of(4).values == {}


def test_plays_and_views_are_different_figures_and_pinned_posts_are_in_none() -> None:
    assert views_of(5, ViewsKind.VIEWS).values == {"reel_views_24h": 300, "reel_views_48h": 600}
    assert views_of(5, is_pinned=True).values == {}


def test_stored_views_are_read_among_other_attributes() -> None:
    attributes = {"followers": 9, "engagement_rate": 2.5, "category": "food", **views_of(5).values}
    assert CreatorViews.stored(attributes) == views_of(5)
    assert CreatorViews.stored({}) == CreatorViews({})


def test_the_views_of_a_creator_take_less_than_a_kilobyte() -> None:
    kinds = [(media, kind) for media in MediaType for kind in ViewsKind]
    posts = [reel(f"{media}{kind}{n}", 30, media_type=media) for media, kind in kinds for n in range(5)]
    ages = [(age, 10**9 + 1) for age in NICHE_AGES]
    points = {p.shortcode: seen(p, *ages, kind=kinds[n // 5][1]) for n, p in enumerate(posts)}
    values = CreatorViews.of(posts, points, NOW).values
    assert len(values) == 24 and sum(len(name) + len(str(value)) for name, value in values.items()) < 1_000


def test_each_niche_is_measured_on_its_own_creators() -> None:
    fit = [(FITNESS, plays(100 * n)) for n in range(1, 32)]
    found = measured(*fit, *((TRAVEL, plays(7)) for _ in range(29)))
    assert found[FITNESS].distributions["reel_plays_24h"].sample_size == 31
    assert found[FITNESS].distributions["reel_plays_24h"].percentile(50) == 1_600
    assert found[TRAVEL].distributions["reel_plays_24h"] == Distribution(sample_size=29)
    assert found[FITNESS].measured_on == DAY and found[FITNESS].niche.key == "fitness#en#micro"


NICHE = measured(*((FITNESS, plays(100, 400)) for _ in range(40)), *((FITNESS, plays(100)) for _ in range(5)))[FITNESS]


@pytest.mark.parametrize(
    ("hours", "views", "score", "size"), [(24, 300, 3, 45), (48, 200, 0.5, 40), (33.94, 999, 5, 40)]
)
def test_a_post_is_compared_with_the_median_creator_at_its_age(
    hours: float, views: int, score: float, size: int
) -> None:
    young = reel("young", 3)
    found = score_in_niche(young, seen(young, (1, 10), (hours, views)), NICHE, NOW)
    assert found is not None
    # Half-way between 24 and 48 hours, at 33.94, the usual views are about 200: the root of 100 times 400.
    assert found.score == pytest.approx(score, rel=0.01)
    assert found.sample_size == size and found.views == views
    assert [(p.age_hours, p.views, p.sample_size) for p in found.usual_curve] == [(24, 100, 45), (48, 400, 40)]
    assert [p.age_hours for p in found.own_curve] == [1, hours]


@pytest.mark.parametrize("hours", [0.5, 23, 49])
def test_at_an_age_that_the_niche_was_not_measured_at_a_post_has_no_score(hours: float) -> None:
    young = reel("young", 3)
    assert score_in_niche(young, seen(young, (hours, 500)), NICHE, NOW) is None


def test_other_kinds_and_types_and_posts_without_views_have_no_score() -> None:
    young, video = reel("young", 3), reel("video", 3, media_type=MediaType.VIDEO)
    assert score_in_niche(young, seen(young, (30, 500), kind=ViewsKind.VIEWS), NICHE, NOW) is None
    assert score_in_niche(video, seen(video, (30, 500)), NICHE, NOW) is None
    assert score_in_niche(young, seen(young, (30, None)), NICHE, NOW) is None
    assert score_in_niche(young, [], NICHE, NOW) is None


def test_a_niche_of_fewer_than_thirty_creators_gives_no_score() -> None:
    small = measured(*((FITNESS, plays(100, 400)) for _ in range(29)))[FITNESS]
    young = reel("young", 3)
    assert score_in_niche(young, seen(young, (30, 500)), small, NOW) is None


@given(st.integers(1_000, 10**6), st.integers(1_000, 10**6), st.integers(2, 100), st.floats(24, 48))
def test_a_score_does_not_change_if_all_views_of_a_niche_are_multiplied(
    day: int, two_days: int, factor: int, hours: float
) -> None:
    young = reel("young", 3)
    found = []
    for times in (1, factor):
        niche = measured(*((FITNESS, plays(day * times, two_days * times)) for _ in range(30)))[FITNESS]
        found.append(score_in_niche(young, seen(young, (hours, 50_000 * times)), niche, NOW))
    before, after = found
    assert before is not None and after is not None
    assert after.score == pytest.approx(before.score, rel=0.002, abs=1e-4)
