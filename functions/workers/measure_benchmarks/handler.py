"""Every day: measures the benchmarks of every follower tier on the stored creators."""

from collections.abc import Mapping

from creator_search.bootstrap import Container
from creator_search.services.benchmarks import BenchmarkMeasurer
from creator_search.worker import scheduled_worker


def work(benchmarks: BenchmarkMeasurer) -> Mapping[str, int]:
    return benchmarks.measure()


handler = scheduled_worker("measure_benchmarks", work, Container.benchmark_measurer)
