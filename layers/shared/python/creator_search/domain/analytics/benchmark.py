"""Comparison of a creator with others of the same audience size: with a published engagement rate, and with figures
measured on the stored creators.
"""

from dataclasses import dataclass

from creator_search.domain.analytics.measured import (
    CreatorFigures,
    Figure,
    MeasuredBenchmark,
    TierMeasurement,
    compare,
)

SOURCE = "HypeAuditor, State of Influencer Marketing, as published by Statista"
YEAR = 2023


@dataclass(frozen=True, slots=True)
class Tier:
    """Follower counts from `floor` to the next tier. `rate` is None if the source publishes no figure for this tier;
    then the figure for all tiers is used, and `scope` names it."""

    name: str
    floor: int
    rate: float | None


TIERS = (
    Tier("nano", 0, 2.19),  # the source's tier begins at 1,000 followers
    Tier("micro", 10_000, None),
    Tier("mid", 50_000, None),
    Tier("macro", 500_000, None),
    Tier("mega", 1_000_000, None),
)
ALL_TIERS_RATE = 1.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """`ratio` = the creator's rate ÷ the published rate; 1 is typical. `scope` states which creators the published rate
    covers. `measured` compares the creator with those stored here.
    """

    tier: str
    benchmark_rate: float
    scope: str
    source: str
    year: int
    engagement_rate: float | None
    ratio: float | None
    measured: MeasuredBenchmark
    notes: tuple[str, ...] = ()


def tier_of(followers: int) -> Tier:
    return next(tier for tier in reversed(TIERS) if followers >= tier.floor)


def benchmark(
    creator: CreatorFigures, measurement: TierMeasurement | None, *, compares_frequency: bool = True
) -> Benchmark:
    """Compare a creator with others; `measurement` is that of the creator's tier, None if it was not measured yet.
    Posting frequencies are comparable over the same period only."""
    tier, engagement_rate = tier_of(creator.followers), creator.values.get(Figure.ENGAGEMENT_RATE)
    usual = tier.rate if tier.rate is not None else ALL_TIERS_RATE
    notes = [] if tier.rate is not None else [f"benchmark_rate: no public figure for {tier.name} creators alone"]
    if engagement_rate is None:
        notes.append("ratio: the engagement rate is not known")
    return Benchmark(
        tier=tier.name,
        benchmark_rate=usual,
        scope=f"{tier.name} creators" if tier.rate is not None else "creators of all tiers",
        source=SOURCE,
        year=YEAR,
        engagement_rate=engagement_rate,
        ratio=round(engagement_rate / usual, 4) if engagement_rate is not None else None,
        measured=compare(creator, measurement, compares_frequency=compares_frequency),
        notes=tuple(notes),
    )
