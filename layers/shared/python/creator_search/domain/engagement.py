"""How an audience engages with posts: pure figures, each null with a reason where it cannot be computed.

Rates are percentages. A post counts only where its likes and comments are both known: hidden likes are left out, never
taken as zero.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from statistics import fmean, median

from creator_search.domain.profiles import Post

SAMPLE = 12
"""The last posts that the rates are taken over; pinned posts are not among "the last"."""
WINDOW_HOURS = 2
MIN_POSTS_IN_WINDOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Of the last 12 posts, pinned ones excluded, that show their counts.

    `rate_by_followers` = mean(likes + comments) ÷ followers × 100, the median beside it;
    `rate_by_views` = mean((likes + comments) ÷ views) × 100 over those that have views;
    `best_time_to_post` is the two-hour window (UTC) with the highest median engagement over all posts, of the windows
    with at least three.
    """

    sample_size: int = 0
    avg_likes: float | None = None
    avg_comments: float | None = None
    rate_by_followers: float | None = None
    median_rate_by_followers: float | None = None
    rate_by_views: float | None = None
    best_time_to_post: str | None = None
    notes: tuple[str, ...] = ()


def engagement_of(post: Post) -> int | None:
    """Likes + comments, None where either is unknown."""
    return None if post.likes is None or post.comments is None else post.likes + post.comments


def summarise(posts: Sequence[Post], followers: int) -> Engagement:
    """The order of `posts` does not matter."""
    newest = sorted((p for p in posts if not p.is_pinned), key=lambda p: (p.taken_at, p.shortcode), reverse=True)
    counted = [p for p in newest[:SAMPLE] if engagement_of(p) is not None]
    best = best_time_to_post(newest)
    notes = [] if best else [f"best_time_to_post: no two-hour window has {MIN_POSTS_IN_WINDOW} posts with counts"]
    if not counted:
        return Engagement(best_time_to_post=best, notes=("engagement: no post shows its counts", *notes))
    totals = [engagement_of(p) or 0 for p in counted]
    by_views = [100 * total / p.views for p, total in zip(counted, totals, strict=True) if p.views]
    if not followers:
        notes.insert(0, "engagement_rate: the profile has no followers")
    if not by_views:
        notes.append("engagement_rate_by_views: no post shows its views")
    return Engagement(
        sample_size=len(counted),
        avg_likes=round(fmean(p.likes or 0 for p in counted), 2),
        avg_comments=round(fmean(p.comments or 0 for p in counted), 2),
        rate_by_followers=round(100 * fmean(totals) / followers, 4) if followers else None,
        median_rate_by_followers=round(100 * median(totals) / followers, 4) if followers else None,
        rate_by_views=round(fmean(by_views), 4) if by_views else None,
        best_time_to_post=best,
        notes=tuple(notes),
    )


def best_time_to_post(posts: Sequence[Post]) -> str | None:
    """ "18:00-20:00", in UTC; of equal windows the earlier one."""
    windows: defaultdict[int, list[int]] = defaultdict(list)
    for post in posts:
        total = engagement_of(post)
        if total is not None:
            windows[post.taken_at.astimezone(UTC).hour // WINDOW_HOURS].append(total)
    medians = {w: median(totals) for w, totals in windows.items() if len(totals) >= MIN_POSTS_IN_WINDOW}
    if not medians:
        return None
    start = WINDOW_HOURS * min(medians, key=lambda w: (-medians[w], w))
    return f"{start:02d}:00-{start + WINDOW_HOURS:02d}:00"
