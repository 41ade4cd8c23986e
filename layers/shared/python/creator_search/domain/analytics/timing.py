"""Posting frequency, weekly trend and best times to post."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import exp
from statistics import fmean, median

from creator_search.domain.analytics.engagement import MIN_POSTS_IN_WINDOW, complete_posts, rate
from creator_search.domain.analytics.posting_effects import WINDOW_HOURS, Response, effects, responses
from creator_search.domain.analytics.posting_times import MIN_POSTS, PostingAdvice, without_advice
from creator_search.domain.posts import Post

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIN_DAYS_FOR_FREQUENCY = 7
MAX_CELLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`engagement_rate` is the mean engagement ÷ current followers × 100; null for a week without posts with visible
    counts. `is_complete` states that every post of the whole week is known to be stored.
    """

    week_start: date
    posts: int
    avg_engagement: float | None
    engagement_rate: float | None
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Weeks from Monday (UTC), oldest first: from the first week with a post in the period to the current one."""

    weeks: tuple[Week, ...] = ()
    notes: tuple[str, ...] = ()


def trend(posts: Sequence[Post], followers: int, complete_since: datetime | None, now: datetime) -> Trend:
    """Group the posts of a period by week. They include every post since `complete_since`, None if that is unknown."""
    by_week: defaultdict[date, list[Post]] = defaultdict(list)
    for post in posts:
        by_week[_monday(post.taken_at)].append(post)
    if not by_week:
        return Trend(notes=("trend: no post in this period",))
    weeks, start, last = [], min(by_week), max(_monday(now), *by_week)
    while start <= last:
        totals = [p.engagement for p in by_week[start] if p.engagement is not None]
        mean = fmean(totals) if totals else None
        weeks.append(
            Week(
                week_start=start,
                posts=len(by_week[start]),
                avg_engagement=round(mean, 2) if mean is not None else None,
                engagement_rate=rate(mean, followers) if mean is not None else None,
                is_complete=complete_since is not None
                and complete_since <= _midnight(start)
                and _midnight(start + timedelta(days=7)) <= now,
            )
        )
        start += timedelta(days=7)
    return Trend(
        weeks=tuple(weeks), notes=("engagement_rate: relative to the current followers, not those of the week",)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _monday(at: datetime) -> date:
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFrequency:
    """`posts_per_week` = posts ÷ covered_days × 7. `covered_days` is the length of the period, or of the part of it of
    which every post is stored; the figures are of this time, except `last_post_at`, which is the newest stored post."""

    posts: int | None
    covered_days: float
    posts_per_week: float | None
    median_hours_between_posts: float | None
    last_post_at: datetime | None
    notes: tuple[str, ...] = ()


def posting_frequency(
    posts: Sequence[Post], *, days: int, complete_since: datetime | None, now: datetime
) -> PostingFrequency:
    """Compute the frequency over the last `days` days, or the part of them since `complete_since`. `posts` are those of
    the last `days` days; if `complete_since` is None, it is not known of which time every post is stored.
    """
    times = sorted(p.taken_at for p in complete_posts(posts, complete_since))
    since = now if complete_since is None else max(now - timedelta(days=days), min(now, complete_since))
    covered = (now - since).total_seconds() / 86400
    gaps = [(later - earlier).total_seconds() / 3600 for earlier, later in pairwise(times)]
    notes = [] if covered >= days else ["covered_days: not every post of the period is stored"]
    if covered < MIN_DAYS_FOR_FREQUENCY:
        notes.append(f"posts_per_week: needs {MIN_DAYS_FOR_FREQUENCY} days of posts")
    if not gaps:
        notes.append("median_hours_between_posts: needs two posts in this period")
    return PostingFrequency(
        posts=len(times) if covered else None,
        covered_days=round(covered, 2),
        posts_per_week=round(7 * len(times) / covered, 2) if covered >= MIN_DAYS_FOR_FREQUENCY else None,
        median_hours_between_posts=round(median(gaps), 2) if gaps else None,
        last_post_at=max((p.taken_at for p in posts), default=None),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSlot:
    """One hour of one weekday, UTC. `relative_engagement` is the engagement expected there ÷ the mean of the media type
    (of logarithms): 1 is usual. It is the product of the effects of the two-hour window and of the weekday, which are
    shrunk towards 1 (domain/analytics/posting_effects.py); null for fewer than 20 posts with counts."""

    weekday: str
    hour: int
    median_engagement: float
    relative_engagement: float | None
    sample_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BestTimes:
    """Slots (weekday × hour) with at least `min_sample_size` posts that are not pinned, by relative engagement, then
    by sample size.

    `advice` is given only if it is better than chance in a back-test on the creator's posts; `best_time_to_post` is its
    window."""

    slots: tuple[TimeSlot, ...] = ()
    best_time_to_post: str | None = None
    advice: PostingAdvice | None = None
    min_sample_size: int = MIN_POSTS_IN_WINDOW
    timezone: str = "UTC"
    notes: tuple[str, ...] = ()


def best_times(posts: Sequence[Post], advice: PostingAdvice | None) -> BestTimes:
    """Return the slots of the posts of a period; `advice` may be of more posts than these."""
    found = responses(posts)
    enough = len(found) >= MIN_POSTS
    by_window, by_weekday = effects(found, lambda r: r.window), effects(found, lambda r: r.weekday)
    cells: defaultdict[tuple[int, int], list[Response]] = defaultdict(list)
    for response in found:
        cells[response.weekday, response.hour].append(response)

    def relative(day: int, hour: int) -> float | None:
        return round(exp(by_window[hour // WINDOW_HOURS].mean + by_weekday[day].mean), 4) if enough else None

    slots = [
        TimeSlot(
            weekday=WEEKDAYS[day],
            hour=hour,
            median_engagement=median(r.post.engagement or 0 for r in some),
            relative_engagement=round(exp(by_window[some[0].window].mean + by_weekday[day].mean), 4)
            if enough
            else None,
            sample_size=len(some),
        )
        for (day, hour), some in sorted(cells.items())
        if len(some) >= MIN_POSTS_IN_WINDOW
    ]
    slots.sort(key=lambda slot: (-(slot.relative_engagement or 1), -slot.sample_size))
    notes = [] if advice else [without_advice(posts)]
    if slots and not enough:
        notes.append(f"relative_engagement: needs {MIN_POSTS} posts with counts")
    elif slots:
        notes.append("relative_engagement: shrunk towards the media type's mean; that of the tier is not measured")
    else:
        notes.append(f"slots: no hour of a weekday has {MIN_POSTS_IN_WINDOW} posts with counts")
    return BestTimes(
        slots=tuple(slots[:MAX_CELLS]),
        best_time_to_post=advice.window if advice else None,
        advice=advice,
        notes=tuple(notes),
    )
