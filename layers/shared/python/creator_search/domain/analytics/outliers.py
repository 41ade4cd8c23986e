"""Posts that do far better than the creator's posts usually do at the same age."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Self

from creator_search.domain.analytics.growth_curves import GrowthCurve, GrowthPoint, UsualPoint
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import MediaType, Post, ViewsKind

STANDARD_AGES = (1, 3, 6, 12, 24, 48, 72, 168, 336, 720)
"""The ages, in hours, at which usual curves are given."""
MIN_POSTS = 5
"""A median over fewer posts is not given. Of ordinary generated posts 0.43 % score 5 or more against a median of three
posts, 0.21 % against one of five, 0.17 % against one of eight (`make bench ARGS=outliers`)."""
MIN_AGE = timedelta(hours=1)
"""A younger post has no score."""
PointsByPost = Mapping[str, Sequence[PostPoint]]
"""Points in any order, by shortcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierScore:
    """A post compared with what is usual at its age.

    `views`, of `views_kind`, were last seen at `seen_at`, `age_hours` hours after the post was published. `score` =
    views ÷ `usual_views`; 1 is usual. `usual_views` is the median, at the same age, over the `sample_size` other posts
    of the creator (or creators of the niche) that are compared; they have the same media type and kind of views.
    `usual_curve` has such medians at other ages, where enough are known, and `own_curve` the views of the post whenever
    they were seen.
    """

    shortcode: str
    media_type: MediaType
    views_kind: ViewsKind
    seen_at: datetime
    age_hours: float
    views: int
    score: float
    usual_views: float
    sample_size: int
    usual_curve: tuple[UsualPoint, ...]
    own_curve: tuple[GrowthPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastViews:
    """The views of a post when they were last seen, `age` hours after it was published, and all views of this kind."""

    post: Post
    kind: ViewsKind
    seen_at: datetime
    age: float
    views: int
    curve: GrowthCurve

    @classmethod
    def of(cls, post: Post, points: Iterable[PostPoint], now: datetime) -> Self | None:
        """None if no views were seen until `now`, or only in the first hour. At one time, plays are preferred."""
        seen = [p for p in points if p.seen_at <= now and p.views is not None and p.views_kind is not None]
        if not seen:
            return None
        last = max(seen, key=lambda p: (p.seen_at, p.views_kind is ViewsKind.PLAYS, p.views))
        if last.seen_at - post.taken_at < MIN_AGE or last.views is None or last.views_kind is None:
            return None
        curve = GrowthCurve.of(seen, post.taken_at, last.views_kind)
        return cls(
            post=post, kind=last.views_kind, seen_at=last.seen_at, age=curve.ages[-1], views=last.views, curve=curve
        )

    def compared(self, usual: UsualPoint | None, usual_curve: tuple[UsualPoint, ...]) -> OutlierScore | None:
        """The comparison with what is usual at this age; None if that is not known, or is 0."""
        if usual is None or not usual.views:
            return None
        return OutlierScore(
            shortcode=self.post.shortcode,
            media_type=self.post.media_type,
            views_kind=self.kind,
            seen_at=self.seen_at,
            age_hours=round(self.age, 2),
            views=self.views,
            score=round(self.views / usual.views, 4),
            usual_views=round(usual.views, 2),
            sample_size=usual.sample_size,
            usual_curve=usual_curve,
            own_curve=self.curve.points,
        )


@dataclass(frozen=True, slots=True)
class CreatorCurves:
    """The growth curves of a creator's posts of one media type, in views of one kind, by shortcode; `standard` are the
    known views of the posts at each standard age.

    Pinned posts are left out: a creator pins posts that did well, and pinned posts that are older than the stored ones
    are stored for that reason only.
    """

    curves: Mapping[str, GrowthCurve]
    standard: Mapping[float, Mapping[str, float]]

    @classmethod
    def of(cls, curves: Mapping[str, GrowthCurve]) -> Self:
        return cls(curves, {age: _views_at(age, curves) for age in STANDARD_AGES})

    def usual(self, age: float, *, without: str | None = None) -> UsualPoint | None:
        """Return the median of the views of the posts, except `without`, at this age in hours, over those whose views
        at this age are known; None for fewer than five.
        """
        known = self.standard.get(age) or _views_at(age, self.curves)
        views = [value for shortcode, value in known.items() if shortcode != without]
        if len(views) < MIN_POSTS:
            return None
        return UsualPoint(age_hours=round(age, 2), views=median(views), sample_size=len(views))

    def usual_curve(self, *, without: str | None = None) -> tuple[UsualPoint, ...]:
        """The usual views at the standard ages at which they are known."""
        found = (self.usual(age, without=without) for age in STANDARD_AGES)
        return tuple(point for point in found if point)


def _views_at(age: float, curves: Mapping[str, GrowthCurve]) -> Mapping[str, float]:
    found = ((shortcode, curve.at(age)) for shortcode, curve in curves.items())
    return {shortcode: views for shortcode, views in found if views is not None}


def creator_curves(
    posts: Iterable[Post], points: PointsByPost, now: datetime
) -> Mapping[tuple[MediaType, ViewsKind], CreatorCurves]:
    """The curves of a creator's posts, as far as they were seen until `now`; there are none of images and carousels,
    which have no views.
    """
    groups: defaultdict[tuple[MediaType, ViewsKind], dict[str, GrowthCurve]] = defaultdict(dict)
    for post in posts:
        if post.is_pinned:
            continue
        seen = [point for point in points.get(post.shortcode, ()) if point.seen_at <= now]
        for kind in ViewsKind:
            curve = GrowthCurve.of(seen, post.taken_at, kind)
            if curve.ages:
                groups[post.media_type, kind][post.shortcode] = curve
    return {group: CreatorCurves.of(curves) for group, curves in groups.items()}


def score_posts(
    posts: Sequence[Post], points: PointsByPost, now: datetime, *, since: datetime | None = None
) -> Mapping[str, OutlierScore]:
    """Score a creator's posts, those published since `since` only, by shortcode: views ÷ the median views of the
    creator's other posts of the same media type and kind of views at the same age.

    A post has no score if it has no views, if they were seen in its first hour only, or if fewer than five other posts
    have known views at this age. Nothing is extrapolated: the views of a post at an age are known if it was seen at
    this age, or before and after it. Hence a creator whose history is short has scores for few posts or none.
    """
    groups = creator_curves(posts, points, now)
    scores = {}
    for post in posts:
        if since is not None and post.taken_at < since:
            continue
        last = LastViews.of(post, points.get(post.shortcode, ()), now)
        group = groups.get((post.media_type, last.kind)) if last else None
        if last and group:
            usual, curve = group.usual(last.age, without=post.shortcode), group.usual_curve(without=post.shortcode)
            if score := last.compared(usual, curve):
                scores[post.shortcode] = score
    return scores
