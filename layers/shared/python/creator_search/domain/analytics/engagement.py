"""Engagement rates, views and the best time to post."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from creator_search.domain.analytics.posting_times import posting_advice, without_advice
from creator_search.domain.posts import Post, ViewsKind

RATE_SAMPLE = 12
"""Rates are computed over this number of the newest posts that are not pinned."""
MIN_POSTS_FOR_RATIO = 5
MIN_POSTS_IN_WINDOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Engagement of a creator.

    The rates use those of the newest 12 posts of the complete sequence, excluding pinned ones, whose counts are
    visible; `sample_size` is their number. `engagement_rate` = mean(likes + comments) ÷ followers × 100, and its
    median. `engagement_rate_by_views` = mean((likes + comments) ÷ views × 100) over the `views_sample_size` posts that
    have views of `views_kind`.

    Over all given posts: `views_kind`, the kind of views that most of them have (plays if equally many), `median_views`
    of the posts with views of this kind, and `best_time_to_post`, the two-hour window (UTC) of the advice in
    `best_times`; null if no window is better in a back-test.
    """

    sample_size: int = 0
    engagement_rate: float | None = None
    engagement_rate_median: float | None = None
    views_sample_size: int = 0
    engagement_rate_by_views: float | None = None
    engagement_rate_by_views_median: float | None = None
    avg_likes: float | None = None
    median_likes: float | None = None
    avg_comments: float | None = None
    median_comments: float | None = None
    median_views: float | None = None
    views_kind: ViewsKind | None = None
    best_time_to_post: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def typical_views(self) -> "TypicalViews":
        return TypicalViews(self.median_views, self.views_kind)


@dataclass(frozen=True, slots=True)
class TypicalViews:
    """The median views of a creator's posts that have views of `kind`: other kinds are not comparable."""

    median: float | None = None
    kind: ViewsKind | None = None


def complete_posts(posts: Sequence[Post], complete_since: datetime | None) -> list[Post]:
    """Return the posts of the complete sequence; none if it is not known how far that reaches."""
    return [p for p in posts if complete_since is not None and p.taken_at >= complete_since]


def history_notes(posts: Sequence[Post], complete_since: datetime | None) -> tuple[str, ...]:
    """Say how far the complete sequence reaches, if some of the posts do not belong to it."""
    if complete_since is None:
        return ("history: it is not known how far back every post is stored",) if posts else ()
    if all(p.is_pinned or p.taken_at >= complete_since for p in posts):
        return ()
    return (f"history: every post since {complete_since:%Y-%m-%d} is stored, and some of those before",)


def last_posts(posts: Sequence[Post], complete_since: datetime | None) -> list[Post]:
    """Return the newest twelve posts of the complete sequence that are not pinned, newest first. If it is not known how
    far that reaches, return the newest twelve of all.
    """
    sequence = complete_posts(posts, complete_since) if complete_since else posts
    unpinned = sorted((p for p in sequence if not p.is_pinned), key=lambda p: (p.taken_at, p.shortcode), reverse=True)
    return unpinned[:RATE_SAMPLE]


def summarize(posts: Sequence[Post], followers: int, complete_since: datetime | None) -> Engagement:
    """Compute the engagement of `posts`, in any order. Every post since `complete_since` is among them."""
    counted = [p for p in last_posts(posts, complete_since) if p.engagement is not None]
    advice, views = posting_advice(posts), typical_views(posts)
    best = advice.window if advice else None
    notes = list(history_notes(posts, complete_since))
    if not best:
        notes.append(without_advice(posts))
    if views.median is not None and views.kind is None:
        notes.append("views_kind: it is not known what the stored views count")
    if not counted:
        notes.insert(0, "engagement: no post shows its counts")
        return Engagement(best_time_to_post=best, median_views=views.median, views_kind=views.kind, notes=tuple(notes))
    totals = [p.engagement or 0 for p in counted]
    seen = ((p, total) for p, total in zip(counted, totals, strict=True) if p.views_kind is views.kind)
    by_views = [100 * total / p.views for p, total in seen if p.views]
    if not followers:
        notes.insert(0, "engagement_rate: the profile has no followers")
    if not by_views:
        notes.append(f"engagement_rate_by_views: no post shows its {views.kind or 'views'}")
    likes, comments = [p.likes or 0 for p in counted], [p.comments or 0 for p in counted]
    return Engagement(
        sample_size=len(counted),
        engagement_rate=engagement_rate(counted, followers),
        engagement_rate_median=rate(median(totals), followers),
        views_sample_size=len(by_views),
        engagement_rate_by_views=round(fmean(by_views), 4) if by_views else None,
        engagement_rate_by_views_median=round(median(by_views), 4) if by_views else None,
        avg_likes=round(fmean(likes), 2),
        median_likes=median(likes),
        avg_comments=round(fmean(comments), 2),
        median_comments=median(comments),
        median_views=views.median,
        views_kind=views.kind,
        best_time_to_post=best,
        notes=tuple(notes),
    )


def engagement_rate(newest: Sequence[Post], followers: int) -> float | None:
    """mean(likes + comments) ÷ followers × 100 of the posts that show both; None if none does or without followers."""
    totals = [p.engagement for p in newest if p.engagement is not None]
    return rate(fmean(totals), followers) if totals else None


def likes_per_comment(newest: Sequence[Post]) -> float | None:
    """The median of likes ÷ comments of the posts that show both and have comments: without any, the ratio is not
    defined. None if fewer than 5 have it."""
    ratios = [p.likes / p.comments for p in newest if p.likes is not None and p.comments]
    return round(median(ratios), 4) if len(ratios) >= MIN_POSTS_FOR_RATIO else None


def rate(engagement: float, base: int) -> float | None:
    """Return `engagement` as a percentage of followers or views; None if `base` is 0."""
    return round(100 * engagement / base, 4) if base else None


def typical_views(posts: Sequence[Post]) -> TypicalViews:
    """Return the median of the kind of views that most posts have; plays if equally many have both."""
    seen = [p for p in posts if p.views is not None]
    if not seen:
        return TypicalViews()
    counts = Counter(p.views_kind for p in seen)
    kind = max((*ViewsKind, None), key=lambda k: counts[k])  # the first of equal ones
    return TypicalViews(median(p.views or 0 for p in seen if p.views_kind is kind), kind)


def outlier_score(post: Post, typical: TypicalViews) -> float | None:
    """Return the post's views ÷ the creator's median views; 1 is typical. None if either is unknown or of another
    kind.
    """
    if post.views is None or not typical.median or post.views_kind is not typical.kind:
        return None
    return round(post.views / typical.median, 4)
