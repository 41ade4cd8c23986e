"""Measures the benchmarks of every follower tier on the stored creators."""

from collections.abc import Mapping
from datetime import UTC

from creator_search.domain.analytics.benchmark import TIERS, tier_of
from creator_search.domain.analytics.measured import measure_tiers
from creator_search.domain.clock import Clock
from creator_search.services.ports import BenchmarkStore


class BenchmarkMeasurer:
    def __init__(self, benchmarks: BenchmarkStore, clock: Clock) -> None:
        self._benchmarks = benchmarks
        self._clock = clock

    def measure(self) -> Mapping[str, int]:
        """Measure and store the benchmarks. Return the number of figures that were read, and of distributions that have
        percentiles. Raises StoreUnavailable; if reading fails, the earlier measurements remain.
        """
        measurements = measure_tiers(
            self._benchmarks.list_figures(),
            (tier.name for tier in TIERS),
            lambda followers: tier_of(followers).name,
            self._clock().astimezone(UTC).date(),
        )
        for measurement in measurements:
            self._benchmarks.save_measurement(measurement)
        distributions = [found for measurement in measurements for found in measurement.distributions.values()]
        return {
            "figures": sum(found.sample_size for found in distributions),
            "distributions": sum(bool(found.percentiles) for found in distributions),
        }
