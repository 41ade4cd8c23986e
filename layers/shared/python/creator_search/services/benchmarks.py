"""Measures the benchmarks of every follower tier on the stored creators."""

from collections.abc import Mapping
from datetime import UTC, date

from creator_search.domain.analytics.benchmark import TIERS, tier_of
from creator_search.domain.analytics.measured import measure_tiers
from creator_search.domain.analytics.niches import measure_niches
from creator_search.domain.clock import Clock
from creator_search.services.ports import BenchmarkStore


class BenchmarkMeasurer:
    def __init__(self, benchmarks: BenchmarkStore, clock: Clock) -> None:
        self._benchmarks = benchmarks
        self._clock = clock

    def measure(self) -> Mapping[str, int]:
        """Measure and store the benchmarks of the tiers and of the niches. Return the number of figures that were read,
        and of distributions and niches that have percentiles. Raises StoreUnavailable; if reading fails, the earlier
        measurements remain.
        """
        day = self._clock().astimezone(UTC).date()
        measurements = measure_tiers(
            self._benchmarks.list_figures(),
            (tier.name for tier in TIERS),
            lambda followers: tier_of(followers).name,
            day,
        )
        for measurement in measurements:
            self._benchmarks.save_measurement(measurement)
        distributions = [found for measurement in measurements for found in measurement.distributions.values()]
        return {
            "figures": sum(found.sample_size for found in distributions),
            "distributions": sum(bool(found.percentiles) for found in distributions),
            "niches": self._measure_niches(day),
        }

    def _measure_niches(self, day: date) -> int:
        """The figures are read again, so that those of all creators are never in memory."""
        creators = ((found.niche, found.views) for found in self._benchmarks.list_figures() if found.niche)
        measured = [
            niche
            for niche in measure_niches(creators, day)
            if any(found.percentiles for found in niche.distributions.values())
        ]
        for niche in measured:
            self._benchmarks.save_niche(niche)
        return len(measured)
