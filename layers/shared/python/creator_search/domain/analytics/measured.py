"""Benchmarks measured on the stored creators, per follower tier."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from creator_search.domain.analytics.distribution import MIN_SAMPLE, Distribution
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.niches import NO_VIEWS, CreatorViews, Niche
from creator_search.domain.posts import ViewsKind


class Figure(StrEnum):
    """A figure by which creators are compared. Plays and views are two figures, because they are not comparable."""

    ENGAGEMENT_RATE = "engagement_rate"
    POSTS_PER_WEEK = "posts_per_week"
    PLAYS_PER_FOLLOWER = "plays_per_follower"
    VIEWS_PER_FOLLOWER = "views_per_follower"
    LIKES_PER_COMMENT = "likes_per_comment"


_PER_FOLLOWER = {ViewsKind.PLAYS: Figure.PLAYS_PER_FOLLOWER, ViewsKind.VIEWS: Figure.VIEWS_PER_FOLLOWER}


@dataclass(frozen=True, slots=True)
class CreatorFigures:
    """The known figures of a creator.

    The engagement rate is a percentage of the followers; posts per week are those of the default period; plays or views
    per follower = the median of the kind that most posts have ÷ followers; likes per comment are those of the last
    twelve posts. `views` are the usual views at the ages at which the creators of the `niche` are compared.
    """

    followers: int
    values: Mapping[Figure, float]
    niche: Niche | None = None
    views: CreatorViews = NO_VIEWS

    @classmethod
    def of(
        cls,
        followers: int,
        engagement: Engagement,
        posts_per_week: float | None,
        likes_per_comment: float | None = None,
    ) -> Self:
        views, kind = engagement.median_views, engagement.views_kind
        values = {
            Figure.ENGAGEMENT_RATE: engagement.engagement_rate,
            Figure.POSTS_PER_WEEK: posts_per_week,
            Figure.LIKES_PER_COMMENT: likes_per_comment,
        }
        if views is not None and kind and followers:
            values[_PER_FOLLOWER[kind]] = round(views / followers, 6)
        return cls(followers, {figure: value for figure, value in values.items() if value is not None})


@dataclass(frozen=True, slots=True)
class TierMeasurement:
    """The distributions of the figures of one tier on one day (UTC)."""

    tier: str
    measured_on: date
    distributions: Mapping[Figure, Distribution]


def measure_tiers(
    creators: Iterable[CreatorFigures], tiers: Iterable[str], tier_of: Callable[[int], str], day: date
) -> tuple[TierMeasurement, ...]:
    """Measure every tier; `tier_of` returns the tier of a number of followers. Takes 8 bytes of memory per figure."""
    samples = {tier: {figure: array("d") for figure in Figure} for tier in tiers}
    for creator in creators:
        tier = samples[tier_of(creator.followers)]
        for figure, value in creator.values.items():
            tier[figure].append(value)
    return tuple(
        TierMeasurement(name, day, {figure: Distribution.of(values) for figure, values in tier.items()})
        for name, tier in samples.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFigure:
    """`value` is the creator's own figure and `percentile` its percentile rank in the tier, 0–100. `p10` to `p90` are
    percentiles of the `sample_size` creators of the tier whose figure is known; null for fewer than 30 creators.
    """

    value: float | None
    percentile: float | None
    sample_size: int
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredViews(MeasuredFigure):
    """`views_kind` is the kind of the creator's views; only creators with views of the same kind are in the sample."""

    views_kind: ViewsKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBenchmark:
    """Percentiles of the public primary profiles stored here that are in the creator's tier, measured on the date
    `measured_on` (UTC), null before the first measurement.

    `engagement_rate` is a percentage of the followers, `posting_frequency` is posts per week over the part of the last
    90 days of which every post is stored, at least 7 days, and `views_per_follower` = median views ÷ followers.
    Percentiles are interpolated linearly between the creators (type 7 of Hyndman and Fan).
    """

    measured_on: date | None
    engagement_rate: MeasuredFigure
    posting_frequency: MeasuredFigure
    views_per_follower: MeasuredViews
    notes: tuple[str, ...] = ()


def compare(
    creator: CreatorFigures, measurement: TierMeasurement | None, *, compares_frequency: bool = True
) -> MeasuredBenchmark:
    """Compare a creator with the measurement of the creator's tier; None if the tier has not been measured yet."""
    measured = measurement.distributions if measurement else {}
    notes = [] if measurement else ["measured_on: the stored creators have not been measured yet"]

    def figure(name: str, key: Figure | None) -> dict[str, Any]:
        value = creator.values.get(key) if key else None
        found = measured.get(key, Distribution()) if key else Distribution()
        if key is Figure.POSTS_PER_WEEK and not compares_frequency:
            notes.append(f"{name}: compared over 90 days only")
        elif value is None:
            notes.append(f"{name}: the creator's own figure is not known")
        if measurement and key and not found.percentiles:
            notes.append(f"{name}: {found.sample_size} creators of the tier have this figure, {MIN_SAMPLE} are needed")
        return {
            "value": value,
            "percentile": found.rank(value) if value is not None else None,
            "sample_size": found.sample_size,
            **{f"p{number}": found.percentile(number) for number in (10, 25, 50, 75, 90)},
        }

    kind = next((kind for kind, key in _PER_FOLLOWER.items() if key in creator.values), None)
    return MeasuredBenchmark(
        measured_on=measurement.measured_on if measurement else None,
        engagement_rate=MeasuredFigure(**figure("engagement_rate", Figure.ENGAGEMENT_RATE)),
        posting_frequency=MeasuredFigure(**figure("posting_frequency", Figure.POSTS_PER_WEEK)),
        views_per_follower=MeasuredViews(
            **figure("views_per_follower", _PER_FOLLOWER[kind] if kind else None), views_kind=kind
        ),
        notes=tuple(notes),
    )
