"""BenchmarkStore: the figures of the stored creators, and one measurement per tier."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.measured import CreatorFigures, Figure, TierMeasurement
from creator_search.domain.analytics.niches import CreatorViews, Niche, NicheMeasurement
from creator_search.domain.profile_types import ProfileType
from creator_search.services.ports import BenchmarkStore, ProfileStore

from tests.fakes import stored_profile
from tests.fakes.values import erased
from tests.ports.conftest import Ports


@pytest.fixture
def profiles(ports: Ports) -> ProfileStore:
    return ports.container.profile_store


@pytest.fixture
def benchmarks(ports: Ports) -> BenchmarkStore:
    return ports.container.benchmark_store


def figures(followers: int, **values: float) -> CreatorFigures:
    return CreatorFigures(followers, {Figure(name): value for name, value in values.items()})


def listed(benchmarks: BenchmarkStore) -> list[CreatorFigures]:
    return sorted(benchmarks.list_figures(), key=lambda found: found.followers)


def test_each_primary_profile_has_its_figures_listed_once(profiles: ProfileStore, benchmarks: BenchmarkStore) -> None:
    stored = [figures(n, engagement_rate=n / 8, plays_per_follower=0.5) for n in range(40)]
    for number, made in enumerate(stored):
        profiles.save_profile(stored_profile(f"creator{number}", figures=made), fence=1, over=None)
    assert listed(benchmarks) == stored
    assert profiles.load_profile("creator7") == stored_profile("creator7", figures=stored[7])


def test_a_rebuilt_profile_has_its_new_figures_listed(profiles: ProfileStore, benchmarks: BenchmarkStore) -> None:
    profiles.save_profile(stored_profile(figures=figures(10, posts_per_week=1.5)), fence=1, over=None)
    profiles.save_profile(stored_profile(figures=figures(20)), fence=2, over=None)
    assert listed(benchmarks) == [figures(20)]


@pytest.mark.parametrize("changes", [{"is_private": True}, {"profile_type": ProfileType.SECONDARY}, {"figures": None}])
def test_private_secondary_and_earlier_profiles_are_not_listed(
    profiles: ProfileStore, benchmarks: BenchmarkStore, changes: dict[str, Any]
) -> None:
    made = stored_profile(**{"figures": figures(10, engagement_rate=1), **changes})
    profiles.save_profile(made, fence=1, over=None)
    assert listed(benchmarks) == []
    assert profiles.load_profile("ada") == made


def test_a_deleted_profile_is_not_listed(profiles: ProfileStore, benchmarks: BenchmarkStore) -> None:
    profiles.save_profile(stored_profile(figures=figures(10)), fence=1, over=None)
    erased(profiles, "ada")
    assert listed(benchmarks) == []


def test_a_measurement_is_replaced_as_a_whole(benchmarks: BenchmarkStore) -> None:
    known = {Figure.ENGAGEMENT_RATE: Distribution.of(n / 7 for n in range(31))}
    few = {Figure.VIEWS_PER_FOLLOWER: Distribution(sample_size=2)}
    first, later = date(2026, 1, 30), date(2026, 1, 31)
    assert benchmarks.load_measurement("nano") is None
    benchmarks.save_measurement(TierMeasurement("nano", first, known))
    benchmarks.save_measurement(TierMeasurement("micro", first, known))
    benchmarks.save_measurement(TierMeasurement("nano", later, few))
    assert benchmarks.load_measurement("nano") == TierMeasurement("nano", later, few)
    assert benchmarks.load_measurement("micro") == TierMeasurement("micro", first, known)


NICHE = Niche(category="travel", language="en", tier="nano")


def test_figures_are_listed_with_the_niche_and_the_usual_views(
    profiles: ProfileStore, benchmarks: BenchmarkStore
) -> None:
    made = replace(figures(10), niche=NICHE, views=CreatorViews({"reel_plays_24h": 12.5, "video_views_6h": 3.0}))
    profiles.save_profile(stored_profile(figures=made), fence=1, over=None)
    assert listed(benchmarks) == [made]


def test_the_measurement_of_a_niche_is_replaced_and_expires_after_30_days(
    ports: Ports, benchmarks: BenchmarkStore
) -> None:
    day = ports.clock().date()
    known = {"reel_plays_24h": Distribution.of(n / 7 for n in range(31))}
    for distributions in ({"reel_plays_6h": Distribution(sample_size=2)}, known):
        benchmarks.save_niche(NicheMeasurement(niche=NICHE, measured_on=day, distributions=distributions))
    assert benchmarks.load_niche(NICHE) == NicheMeasurement(niche=NICHE, measured_on=day, distributions=known)
    assert benchmarks.load_niche(replace(NICHE, tier="micro")) is None
    ports.clock.advance(days=29)
    assert benchmarks.load_niche(NICHE) is not None
    ports.clock.advance(days=1)
    assert benchmarks.load_niche(NICHE) is None
