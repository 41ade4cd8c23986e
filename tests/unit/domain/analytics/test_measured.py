"""Benchmarks measured on the stored creators."""

from datetime import date

import pytest
from creator_search.domain.analytics.benchmark import TIERS, benchmark, tier_of
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.measured import CreatorFigures, Figure, TierMeasurement, measure_tiers
from creator_search.domain.posts import ViewsKind

DAY = date(2026, 1, 31)
MICRO = 20_000
"""The followers of a micro creator."""


def creators(count: int, figure: Figure = Figure.ENGAGEMENT_RATE, followers: int = MICRO) -> list[CreatorFigures]:
    """Return creators whose figure is 0, 1, 2, …"""
    return [CreatorFigures(followers, {figure: float(n)}) for n in range(count)]


def measured(*groups: list[CreatorFigures]) -> dict[str, TierMeasurement]:
    everyone = (creator for group in groups for creator in group)
    names = [tier.name for tier in TIERS]
    return {m.tier: m for m in measure_tiers(everyone, names, lambda followers: tier_of(followers).name, DAY)}


def test_each_tier_is_measured_on_its_own_creators() -> None:
    found = measured(creators(41), creators(31, followers=9_999), creators(29, followers=50_000))
    sizes = {tier: m.distributions[Figure.ENGAGEMENT_RATE].sample_size for tier, m in found.items()}
    assert sizes == {"nano": 31, "micro": 41, "mid": 29, "macro": 0, "mega": 0}
    assert found["micro"].distributions[Figure.ENGAGEMENT_RATE].percentile(50) == 20
    assert found["nano"].distributions[Figure.ENGAGEMENT_RATE].percentile(50) == 15
    assert found["mid"].distributions[Figure.ENGAGEMENT_RATE].percentiles == ()


def test_the_benchmark_shows_the_creators_percentile() -> None:
    found = benchmark(CreatorFigures(MICRO, {Figure.ENGAGEMENT_RATE: 30.0}), measured(creators(41))["micro"]).measured
    rate = found.engagement_rate
    assert (found.measured_on, rate.sample_size, rate.value, rate.percentile) == (DAY, 41, 30, 75)
    assert (rate.p10, rate.p25, rate.p50, rate.p75, rate.p90) == (4, 10, 20, 30, 36)


@pytest.mark.parametrize(("count", "is_known"), [(29, False), (30, True)])
def test_a_figure_of_fewer_than_thirty_creators_is_null_with_the_reason(count: int, is_known: bool) -> None:
    creator = CreatorFigures(MICRO, {Figure.POSTS_PER_WEEK: 7.0})
    found = benchmark(creator, measured(creators(count, Figure.POSTS_PER_WEEK))["micro"]).measured
    frequency = found.posting_frequency
    assert frequency.sample_size == count and frequency.value == 7
    assert [figure is not None for figure in (frequency.percentile, frequency.p10, frequency.p90)] == [is_known] * 3
    reason = "posting_frequency: 29 creators of the tier have this figure, 30 are needed"
    assert (reason in found.notes) is not is_known


def test_plays_are_compared_with_plays_and_views_with_views() -> None:
    plays = creators(31, Figure.PLAYS_PER_FOLLOWER)
    tier = measured(plays, creators(61, Figure.VIEWS_PER_FOLLOWER))["micro"]
    by_plays = benchmark(CreatorFigures(MICRO, {Figure.PLAYS_PER_FOLLOWER: 15.0}), tier).measured.views_per_follower
    by_views = benchmark(CreatorFigures(MICRO, {Figure.VIEWS_PER_FOLLOWER: 15.0}), tier).measured.views_per_follower
    assert (by_plays.views_kind, by_plays.sample_size, by_plays.percentile) == (ViewsKind.PLAYS, 31, 50)
    assert (by_views.views_kind, by_views.sample_size, by_views.percentile) == (ViewsKind.VIEWS, 61, 25)


def test_an_unknown_figure_has_no_percentile_but_the_percentiles_of_the_tier() -> None:
    found = benchmark(CreatorFigures(MICRO, {}), measured(creators(31))["micro"]).measured
    assert found.engagement_rate.value is found.engagement_rate.percentile is None
    assert found.engagement_rate.p50 == 15
    assert (found.views_per_follower.views_kind, found.views_per_follower.p50) == (None, None)
    assert {f"{name}: the creator's own figure is not known" for name in FIGURES} <= set(found.notes)


FIGURES = ("engagement_rate", "posting_frequency", "views_per_follower")


def test_before_the_first_measurement_every_percentile_is_null_with_the_reason() -> None:
    found = benchmark(CreatorFigures(MICRO, {Figure.ENGAGEMENT_RATE: 1.0}), None).measured
    rate = found.engagement_rate
    assert (found.measured_on, rate.percentile, rate.p50) == (None, None, None)
    assert rate.value == 1
    assert found.notes[0] == "measured_on: the stored creators have not been measured yet"


@pytest.mark.parametrize(
    ("engagement", "followers", "values"),
    [
        (Engagement(median_views=500, views_kind=ViewsKind.PLAYS), 2000, {"plays_per_follower": 0.25}),
        (Engagement(median_views=500, views_kind=ViewsKind.VIEWS), 2000, {"views_per_follower": 0.25}),
        (Engagement(median_views=500, views_kind=None), 2000, {}),
        (Engagement(median_views=500, views_kind=ViewsKind.PLAYS), 0, {}),
        (Engagement(engagement_rate=2.5), 2000, {"engagement_rate": 2.5}),
    ],
)
def test_the_figures_of_a_creator_are_those_that_are_known(
    engagement: Engagement, followers: int, values: dict[str, float]
) -> None:
    assert CreatorFigures.of(followers, engagement, None).values == values
