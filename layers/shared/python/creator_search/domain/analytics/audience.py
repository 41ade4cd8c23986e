"""Estimates of a creator's audience from public signals, always labelled as estimated."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from statistics import median

from creator_search.domain.analytics.engagement import MIN_POSTS_IN_WINDOW
from creator_search.domain.posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveHour:
    """`relative_engagement` = median engagement of posts in this UTC hour ÷ median of all posts; 1 is typical."""

    hour: int
    relative_engagement: float
    sample_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    languages: tuple[Share, ...] | None
    interests: tuple[Share, ...] | None
    active_hours: tuple[ActiveHour, ...] | None
    age: None = None
    gender: None = None
    estimated: bool = True
    method: str = (
        "languages and interests: from the analyzed captions; active_hours: when posts are engaged with most, "
        "by the hour they were posted, from 3 posts an hour"
    )
    notes: tuple[str, ...] = ()


def audience(posts: Sequence[Post]) -> Audience:
    languages = shares([p.analysis.language_code for p in posts if p.analysis and p.analysis.language_code])
    interests = shares([p.analysis.content_category for p in posts if p.analysis and p.analysis.content_category])
    hours = active_hours(posts)
    notes = ["age, gender: not available from any provider"]
    if languages is None or interests is None:
        notes.append("languages, interests: no caption has been analyzed yet")
    if hours is None:
        notes.append(f"active_hours: no hour has {MIN_POSTS_IN_WINDOW} posts with counts")
    return Audience(languages=languages, interests=interests, active_hours=hours, notes=tuple(notes))


def active_hours(posts: Sequence[Post]) -> tuple[ActiveHour, ...] | None:
    by_hour: defaultdict[int, list[int]] = defaultdict(list)
    for post in posts:
        if post.engagement is not None:
            by_hour[post.taken_at.astimezone(UTC).hour].append(post.engagement)
    usual = median([t for totals in by_hour.values() for t in totals]) if by_hour else 0
    enough = {hour: totals for hour, totals in by_hour.items() if len(totals) >= MIN_POSTS_IN_WINDOW}
    if not usual or not enough:
        return None
    return tuple(
        ActiveHour(hour=hour, relative_engagement=round(median(totals) / usual, 4), sample_size=len(totals))
        for hour, totals in sorted(enough.items())
    )


def shares(names: Sequence[str]) -> tuple[Share, ...] | None:
    """The share of each name, the largest first; None without names."""
    if not names:
        return None
    ordered = sorted(Counter(names).items(), key=lambda found: (-found[1], found[0]))
    return tuple(Share(name=name, share=round(count / len(names), 4)) for name, count in ordered)
