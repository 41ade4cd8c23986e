from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.analytics.post_growth import GROWTH_HOURS, PostGrowth, measure_growth
from creator_search.domain.post_history import PostPoint, is_first_of_week
from creator_search.domain.posts import Post, TakenAtSource, ViewsKind
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START, post

PLAYS, VIEWS = ViewsKind.PLAYS, ViewsKind.VIEWS
REEL = post("p", views_kind=PLAYS)


def point(hours: float, views: int | None = None, kind: ViewsKind | None = PLAYS, **counts: int | None) -> PostPoint:
    return PostPoint(seen_at=START + timedelta(hours=hours), views=views, views_kind=kind, **counts)


def views_at(growth: PostGrowth) -> dict[int, float | None]:
    return {found.age_hours: found.views for found in growth.ages}


def test_counts_that_grow_by_a_power_of_the_age_are_found_at_every_age_between_the_points() -> None:
    # With 1 + views = 1000 * age^0.5 the interpolation is exact at any age.
    ages = (0.5, 3, 30, 100, 190, 380, 500, 900)
    growth = measure_growth(REEL, [point(h, round(1000 * h**0.5) - 1) for h in ages])
    for hours in GROWTH_HOURS:
        assert views_at(growth)[hours] == pytest.approx(1000 * hours**0.5 - 1, rel=0.001)


def test_counts_are_not_extrapolated() -> None:
    found = views_at(measure_growth(REEL, [point(7, 10), point(47, 90)]))
    assert [hours for hours, views in found.items() if views is not None] == [24]
    assert set(views_at(measure_growth(REEL, [])).values()) == {None}


def test_a_point_at_the_age_itself_gives_its_count() -> None:
    found = views_at(measure_growth(REEL, [point(24, 500)]))
    assert found == {hours: 500 if hours == 24 else None for hours in GROWTH_HOURS}


def test_views_are_not_interpolated_between_plays_and_views() -> None:
    points = [point(1, 400, VIEWS), point(6, 700, VIEWS), point(24, 3000), point(48, 5000)]
    plays = measure_growth(REEL, points)
    assert plays.views_kind is PLAYS
    assert {h for h, views in views_at(plays).items() if views is not None} == {24, 48}
    assert "views: points that do not count plays are left out" in plays.notes
    views = measure_growth(post("p", views_kind=VIEWS), points)
    assert {h for h, found in views_at(views).items() if found is not None} == {1, 6}
    assert measure_growth(REEL, points[1:3]).per_day is not None
    assert measure_growth(REEL, points[1:3]).per_day.views is None  # type: ignore[union-attr]


def test_a_hidden_count_between_two_points_is_skipped() -> None:
    hidden = PostPoint(seen_at=START + timedelta(hours=24))
    growth = measure_growth(REEL, [point(6, 100, likes=10), hidden, point(48, 100, likes=10)])
    assert [(a.likes, a.views) for a in growth.ages if a.age_hours == 24] == [(10, 100)]


def test_the_growth_per_day_is_between_the_last_points_an_hour_apart_and_may_be_negative() -> None:
    points = [
        point(0, 0, likes=0, comments=0),
        point(24, 1000, likes=100, comments=9),
        point(35.5, 800, likes=None, comments=3),
        point(36, 900, likes=50, comments=3),
    ]
    found = measure_growth(REEL, points).per_day
    assert found is not None
    assert (found.since, found.until) == (points[1].seen_at, points[3].seen_at)
    assert (found.likes, found.comments, found.views) == (-100, -12, -200)
    assert measure_growth(REEL, points[2:]).per_day is None
    assert "per_day: needs two points an hour apart" in measure_growth(REEL, points[:1]).notes


def test_every_null_of_the_growth_has_a_reason() -> None:
    known = [point(hours, 10, likes=1, comments=1) for hours in (1, 6, 24, 48, 168, 720)]
    assert measure_growth(REEL, known).notes == ()
    no_views = [PostPoint(seen_at=found.seen_at, likes=1, comments=1) for found in known]
    assert any(note.startswith("views: ") for note in measure_growth(post("p"), no_views).notes)
    assert any(note.startswith("ages: ") for note in measure_growth(REEL, [*no_views[:-1], known[-1]]).notes)
    for last in (point(720, 10, likes=1), point(720, 10, comments=1), point(720, 10, VIEWS, likes=1, comments=1)):
        assert any(note.startswith("per_day: ") for note in measure_growth(REEL, [*known[:-1], last]).notes)


def test_a_time_from_the_shortcode_is_noted() -> None:
    dated = Post(shortcode="p", media_type=REEL.media_type, taken_at=START, taken_at_source=TakenAtSource.SHORTCODE)
    assert any("shortcode" in note for note in measure_growth(dated, []).notes)


counts = st.one_of(st.none(), st.integers(0, 10**9))
points = st.lists(
    st.builds(
        lambda minutes, likes, views, kind: point(minutes / 60, views, kind, likes=likes),
        st.integers(-120, 60 * 24 * 60),
        counts,
        counts,
        st.sampled_from(ViewsKind),
    ),
    max_size=12,
).map(lambda found: sorted(found, key=lambda p: p.seen_at))


@given(points)
def test_a_count_at_an_age_is_between_counts_of_its_kind_seen_before_and_after(found: list[PostPoint]) -> None:
    for at in measure_growth(REEL, found).ages:
        when = START + timedelta(hours=at.age_hours)
        for value, known in (
            (at.likes, [(p.seen_at, p.likes) for p in found if p.likes is not None]),
            (at.views, [(p.seen_at, p.views) for p in found if p.views is not None and p.views_kind is PLAYS]),
        ):
            if value is None:
                continue
            assert any(seen <= when for seen, _ in known) and any(seen >= when for seen, _ in known)
            assert min(c for _, c in known) <= value <= max(c for _, c in known)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, datetime(2026, 2, 4, tzinfo=UTC), True),
        (datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 2, 8, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 8, 23, 59, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC), True),
        (datetime(2025, 12, 29, tzinfo=UTC), datetime(2026, 1, 4, tzinfo=UTC), False),  # one ISO week, two years
        (datetime(2025, 2, 3, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC), True),
    ],
)
def test_the_first_refresh_of_an_iso_week_is_known_by_the_last_refresh(
    last: datetime | None, now: datetime, expected: bool
) -> None:
    assert is_first_of_week(last, now) is expected
