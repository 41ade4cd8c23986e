"""Views of a post at an age."""

from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.analytics.growth_curves import GrowthCurve, views_at_age
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import ViewsKind
from hypothesis import given
from hypothesis import strategies as st

TAKEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


def point(hours: float, views: int | None, kind: ViewsKind | None = ViewsKind.PLAYS) -> PostPoint:
    return PostPoint(seen_at=TAKEN_AT + timedelta(hours=hours), views=views, views_kind=kind)


def plays_at(hours: float, *points: PostPoint) -> float | None:
    return views_at_age(points, TAKEN_AT, timedelta(hours=hours), ViewsKind.PLAYS)


def test_between_two_points_the_logarithm_of_the_views_is_linear_in_the_logarithm_of_the_age() -> None:
    assert plays_at(20, point(10, 99), point(40, 9_999)) == pytest.approx(999)
    assert plays_at(20, point(10, 0), point(40, 99)) == pytest.approx(9)


@pytest.mark.parametrize("hours", [9.9, 40.1])
def test_nothing_is_extrapolated(hours: float) -> None:
    assert plays_at(hours, point(10, 99), point(40, 9_999)) is None


@pytest.mark.parametrize(("first", "last", "is_known"), [(8, 200, True), (8, 201, False), (200, 400, True)])
def test_points_that_are_more_than_eight_days_apart_are_interpolated_only_if_the_age_at_most_doubles(
    first: float, last: float, is_known: bool
) -> None:
    assert (plays_at(first + 10, point(first, 100), point(last, 900)) is not None) is is_known


def test_at_a_point_the_views_are_those_of_the_point() -> None:
    points = [point(10, 7), point(20.25, 1_003), point(40, 1_000)]
    assert [plays_at(hours, *points) for hours in (10, 20.25, 40)] == [7, 1_003, 1_000]


def test_plays_and_views_are_not_mixed() -> None:
    points = [point(10, 100), point(20, 50, ViewsKind.VIEWS), point(30, 60, ViewsKind.VIEWS)]
    assert plays_at(20, *points) is None
    assert views_at_age(points, TAKEN_AT, timedelta(hours=15), ViewsKind.VIEWS) is None
    assert views_at_age(points, TAKEN_AT, timedelta(hours=20), ViewsKind.VIEWS) == 50


def test_points_without_views_of_an_unknown_kind_and_before_the_post_are_left_out() -> None:
    known = [point(10, 99), point(40, 9_999)]
    others = [point(20, None), point(20, 5, None), point(0, 1), point(-5, 1)]
    assert plays_at(20, *known, *others) == plays_at(20, *known)
    assert plays_at(10, *others) is None


def test_of_points_at_one_time_the_highest_counts() -> None:
    assert plays_at(10, point(10, 8), point(10, 9), point(10, 7)) == 9


def test_a_count_that_goes_down_is_kept() -> None:
    assert GrowthCurve.of([point(20, 80), point(10, 100)], TAKEN_AT, ViewsKind.PLAYS).views == (100, 80)


POINTS = st.lists(st.builds(point, st.floats(0.1, 1_000), st.integers(0, 10**9)), min_size=1, max_size=20)


@given(POINTS, st.floats(0.05, 1_100), st.data())
def test_the_views_are_between_those_of_the_points_around_and_do_not_depend_on_their_order(
    points: list[PostPoint], hours: float, data: st.DataObject
) -> None:
    curve = GrowthCurve.of(points, TAKEN_AT, ViewsKind.PLAYS)
    found = curve.at(hours)
    shuffled = data.draw(st.permutations(points))
    assert GrowthCurve.of(shuffled, TAKEN_AT, ViewsKind.PLAYS) == curve
    seen = list(zip(curve.ages, curve.views, strict=True))
    before, after = [known for known in seen if known[0] <= hours], [known for known in seen if known[0] >= hours]
    if not before or not after:
        assert found is None
        return
    (earlier, first), (later, last) = before[-1], after[0]
    is_near = later - earlier <= 192 or later <= 2 * earlier
    assert (found is not None) is is_near
    assert found is None or min(first, last) <= found <= max(first, last)


@given(st.floats(1, 100), st.floats(1, 100), st.integers(0, 10**9), st.integers(0, 10**9))
def test_between_two_points_of_growing_views_the_views_never_go_down(
    first: float, second: float, low: int, more: int
) -> None:
    points = [point(1, low), point(100, low + more)]
    earlier, later = sorted((first, second))
    before, after = plays_at(earlier, *points), plays_at(later, *points)
    assert before is not None and after is not None
    assert before <= after * (1 + 1e-9) + 1e-9
