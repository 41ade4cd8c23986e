"""The duration of reels, and the engagement of short and long ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from creator_search.domain.analytics.network import median_engagement
from creator_search.domain.posts import MediaType, Post

BOUNDS = (0, 15, 30, 60, 90)
"""Seconds at which the ranges start. 15, 30, 60 and 90 were the longest reels that Instagram allowed at different
times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationRange:
    """Reels of at least `min_seconds` and less than `max_seconds`, which is null for the last range."""

    min_seconds: int
    max_seconds: int | None
    reels: int
    median_engagement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelDurations:
    """Of the reels of the period whose duration is known; `sample_size` is their number. Only ranges with reels are
    listed.
    """

    sample_size: int = 0
    median_seconds: float | None = None
    ranges: tuple[DurationRange, ...] = ()
    notes: tuple[str, ...] = ()


def reel_durations(posts: Sequence[Post]) -> ReelDurations:
    timed = [(p.duration_seconds, p) for p in posts if p.media_type is MediaType.REEL and p.duration_seconds]
    if not timed:
        return ReelDurations(notes=("median_seconds: the duration of no reel in this period is known",))
    groups: defaultdict[int, list[Post]] = defaultdict(list)
    for seconds, post in timed:
        groups[max(bound for bound in BOUNDS if bound <= seconds)].append(post)
    ends = dict(pairwise(BOUNDS))
    return ReelDurations(
        sample_size=len(timed),
        median_seconds=round(median(seconds for seconds, _ in timed), 3),
        ranges=tuple(
            DurationRange(
                min_seconds=start,
                max_seconds=ends.get(start),
                reels=len(found),
                median_engagement=median_engagement(found),
            )
            for start, found in sorted(groups.items())
        ),
    )
