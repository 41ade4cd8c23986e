"""How an audience engages with posts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from statistics import fmean, median

from creator_search.domain.posts import Post

RATE_SAMPLE = 12
"""The last posts that the rates are taken over; pinned posts are not among "the last"."""
WINDOW_HOURS = 2
MIN_POSTS_IN_WINDOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Of the last 12 posts, pinned ones excluded, that show their counts (`sample_size` of them).

    `engagement_rate` = mean(likes + comments) ÷ followers × 100, the median beside it;
    `engagement_rate_by_views` = mean((likes + comments) ÷ views × 100) over the `views_sample_size` that have views.
    Over all posts given: `median_views` of those that show views, and `best_time_to_post`, the two-hour window (UTC)
    with the highest median engagement of the windows with at least three posts.
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
    best_time_to_post: str | None = None
    notes: tuple[str, ...] = ()


def last_posts(posts: Sequence[Post]) -> list[Post]:
    """The newest twelve that are not pinned, newest first."""
    unpinned = sorted((p for p in posts if not p.is_pinned), key=lambda p: (p.taken_at, p.shortcode), reverse=True)
    return unpinned[:RATE_SAMPLE]


def summarize(posts: Sequence[Post], followers: int) -> Engagement:
    """The order of `posts` does not matter."""
    counted = [p for p in last_posts(posts) if p.engagement is not None]
    best, views = best_time_to_post(posts), typical_views(posts)
    notes = [] if best else [f"best_time_to_post: no two-hour window has {MIN_POSTS_IN_WINDOW} posts with counts"]
    if not counted:
        notes.insert(0, "engagement: no post shows its counts")
        return Engagement(best_time_to_post=best, median_views=views, notes=tuple(notes))
    totals = [p.engagement or 0 for p in counted]
    by_views = [100 * total / p.views for p, total in zip(counted, totals, strict=True) if p.views]
    if not followers:
        notes.insert(0, "engagement_rate: the profile has no followers")
    if not by_views:
        notes.append("engagement_rate_by_views: no post shows its views")
    likes, comments = [p.likes or 0 for p in counted], [p.comments or 0 for p in counted]
    return Engagement(
        sample_size=len(counted),
        engagement_rate=rate(fmean(totals), followers),
        engagement_rate_median=rate(median(totals), followers),
        views_sample_size=len(by_views),
        engagement_rate_by_views=round(fmean(by_views), 4) if by_views else None,
        engagement_rate_by_views_median=round(median(by_views), 4) if by_views else None,
        avg_likes=round(fmean(likes), 2),
        median_likes=median(likes),
        avg_comments=round(fmean(comments), 2),
        median_comments=median(comments),
        median_views=views,
        best_time_to_post=best,
        notes=tuple(notes),
    )


def rate(engagement: float, base: int) -> float | None:
    """`engagement` in percent of followers or views; None of nothing."""
    return round(100 * engagement / base, 4) if base else None


def typical_views(posts: Sequence[Post]) -> float | None:
    """The median views of the posts that show them."""
    views = [p.views for p in posts if p.views is not None]
    return median(views) if views else None


def outlier_score(post: Post, median_views: float | None) -> float | None:
    """The post's views ÷ the creator's median views: 1 is typical, 10 is ten times that."""
    return round(post.views / median_views, 4) if post.views is not None and median_views else None


def best_time_to_post(posts: Sequence[Post]) -> str | None:
    """ "18:00-20:00", in UTC; of equal windows the earlier one."""
    windows: defaultdict[int, list[int]] = defaultdict(list)
    for post in posts:
        if not post.is_pinned and post.engagement is not None:
            windows[post.taken_at.astimezone(UTC).hour // WINDOW_HOURS].append(post.engagement)
    medians = {w: median(totals) for w, totals in windows.items() if len(totals) >= MIN_POSTS_IN_WINDOW}
    if not medians:
        return None
    start = WINDOW_HOURS * min(medians, key=lambda w: (-medians[w], w))
    return f"{start:02d}:00-{start + WINDOW_HOURS:02d}:00"
