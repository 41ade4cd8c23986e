"""The growth of one post, from its points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from creator_search.domain.analytics.growth_curves import interpolate, views_at_age
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import Post, TakenAtSource, ViewsKind

GROWTH_HOURS = (1, 6, 24, 48, 7 * 24, 30 * 24)
"""The ages at which the counts of a post are given."""
_RATE_OVER = timedelta(hours=1)
"""The growth per day is not measured over less than this: a few views in a minute would be thousands a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsAtAge:
    age_hours: int
    likes: float | None
    views: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyGrowth:
    """The change per day from `since` to `until`; negative where a count went down."""

    since: datetime
    until: datetime
    likes: float | None
    comments: float | None
    views: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostGrowth:
    """`views` count what `views_kind` says. `per_day` is None without two points an hour apart."""

    views_kind: ViewsKind | None
    ages: tuple[CountsAtAge, ...]
    per_day: DailyGrowth | None
    notes: tuple[str, ...] = ()


def measure_growth(post: Post, points: Sequence[PostPoint]) -> PostGrowth:
    """Compute the counts of a post at GROWTH_HOURS, and its growth per day, from its points, oldest first.

    Plays and views are never mixed: only views of the post's own kind are used. A count at an age is interpolated
    between the last point up to it and the first one from it on, if they are near enough (see
    growth_curves.interpolate), and else None. The growth per day is that from the last point at least an hour before
    the newest one to the newest one.
    """
    ages = tuple(
        CountsAtAge(age_hours=hours, likes=_likes_at(post, points, hours), views=_views_at(post, points, hours))
        for hours in GROWTH_HOURS
    )
    per_day = _per_day(post, points)
    return PostGrowth(
        views_kind=post.views_kind, ages=ages, per_day=per_day, notes=tuple(_notes(post, points, ages, per_day))
    )


def _likes_at(post: Post, points: Iterable[PostPoint], hours: int) -> float | None:
    seen = {(point.seen_at - post.taken_at) / timedelta(hours=1): point.likes for point in points}
    known = {age: likes for age, likes in seen.items() if likes is not None and age > 0}
    found = interpolate(sorted(known), [known[age] for age in sorted(known)], hours)
    return None if found is None else round(found, 1)


def _views_at(post: Post, points: Iterable[PostPoint], hours: int) -> float | None:
    if post.views_kind is None:
        return None
    found = views_at_age(points, post.taken_at, timedelta(hours=hours), post.views_kind)
    return None if found is None else round(found, 1)


def _per_day(post: Post, points: Sequence[PostPoint]) -> DailyGrowth | None:
    newest = points[-1] if points else None
    before = next((p for p in reversed(points) if newest and newest.seen_at - p.seen_at >= _RATE_OVER), None)
    if newest is None or before is None:
        return None
    days = (newest.seen_at - before.seen_at) / timedelta(days=1)

    def rate(then: int | None, now: int | None) -> float | None:
        return None if then is None or now is None else round((now - then) / days, 2)

    is_same_kind = before.views_kind is newest.views_kind is post.views_kind
    return DailyGrowth(
        since=before.seen_at,
        until=newest.seen_at,
        likes=rate(before.likes, newest.likes),
        comments=rate(before.comments, newest.comments),
        views=rate(before.views, newest.views) if is_same_kind else None,
    )


def _notes(
    post: Post, points: Sequence[PostPoint], ages: Sequence[CountsAtAge], per_day: DailyGrowth | None
) -> Sequence[str]:
    notes = []
    if post.views_kind is None:
        notes.append("views: no views of the post are known, or not what they count")
    if any(found.likes is None or (post.views_kind and found.views is None) for found in ages):
        notes.append("ages: null where no near enough points with the count are on both sides of the age")
    if any(point.views is not None and point.views_kind is not post.views_kind for point in points):
        notes.append(f"views: points that do not count {post.views_kind or 'views'} are left out")
    if post.taken_at_source is TakenAtSource.SHORTCODE:
        notes.append("ages: the time of the post is from its shortcode, right within an hour for 99 % of posts")
    if per_day is None:
        notes.append("per_day: needs two points an hour apart")
    elif None in (per_day.likes, per_day.comments) or (post.views_kind and per_day.views is None):
        notes.append("per_day: null where one of the two points has no such count, or views of another kind")
    return notes
