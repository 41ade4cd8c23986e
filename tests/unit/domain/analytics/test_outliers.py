"""Scores of posts against the creator's other posts at the same age."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.analytics.outliers import STANDARD_AGES, OutlierScore, score_posts
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import MediaType, Post, ViewsKind
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Curve = Callable[[float], float]


def post(code: str, *, days_old: float, **fields: object) -> Post:
    taken_at = NOW - timedelta(days=days_old)
    return replace(Post(shortcode=code, media_type=MediaType.REEL, taken_at=taken_at), **fields)  # type: ignore[arg-type]


def seen(of: Post, views: Curve, *, kind: ViewsKind = ViewsKind.PLAYS, every_hours: float = 24) -> list[PostPoint]:
    """Points every day until now, the last one now."""
    points, seen_at = [], NOW
    while seen_at > of.taken_at:
        age = (seen_at - of.taken_at) / timedelta(hours=1)
        points.append(PostPoint(seen_at=seen_at, views=round(views(age)), views_kind=kind))
        seen_at -= timedelta(hours=every_hours)
    return points


def linear(views_per_hour: float) -> Curve:
    return lambda age: views_per_hour * age


USUAL = linear(100)


def usual_posts(count: int, views: Curve = USUAL, **fields: object) -> list[tuple[Post, list[PostPoint]]]:
    posts = [post(f"usual{n}", days_old=10 + n, **fields) for n in range(count)]
    return [(p, seen(p, views)) for p in posts]


def scores(*found: tuple[Post, list[PostPoint]], now: datetime = NOW) -> dict[str, OutlierScore]:
    return dict(score_posts([p for p, _ in found], {p.shortcode: points for p, points in found}, now))


def breakout(factor: float = 6, days_old: float = 2, **fields: object) -> tuple[Post, list[PostPoint]]:
    young = post("young", days_old=days_old, **fields)
    return young, seen(young, linear(100 * factor))


def test_a_young_post_is_compared_with_other_posts_at_its_age_and_not_with_their_views_of_today() -> None:
    found = scores(breakout(), *usual_posts(5))["young"]
    assert (found.score, found.usual_views, found.views, found.age_hours) == (6, 4_800, 28_800, 48)
    assert (found.sample_size, found.views_kind, found.seen_at) == (5, ViewsKind.PLAYS, NOW)


def test_without_five_other_posts_known_at_its_age_a_post_has_no_score() -> None:
    assert "young" not in scores(breakout(), *usual_posts(4))
    assert "young" in scores(breakout(), *usual_posts(5))


def test_a_post_does_not_belong_to_its_own_baseline() -> None:
    first = scores(*usual_posts(6))["usual0"]
    assert first.sample_size == 5
    assert "usual0" not in scores(*usual_posts(5))


def test_the_curves_show_the_usual_views_where_enough_is_known_and_the_posts_own_points() -> None:
    found = scores(breakout(), *usual_posts(6))["young"]
    assert [(p.age_hours, p.views, p.sample_size) for p in found.usual_curve] == [
        (24, 2_400, 6),
        (48, 4_800, 6),
        (72, 7_200, 6),
        (168, 16_800, 6),
    ]
    assert [(p.age_hours, p.views) for p in found.own_curve] == [(24, 14_400), (48, 28_800)]
    assert {p.age_hours for p in found.usual_curve} <= set(STANDARD_AGES)


def test_a_creator_whose_history_began_today_has_no_scores() -> None:
    young, others = breakout(), usual_posts(20)
    begun = [(p, [point for point in points if point.seen_at == NOW]) for p, points in (young, *others)]
    assert scores(*begun) == {}


def test_only_points_seen_until_now_count() -> None:
    earlier = scores(breakout(), *usual_posts(6), now=NOW - timedelta(hours=12))["young"]
    assert (earlier.age_hours, earlier.score) == (24, 6)
    assert scores(breakout(), *usual_posts(6), now=NOW - timedelta(days=30)) == {}


def test_plays_are_not_compared_with_views() -> None:
    young = post("young", days_old=2)
    assert "young" not in scores((young, seen(young, linear(600), kind=ViewsKind.VIEWS)), *usual_posts(9))


@pytest.mark.parametrize("media_type", [MediaType.IMAGE, MediaType.CAROUSEL])
def test_posts_without_views_have_no_score(media_type: MediaType) -> None:
    silent = post("silent", days_old=2, media_type=media_type)
    points = [PostPoint(seen_at=NOW, likes=5, comments=1)]
    assert "silent" not in scores((silent, points), *usual_posts(9))
    assert "silent" not in scores((silent, []), *usual_posts(9))


def test_a_post_of_its_first_hour_has_no_score() -> None:
    others = [(p, seen(p, linear(100), every_hours=0.25)) for p, _ in usual_posts(6)]
    for minutes, is_scored in ((59, False), (60, True)):
        young = post("young", days_old=minutes / 60 / 24)
        assert ("young" in scores((young, seen(young, linear(600), every_hours=0.5)), *others)) is is_scored


def test_a_usual_of_zero_views_gives_no_score() -> None:
    assert "young" not in scores(breakout(), *usual_posts(6, linear(0)))


def test_an_old_pinned_post_is_scored_at_its_own_age_and_is_not_in_the_baseline() -> None:
    pinned = post("pinned", days_old=400, is_pinned=True)
    old = (pinned, [p for p in seen(pinned, linear(1_000)) if p.seen_at > NOW - timedelta(days=30)])
    found = scores(old, breakout(), *usual_posts(5))
    assert "pinned" not in found
    assert found["young"] == scores(breakout(), *usual_posts(5))["young"]


def test_a_young_pinned_post_has_a_score() -> None:
    assert scores(breakout(is_pinned=True), *usual_posts(5))["young"].score == 6


def test_older_posts_than_asked_for_are_in_the_baseline_only() -> None:
    found = [breakout(), *usual_posts(6)]
    by_code = {p.shortcode: points for p, points in found}
    recent = score_posts([p for p, _ in found], by_code, NOW, since=NOW - timedelta(days=7))
    assert recent == {"young": scores(*found)["young"]}


@st.composite
def creators(draw: st.DrawFn) -> list[tuple[Post, list[PostPoint]]]:
    """Creators with reels of different ages, seen at irregular times, with at least 1,000 plays."""
    found = []
    for number in range(draw(st.integers(5, 14))):
        reel = post(f"r{number}", days_old=draw(st.integers(2, 20)), is_pinned=draw(st.integers(0, 9)) == 9)
        between = draw(st.lists(st.integers(5, 100), max_size=3, unique=True))
        ages = [draw(st.floats(0.05, 4)), *between, draw(st.integers(20, 160))]
        points = [
            PostPoint(
                seen_at=reel.taken_at + timedelta(hours=age),
                views=draw(st.integers(1_000, 10**7)),
                views_kind=ViewsKind.VIEWS if draw(st.integers(0, 5)) == 5 else ViewsKind.PLAYS,
            )
            for age in ages
        ]
        found.append((reel, points))
    return found


Found = list[tuple[Post, list[PostPoint]]]


@given(creators(), st.integers(2, 1_000))
def test_scores_do_not_change_if_all_views_are_multiplied(found: Found, factor: int) -> None:
    times = [(p, [replace(q, views=(q.views or 0) * factor) for q in points]) for p, points in found]
    before, after = scores(*found), scores(*times)
    assert before.keys() == after.keys()
    for code, score in before.items():
        # views + 1 is interpolated: of 1,000 views this is a thousandth. Both scores are rounded to four digits.
        assert after[code].score == pytest.approx(score.score, rel=0.002, abs=1.5e-4)


@given(creators(), st.data())
def test_scores_do_not_depend_on_the_order_of_posts_and_points(found: Found, data: st.DataObject) -> None:
    shuffled = [(p, data.draw(st.permutations(points))) for p, points in data.draw(st.permutations(found))]
    assert scores(*shuffled) == scores(*found)


@given(creators(), creators())
def test_posts_of_another_type_change_no_score(found: Found, others: Found) -> None:
    videos = [(replace(p, shortcode=f"v{p.shortcode}", media_type=MediaType.VIDEO), points) for p, points in others]
    assert scores(*found, *videos) == scores(*found) | scores(*videos)


@given(creators())
def test_every_score_has_a_sample_of_at_least_five_other_posts_and_follows_from_it(found: Found) -> None:
    unpinned = sum(not p.is_pinned for p, _ in found)
    for score in scores(*found).values():
        assert 5 <= score.sample_size <= unpinned
        assert score.score == pytest.approx(score.views / score.usual_views, rel=1e-4, abs=1e-4)
        assert all(5 <= point.sample_size <= unpinned for point in score.usual_curve)
        assert score.age_hours >= 1


@given(creators())
def test_each_kind_of_views_alone_gives_the_same_baseline(found: Found) -> None:
    for code, score in scores(*found).items():
        alone = [(p, [q for q in points if q.views_kind is score.views_kind]) for p, points in found]
        assert scores(*alone)[code] == score
