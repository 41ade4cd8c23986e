"""Measures the system: the figures of one window, from the metrics of all processes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from creator_search.domain.breakers import BREAKERS
from creator_search.domain.clock import Clock
from creator_search.domain.errors import MetricsUnavailable, Unavailable
from creator_search.domain.measurements import (
    AnalysisFigures,
    BreakerFigures,
    CacheFigures,
    Durations,
    MetricValue,
    Period,
    QueueFigures,
    RequestFigures,
    Snapshot,
    Statistic,
    Wanted,
    Window,
    WorkFigures,
    rate,
    window_of,
)
from creator_search.domain.metrics import Metric
from creator_search.services.ports import BreakerStore, MetricsReader
from creator_search.services.ports.watching import QueueDepths
from creator_search.services.requests.queue_status import QueueStatusReader

CACHES = {
    "documents": (Metric.DOCUMENT_CACHE_HIT, Metric.DOCUMENT_CACHE_MISS),
    "similar": (Metric.SIMILAR_CACHE_HIT, Metric.SIMILAR_CACHE_MISS),
}
SHARED_CACHES = ("similar",)
"""Those of all instances. The hit rate of documents in the memory of a process depends on how many instances run."""
ENGINES = ("onnx", "rules")
_TIMES = (Statistic.MEAN, Statistic.P50, Statistic.P95, Statistic.P99)
_CAPTIONS = Metric.CAPTIONS_ANALYZED
Dimension = tuple[str, str] | None
T = TypeVar("T")
Figures = TypeVar("Figures", RequestFigures, WorkFigures)


@dataclass(frozen=True, slots=True)
class Names:
    """The values of the dimensions: operation ids, names of workers, and endpoints."""

    operations: Sequence[str]
    workers: Sequence[str]
    endpoints: Sequence[str]


class SystemMeasurer:
    def __init__(
        self,
        metrics: MetricsReader,
        queues: QueueDepths,
        queue_status: QueueStatusReader,
        breakers: BreakerStore,
        clock: Clock,
        names: Names,
        profile_queues: Mapping[str, str],
    ) -> None:
        """`profile_queues` maps a priority to the name of its queue."""
        self._metrics = metrics
        self._queues = queues
        self._queue_status = queue_status
        self._breakers = breakers
        self._clock = clock
        self._names = names
        self._profile_queues = profile_queues

    def measure(self) -> Snapshot:
        """Return a snapshot without alerts. A part whose store is not available is left out, with a note."""
        now = self._clock()
        notes: list[str] = []
        queues = _or_note(notes, "queues: the queues or the job store are not available", self._queue_figures)
        breakers = _or_note(notes, "breakers: their store is not available", self._breaker_figures)
        window = window_of(now)
        try:
            read = _Figures(self._metrics, window, self._names)
        except MetricsUnavailable:
            notes.append("requests, caches, ai, store, upstreams, workers: the metrics store is not available")
            return Snapshot(measured_at=now, queues=queues, breakers=breakers, notes=notes)
        snapshot = Snapshot(
            measured_at=now,
            requests=read.requests(None),
            operations=read.each(self._names.operations, read.operation),
            caches={name: read.cache(name) for name in CACHES},
            queues=queues,
            analysis=read.analysis(),
            store=read.work(Metric.STORE_SECONDS, None, failed=None),
            upstreams=read.each(self._names.endpoints, read.endpoint),
            workers=read.each(self._names.workers, read.worker),
            breakers=breakers,
        )
        return replace(snapshot, notes=(*notes, *_reasons(snapshot)))

    def _queue_figures(self) -> dict[str, QueueFigures]:
        now = self._clock()
        found = {
            name: QueueFigures(
                waiting=depth.waiting, in_flight=depth.in_flight, dead_letter=depth.dead_letter, measured_at=now
            )
            for name, depth in self._queues.load_depths().items()
        }
        for priority, state in self._queue_status.read_queue_status().items():
            found[self._profile_queues[priority]] = QueueFigures(
                waiting=state.waiting,
                in_flight=state.in_flight,
                dead_letter=state.dead_letter,
                processing=state.processing,
                oldest_age_seconds=state.oldest_age_seconds,
                measured_at=now,
            )
        return found

    def _breaker_figures(self) -> dict[str, BreakerFigures]:
        now = self._clock()
        return {
            name: BreakerFigures(
                phase=state.phase(now).value,
                failures=state.failures,
                opened_at=state.opened_at,
                open_until=state.open_until,
            )
            for name, state in self._breakers.load_breakers(list(BREAKERS)).items()
        }


class _Figures:
    """The figures of one window. Counts are read first, the other statistics of what has a count then, because each
    statistic that is asked for costs money. Raises MetricsUnavailable."""

    def __init__(self, metrics: MetricsReader, window: Window, names: Names) -> None:
        self._window = window
        self._period = Period(window.start, window.end)
        timed = [
            (Metric.REQUEST_SECONDS, "operation", names.operations),
            (Metric.UPSTREAM_SECONDS, "endpoint", names.endpoints),
            (Metric.MESSAGE_SECONDS, "worker", names.workers),
        ]
        samples: list[tuple[Metric, Dimension]] = [
            (metric, (key, value)) for metric, key, values in timed for value in values
        ]
        samples += [(Metric.STORE_SECONDS, None), *((Metric.CAPTIONS_ANALYZED, ("engine", e)) for e in ENGINES)]
        sums: list[tuple[Metric, Dimension]] = [
            *((m, ("operation", o)) for m in (Metric.REQUEST_FAILED, Metric.REQUEST_REFUSED) for o in names.operations),
            *((Metric.UPSTREAM_FAILED, ("endpoint", e)) for e in names.endpoints),
            *((m, ("worker", w)) for m in (Metric.MESSAGE_FAILED, Metric.DEAD_LETTER) for w in names.workers),
            *((Metric.CAPTIONS_ANALYZED, ("engine", e)) for e in ENGINES),
            *((metric, None) for pair in CACHES.values() for metric in pair),
            (Metric.CAPTION_BATCH_FAILED, None),
        ]
        counts = [Wanted(m, Statistic.SAMPLES, d) for m, d in samples] + [Wanted(m, Statistic.SUM, d) for m, d in sums]
        found = dict(metrics.load_figures(counts, window))
        used = [(m, d) for m, d in samples if Wanted(m, Statistic.SAMPLES, d) in found and m is not _CAPTIONS]
        if any(metric is Metric.REQUEST_SECONDS for metric, _ in used):
            used.append((Metric.REQUEST_SECONDS, None))
        if used:
            found |= metrics.load_figures([Wanted(m, statistic, d) for m, d in used for statistic in _TIMES], window)
        self._found: Mapping[Wanted, MetricValue] = found
        self._operations = names.operations

    def each(self, names: Iterable[str], read: "Callable[[str], Figures]") -> "dict[str, Figures]":
        """Return the figures of those with a count, the largest first."""
        found = {name: read(name) for name in names}
        return dict(sorted(((n, f) for n, f in found.items() if f.count), key=lambda pair: (-pair[1].count, pair[0])))

    def operation(self, name: str) -> RequestFigures:
        return self.requests(("operation", name))

    def endpoint(self, name: str) -> WorkFigures:
        dimension = ("endpoint", name)
        return self.work(Metric.UPSTREAM_SECONDS, dimension, failed=self._sum(Metric.UPSTREAM_FAILED, dimension))

    def worker(self, name: str) -> WorkFigures:
        dimension = ("worker", name)
        failed, dead = (self._sum(m, dimension) for m in (Metric.MESSAGE_FAILED, Metric.DEAD_LETTER))
        return self.work(Metric.MESSAGE_SECONDS, dimension, failed=failed, dead_letters=dead)

    def requests(self, dimension: Dimension) -> RequestFigures:
        """Return the figures of one operation, or of all (None), whose counts are the sums of the operations'."""
        counted = [dimension] if dimension else [("operation", name) for name in self._operations]
        count = sum(self._samples(Metric.REQUEST_SECONDS, each) for each in counted)
        failed = sum(self._sum(Metric.REQUEST_FAILED, each) for each in counted)
        refused = sum(self._sum(Metric.REQUEST_REFUSED, each) for each in counted)
        return RequestFigures(
            count=count,
            failed=failed,
            refused=refused,
            per_minute=round(count / self._period.minutes, 2),
            success_rate=rate(max(0, count - failed - refused), count),
            error_rate=rate(failed, count),
            refused_rate=rate(refused, count),
            seconds=self._durations(Metric.REQUEST_SECONDS, dimension),
            period=self._period,
        )

    def work(
        self, metric: Metric, dimension: Dimension, *, failed: int | None, dead_letters: int | None = None
    ) -> WorkFigures:
        count = self._samples(metric, dimension)
        return WorkFigures(
            count=count,
            failed=failed,
            dead_letters=dead_letters,
            error_rate=None if failed is None else rate(failed, count),
            seconds=self._durations(metric, dimension),
            period=self._period,
        )

    def cache(self, name: str) -> CacheFigures:
        hits, misses = (self._sum(metric, None) for metric in CACHES[name])
        return CacheFigures(hits=hits, misses=misses, hit_rate=rate(hits, hits + misses), period=self._period)

    def analysis(self) -> AnalysisFigures:
        captions = {engine: self._sum(_CAPTIONS, ("engine", engine)) for engine in ENGINES}
        failed = self._sum(Metric.CAPTION_BATCH_FAILED, None)
        batches = failed + self._samples(_CAPTIONS, ("engine", "onnx"))
        return AnalysisFigures(
            captions=captions,
            captions_per_minute=round(sum(captions.values()) / self._period.minutes, 2),
            batches=batches,
            failed_batches=failed,
            failure_rate=rate(failed, batches),
            period=self._period,
        )

    def _durations(self, metric: Metric, dimension: Dimension) -> Durations:
        found = [self._found.get(Wanted(metric, statistic, dimension)) for statistic in _TIMES]
        mean, p50, p95, p99 = (round(each.value, 6) if each else None for each in found)
        start = max((each.start for each in found if each), default=self._window.start)
        return Durations(mean=mean, p50=p50, p95=p95, p99=p99, period=Period(start, self._window.end))

    def _samples(self, metric: Metric, dimension: Dimension) -> int:
        return self._number(Wanted(metric, Statistic.SAMPLES, dimension))

    def _sum(self, metric: Metric, dimension: Dimension) -> int:
        return self._number(Wanted(metric, Statistic.SUM, dimension))

    def _number(self, wanted: Wanted) -> int:
        found = self._found.get(wanted)
        return round(found.value) if found else 0


def _or_note(notes: list[str], note: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Unavailable:
        notes.append(note)
        return None


def _reasons(snapshot: Snapshot) -> Iterable[str]:
    """Yield why figures are null."""
    if snapshot.requests and not snapshot.requests.count:
        yield "requests: none were measured in the period"
    for name, cache in snapshot.caches.items():
        if cache.hit_rate is None:
            yield f"caches.{name}.hit_rate: no lookups in the period"
    if snapshot.analysis and snapshot.analysis.failure_rate is None:
        yield "ai.failure_rate: the models were asked for no batch in the period"
    if snapshot.store and not snapshot.store.count:
        yield "store.seconds: no calls in the period"
    yield "store.failed: failures of single calls are not measured; see the breakers"
    if snapshot.queues is not None:
        yield "queues: the age of the oldest message is known only of jobs that were requested; null for other queues"
