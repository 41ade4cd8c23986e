"""Unusual changes of the number of followers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median

from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.signals import DayCount, FollowerEvidence, Signal, Spike, UsualRange, unknown

NAME = "follower_spikes"
MIN_CHANGES = 28
MAX_GAP = timedelta(days=7)
"""A longer change without a snapshot cannot be told from slow growth."""
LONGEST_SPIKE = timedelta(days=3)
HISTORY = timedelta(days=90)
CONSISTENCY = 0.6745
"""MAD ÷ standard deviation of a normal distribution."""
SMALLEST_SCALE = 0.0008
"""Of the median number of followers, a day. Together with LIMIT, no change of one day below 2.2 % of the followers is
unusual.
"""
LIMIT = 28.0
"""A robust z. It and SMALLEST_SCALE were chosen on generated creators (seeds 0 to 9 of the benchmark, 5,000 clean
creator-years) among the limits 20 to 35 and the scales 0.0004 to 0.001, for few flags of clean creators and to show 9
of 10 rises of 5 to 10 % of the followers within three days: 0.18 flags per 100 creator-years, and 91 % of these rises.
The limit 30 with the scale 0.0004 gives 0.32 flags, and 89 %. Of rises of 1 to 3 %, it shows more: 26 % instead of 7 %.
"""
MAX_SPIKES = 10
_KEPT_FROM, _KEPT_WITHIN = timedelta(days=7), timedelta(days=30)
RANGE = UsualRange(
    low=-LIMIT,
    high=LIMIT,
    basis=f"a robust z of {LIMIT:g}, chosen on generated creators with heavy-tailed daily changes so that fewer than 1 "
    "of 100 creator-years has a larger one; not measured on stored creators",
)


def follower_spikes(snapshots: Sequence[Snapshot], today: date, circumstances: Circumstances) -> Signal:
    """The strongest change of the followers within at most three days, as a robust z, with its sign.

    Between consecutive snapshots `days` ≤ 7 apart: m = median of change ÷ days, MAD = median of
    |change − days × m| ÷ √days. Scale s = MAD ÷ 0.6745, at least 0.08 % of the median number of followers and at least
    1, so that a MAD of 0 is no division by 0 and small changes of very regular accounts are not unusual. Then for each
    two snapshots at most 3 days apart, and consecutive ones at most 7 days apart, z = (change − days × m) ÷ (s ×
    √days). For daily snapshots and changes of one day this is the modified z-score of Iglewicz and Hoaglin 1993, "How
    to Detect and Handle Outliers": 0.6745 × (x − median) ÷ MAD. The √days assumes that the changes of days are
    independent. The value is the z of the largest magnitude; of equal ones the earliest, then the shortest.

    Uses the snapshots of the last 90 days; null below 28 changes. Weekly seasonality is not removed: it makes MAD
    larger, so that a spike has to be larger. Iglewicz and Hoaglin's limit of 3.5 is for normally distributed values;
    daily changes have heavy tails, so the limit is higher (UsualRange.basis).
    """
    known = sorted((s for s in snapshots if today - HISTORY <= s.day <= today), key=lambda s: s.day)
    changes = [(a, b, (b.day - a.day).days) for a, b in pairwise(known) if b.day - a.day <= MAX_GAP]
    if len(changes) < MIN_CHANGES:
        return unknown(NAME, len(changes), f"{NAME}: {len(changes)} daily changes are known, {MIN_CHANGES} are needed")
    middle = median((b.followers - a.followers) / days for a, b, days in changes)
    mad = median(abs(b.followers - a.followers - days * middle) / sqrt(days) for a, b, days in changes)
    scale = max(mad / CONSISTENCY, SMALLEST_SCALE * median(s.followers for s in known), 1)
    spans = [
        _spike(a, b, middle, scale)
        for number, a in enumerate(known)
        for b in known[number + 1 :]
        if b.day - a.day <= LONGEST_SPIKE or (b is known[number + 1] and b.day - a.day <= MAX_GAP)
    ]
    strongest = sorted(spans, key=lambda s: (-abs(s.robust_z), s.since, s.until))
    spikes = [_with_rest(spike, known, middle) for spike in _apart(strongest)]
    return Signal(
        name=NAME,
        value=strongest[0].robust_z,
        usual_range=RANGE,
        sample_size=len(changes),
        evidence=FollowerEvidence(
            snapshots=tuple(DayCount(day=s.day, followers=s.followers) for s in known),
            median_change=round(middle, 4),
            mad=round(mad, 4),
            scale=round(scale, 4),
            spikes=tuple(spikes),
        ),
        benign_explanations=circumstances.of_rises(spikes),
        notes=(f"{NAME}: advertising, press and mentions by other accounts also cause spikes, and are not seen here",),
    )


def _spike(a: Snapshot, b: Snapshot, middle: float, scale: float) -> Spike:
    days, change = (b.day - a.day).days, b.followers - a.followers
    excess = change - days * middle
    return Spike(
        since=a.day,
        until=b.day,
        days=days,
        change=change,
        excess=round(excess, 4),
        share_of_followers=round(excess / a.followers, 6) if a.followers else None,
        robust_z=round(excess / (scale * sqrt(days)), 4),
    )


def _apart(strongest: Sequence[Spike]) -> list[Spike]:
    """The spikes outside of the usual range, without those that overlap a stronger one."""
    found: list[Spike] = []
    for spike in strongest:
        if RANGE.contains(spike.robust_z) or len(found) == MAX_SPIKES:
            return found
        if all(spike.until <= other.since or other.until <= spike.since for other in found):
            found.append(spike)
    return found


def _with_rest(spike: Spike, known: Sequence[Snapshot], middle: float) -> Spike:
    later = [s for s in known if _KEPT_FROM <= s.day - spike.until <= _KEPT_WITHIN]
    if not later:
        return spike
    last, before = later[-1], next(s for s in known if s.day == spike.since)
    rest = last.followers - before.followers - (last.day - before.day).days * middle
    return replace(spike, kept_share=round(rest / spike.excess, 4), kept_days=(last.day - spike.until).days)
