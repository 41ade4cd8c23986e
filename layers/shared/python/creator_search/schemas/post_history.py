"""How the counts of a post changed over time, as returned by its history and the export."""

from typing import Self

from pydantic import BaseModel

from creator_search.domain.analytics.post_growth import DailyGrowth, PostGrowth
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import ViewsKind
from creator_search.schemas.times import iso


class PointBody(BaseModel):
    """The counts of a post as the upstream gave them at `seen_at`; null if hidden or not given."""

    seen_at: str
    likes: int | None
    comments: int | None
    views: int | None
    views_kind: ViewsKind | None

    @classmethod
    def of(cls, point: PostPoint) -> Self:
        return cls(
            seen_at=iso(point.seen_at),
            likes=point.likes,
            comments=point.comments,
            views=point.views,
            views_kind=point.views_kind,
        )


class CountsAtAgeBody(BaseModel):
    """Counts at an age, interpolated between the two neighbouring points linearly in log(age) and log(1 + count). Null
    without a point on both sides of the age, and if these are more than eight days apart and the later age is more than
    twice the earlier."""

    age_hours: int
    likes: float | None
    views: float | None


class DailyGrowthBody(BaseModel):
    """The change per day from `since`, the last point at least an hour before the newest one, to `until`, the newest
    one."""

    since: str
    until: str
    likes: float | None
    comments: float | None
    views: float | None

    @classmethod
    def of(cls, found: DailyGrowth) -> Self:
        return cls(
            since=iso(found.since),
            until=iso(found.until),
            likes=found.likes,
            comments=found.comments,
            views=found.views,
        )


class PostGrowthBody(BaseModel):
    """All views are of `views_kind`: plays and views are never mixed."""

    views_kind: ViewsKind | None
    ages: list[CountsAtAgeBody]
    per_day: DailyGrowthBody | None
    notes: list[str]

    @classmethod
    def of(cls, growth: PostGrowth) -> Self:
        return cls(
            views_kind=growth.views_kind,
            ages=[CountsAtAgeBody(age_hours=a.age_hours, likes=a.likes, views=a.views) for a in growth.ages],
            per_day=DailyGrowthBody.of(growth.per_day) if growth.per_day else None,
            notes=list(growth.notes),
        )
