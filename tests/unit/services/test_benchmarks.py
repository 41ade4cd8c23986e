"""The daily measurement of the benchmarks."""

import json
from datetime import timedelta

import pytest
from creator_search.domain.analytics.measured import CreatorFigures, Figure
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import StoreUnavailable

from tests.fakes import START, World, stored_profile


def store(world: World, count: int) -> None:
    for number in range(count):
        figures = CreatorFigures(500, {Figure.ENGAGEMENT_RATE: float(number)})
        world.profiles.save_profile(stored_profile(f"creator{number}", figures=figures), fence=1, over=None)


def test_a_run_measures_every_tier_and_counts_what_it_read() -> None:
    world = World()
    store(world, 30)
    assert world.container.benchmark_measurer.measure() == {"figures": 30, "distributions": 1, "niches": 0}
    assert set(world.benchmarks.measurements) == {"nano", "micro", "mid", "macro", "mega"}
    assert {m.measured_on for m in world.benchmarks.measurements.values()} == {START.date()}


def test_a_later_run_replaces_the_measurement() -> None:
    world = World()
    store(world, 30)
    world.container.benchmark_measurer.measure()
    world.clock.advance(hours=24)
    store(world, 31)
    world.container.benchmark_measurer.measure()
    found = world.benchmarks.measurements["nano"]
    assert (found.measured_on - START.date()).days == 1
    assert found.distributions[Figure.ENGAGEMENT_RATE].sample_size == 31


def test_a_run_that_fails_while_it_reads_keeps_the_earlier_measurement() -> None:
    world = World()
    store(world, 30)
    world.container.benchmark_measurer.measure()
    before = dict(world.benchmarks.measurements)
    world.clock.advance(hours=24)
    world.profiles.down = True
    with pytest.raises(StoreUnavailable):
        world.container.benchmark_measurer.measure()
    assert world.benchmarks.measurements == before


def test_a_creator_that_a_read_fetches_is_compared_with_the_measurement() -> None:
    world = World()
    store(world, 30)
    world.container.benchmark_measurer.measure()
    deadline = world.clock() + timedelta(seconds=20)
    found = world.container.creators.read_document("ada", DocumentName.ANALYTICS, deadline)
    measured = json.loads(found.document.body)["benchmark"]["measured"]
    assert (measured["measured_on"], measured["engagement_rate"]["p50"]) == (START.date().isoformat(), 14.5)
