"""How the views of a post grow with its age, as far as the stored points show it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import expm1, log, log1p
from typing import Self

from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import ViewsKind

MAX_GAP_HOURS = 192.0
"""Points that are further apart are not interpolated, unless the later age is at most MAX_RATIO × the earlier: weekly
refreshes, a day of delay included, are near enough."""
MAX_RATIO = 2.0
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPoint:
    """The `views` that a post had `age_hours` hours after it was published."""

    age_hours: float
    views: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualPoint(GrowthPoint):
    """`views` is the median, at this age, of `sample_size` posts of a creator or creators of a niche."""

    sample_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthCurve:
    """The views of one kind of a post at the ages, in hours, at which they were seen; ages ascend and are distinct."""

    ages: tuple[float, ...] = ()
    views: tuple[float, ...] = ()

    @classmethod
    def of(cls, points: Iterable[PostPoint], taken_at: datetime, kind: ViewsKind) -> Self:
        """Build the curve from points in any order. Points without views, with views of another kind, and not after
        `taken_at` are left out; of points at the same time the highest counts.
        """
        seen: dict[float, int] = {}
        for point in points:
            age = (point.seen_at - taken_at) / _HOUR
            if point.views is not None and point.views_kind is kind and age > 0:
                seen[age] = max(point.views, seen.get(age, 0))
        ages = tuple(sorted(seen))
        return cls(ages=ages, views=tuple(float(seen[age]) for age in ages))

    def at(self, age: float) -> float | None:
        """Return the views at an age in hours; None if it is not between two ages of the curve. See `interpolate`."""
        return interpolate(self.ages, self.views, age)

    @property
    def points(self) -> tuple[GrowthPoint, ...]:
        return tuple(
            GrowthPoint(age_hours=round(age, 2), views=views) for age, views in zip(self.ages, self.views, strict=True)
        )


def views_at_age(points: Iterable[PostPoint], taken_at: datetime, age: timedelta, kind: ViewsKind) -> float | None:
    """Return the plays or views, as `kind` says, of a post at an age: those of a point at exactly this age, or else
    interpolated between the two points of this kind that bracket it; None without such points. Points of the other kind
    are never used.
    """
    return GrowthCurve.of(points, taken_at, kind).at(age / _HOUR)


def interpolate(ages: Sequence[float], views: Sequence[float], age: float) -> float | None:
    """Interpolate log(views + 1) linearly over log(age) between the two ages, in hours, that bracket `age`; exact at
    each of them. `ages` are above 0, ascend and are distinct. The result is between the views of both ages.

    None outside, and if the two ages are more than eight days apart and the later one is more than twice the earlier.
    `make bench ARGS=outliers` measures the error by how far they are apart.
    """
    above = bisect_left(ages, age)
    if above < len(ages) and ages[above] == age:
        return views[above]
    if above in (0, len(ages)):
        return None
    (left, right), (first, last) = ages[above - 1 : above + 1], views[above - 1 : above + 1]
    if right - left > MAX_GAP_HOURS and right > MAX_RATIO * left:
        return None
    share = log(age / left) / log(right / left)
    found = expm1(log1p(first) + share * (log1p(last) - log1p(first)))
    return min(max(found, min(first, last)), max(first, last))  # rounding errors
