"""How the counts of posts change over time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from creator_search.domain.posts import Post, TakenAtSource, ViewsKind

DENSE_FOR = timedelta(days=30)
"""Every point of a post younger than this is kept. An older post has its points of the last 30 days, and one a week
before that."""
GROWTH_HOURS = (1, 6, 24, 48, 7 * 24, 30 * 24)
"""The ages at which the counts of a post are compared."""
_RATE_OVER = timedelta(hours=1)
"""The growth per day is not measured over less than this: a few views in a minute would be thousands a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPoint:
    """The counts of a post as an upstream gave them at `seen_at`; hidden and missing counts are None. Counts may be
    lower than at an earlier point: they are kept as they were seen.
    """

    seen_at: datetime
    likes: int | None = None
    comments: int | None = None
    views: int | None = None
    views_kind: ViewsKind | None = None

    @classmethod
    def of(cls, post: Post, seen_at: datetime) -> Self:
        return cls(
            seen_at=seen_at, likes=post.likes, comments=post.comments, views=post.views, views_kind=post.views_kind
        )


def is_young(post: Post, now: datetime) -> bool:
    return now - post.taken_at < DENSE_FOR


def is_first_of_week(last: datetime | None, now: datetime) -> bool:
    """Whether no refresh was in the ISO week of `now` (from Monday, UTC); `last` is the time of the last one."""
    return last is None or last.astimezone(UTC).isocalendar()[:2] != now.astimezone(UTC).isocalendar()[:2]


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
    between the last point up to it and the first one from it on, linearly in log(age) and log(1 + count), which fits
    counts that grow by a power of the age; without a point on both sides it is None. The growth per day is that from
    the last point at least an hour before the newest one to the newest one.
    """
    views = [point for point in points if point.views is None or point.views_kind is post.views_kind]
    ages = tuple(
        CountsAtAge(
            age_hours=hours,
            likes=_at_age([(_age(post, p), p.likes) for p in points], hours),
            views=_at_age([(_age(post, p), p.views) for p in views], hours),
        )
        for hours in GROWTH_HOURS
    )
    per_day = _per_day(post, points)
    return PostGrowth(
        views_kind=post.views_kind, ages=ages, per_day=per_day, notes=tuple(_notes(post, points, ages, per_day))
    )


def _age(post: Post, point: PostPoint) -> float:
    """In hours."""
    return (point.seen_at - post.taken_at).total_seconds() / 3600


def _at_age(counts: Sequence[tuple[float, int | None]], hours: float) -> float | None:
    known = [(age, count) for age, count in counts if count is not None and age > 0]
    before = max((found for found in known if found[0] <= hours), default=None)
    after = min((found for found in known if found[0] >= hours), default=None)
    if before is None or after is None:
        return None
    (age, count), (later, then) = before, after
    if age == later:
        return count
    share = math.log(hours / age) / math.log(later / age)
    found = math.expm1((1 - share) * math.log1p(count) + share * math.log1p(then))
    return round(min(max(found, min(count, then)), max(count, then)), 1)


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
    if any(found.likes is None for found in ages):
        notes.append("ages: null where no points with the count are on both sides of the age")
    if any(point.views is not None and point.views_kind is not post.views_kind for point in points):
        notes.append(f"views: points that do not count {post.views_kind or 'views'} are left out")
    if post.taken_at_source is TakenAtSource.SHORTCODE:
        notes.append("ages: the time of the post is from its shortcode, right within an hour for 99 % of posts")
    if per_day is None:
        notes.append("per_day: needs two points an hour apart")
    return notes
