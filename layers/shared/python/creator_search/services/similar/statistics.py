"""Statistics of the cache of similar profiles. Every figure is measured, or None with the reason."""

from dataclasses import dataclass
from datetime import timedelta

from creator_search.domain.errors import MetricsUnavailable
from creator_search.domain.metrics import Metric
from creator_search.services.ports import MetricsReader, SimilarStore

PERIOD = timedelta(hours=24)
_COUNTS = (
    Metric.SIMILAR_CACHE_HIT,
    Metric.SIMILAR_CACHE_MISS,
    Metric.SIMILAR_CACHE_CLEAR,
    Metric.SIMILAR_CACHE_CLEAR_FAILED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheStatistics:
    """Rates are percentages; counts and times cover the last 24 hours."""

    entries: int
    image_bytes: int
    hits: int | None
    misses: int | None
    hit_rate: float | None
    clears: int | None
    clear_failures: int | None
    mean_clear_seconds: float | None
    notes: tuple[str, ...]


class SimilarCacheStatistics:
    def __init__(self, store: SimilarStore, metrics: MetricsReader) -> None:
        self._store = store
        self._metrics = metrics

    def measure(self) -> CacheStatistics:
        """Return the statistics. Raises StoreUnavailable."""
        contents = self._store.measure_contents()
        notes: list[str] = []
        if not contents.is_complete:
            notes.append("entries and bytes: there are more sets than were counted; the figures are lower bounds")
        try:
            sums = self._metrics.load_sums(_COUNTS, PERIOD)
            mean = self._metrics.load_means([Metric.SIMILAR_CACHE_CLEAR_SECONDS], PERIOD)[
                Metric.SIMILAR_CACHE_CLEAR_SECONDS
            ]
        except MetricsUnavailable:
            notes.append("hits, clears and times: the metrics store is not available")
            return CacheStatistics(
                entries=contents.entries,
                image_bytes=contents.image_bytes,
                hits=None,
                misses=None,
                hit_rate=None,
                clears=None,
                clear_failures=None,
                mean_clear_seconds=None,
                notes=tuple(notes),
            )
        hits, misses, clears, failures = (int(sums[name]) for name in _COUNTS)
        if hits + misses == 0:
            notes.append("hit_rate: no requests in the last 24 hours")
        if mean is None:
            notes.append("mean_clear_seconds: nothing was cleared in the last 24 hours")
        return CacheStatistics(
            entries=contents.entries,
            image_bytes=contents.image_bytes,
            hits=hits,
            misses=misses,
            hit_rate=round(100 * hits / (hits + misses), 2) if hits + misses else None,
            clears=clears,
            clear_failures=failures,
            mean_clear_seconds=round(mean, 4) if mean is not None else None,
            notes=tuple(notes),
        )
