"""The figures of the system in the text format of Prometheus."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from creator_search.domain.measurements import Durations
from creator_search.schemas.watching import MetricsData

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

Row = tuple[tuple[str, ...], float | None]
_PREFIX = "creator_search_"
_QUANTILES = (("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99"))


class _Figures:
    """A collector of prometheus_client. Everything is a gauge: the counts are those of the last period, and do not only
    increase. What is null is left out."""

    def __init__(self, data: MetricsData) -> None:
        self._data = data

    def collect(self) -> "Iterator[GaugeMetricFamily]":
        data = self._data
        yield from self._gauge(
            "measured_at_seconds", "When the figures were measured", [((), data.measured_at.timestamp())]
        )
        if requests := data.requests:
            period = requests.period
            yield from self._gauge(
                "period_seconds",
                "Length of the period of the counts",
                [((), (period.end - period.start).total_seconds())],
            )
            yield from self._gauge("requests", "Requests in the period", [((), requests.count)])
            yield from self._gauge("requests_per_minute", "Requests per minute", [((), requests.per_minute)])
            yield from self._times("request", "Time to the first byte of all requests", {"": requests.seconds}, ())
        kinds = ("success", "refused", "failed")
        by_operation = [
            ((name, kind), number)
            for name, o in data.operations.items()
            for kind, number in zip(kinds, (o.count - o.refused - o.failed, o.refused, o.failed), strict=True)
        ]
        yield from self._gauge(
            "operation_requests", "Requests in the period, by result", by_operation, ("operation", "result")
        )
        operations = {name: o.seconds for name, o in data.operations.items()}
        yield from self._times("operation", "Time to the first byte", operations, ("operation",))
        lookups = [
            ((name, kind), number)
            for name, c in data.caches.items()
            for kind, number in (("hit", c.hits), ("miss", c.misses))
        ]
        yield from self._gauge("cache_lookups", "Lookups in the period", lookups, ("cache", "result"))
        yield from self._queues()
        yield from self._work("upstream", "endpoint", "Operations of an upstream", data.upstreams)
        yield from self._work("worker", "worker", "Messages and runs of schedules", data.workers)
        if data.store:
            yield from self._times("store", "Calls of the store", {"": data.store.seconds}, ())
        if data.ai:
            captions: list[Row] = [((engine,), number) for engine, number in data.ai.captions.items()]
            yield from self._gauge("captions_analyzed", "Captions analyzed in the period", captions, ("engine",))
            failed: list[Row] = [((), data.ai.failed_batches)]
            yield from self._gauge("caption_batches_failed", "Batches for which the models failed", failed)
        phases: list[Row] = [
            ((name, phase), float(b.phase == phase))
            for name, b in (data.breakers or {}).items()
            for phase in ("closed", "half_open", "open")
        ]
        yield from self._gauge("breaker", "1 for the phase of the breaker", phases, ("breaker", "phase"))
        yield from self._resources()
        alerts: list[Row] = [((a.name, a.severity.value), 1.0) for a in data.alerts]
        yield from self._gauge("alert", "1 for each raised alert", alerts, ("alert", "severity"))

    def _queues(self) -> "Iterator[GaugeMetricFamily]":
        queues = (self._data.queues or {}).items()
        messages: list[Row] = [
            ((name, state), number)
            for name, q in queues
            for state, number in (("waiting", q.waiting), ("in_flight", q.in_flight), ("dead_letter", q.dead_letter))
        ]
        yield from self._gauge("queue_messages", "Approximate number of messages", messages, ("queue", "state"))
        ages: list[Row] = [((name,), q.oldest_age_seconds) for name, q in queues]
        yield from self._gauge("queue_oldest_age_seconds", "Age of the job that waits longest", ages, ("queue",))

    def _resources(self) -> "Iterator[GaugeMetricFamily]":
        found = self._data.resources
        for name, text, value in (
            ("process_cpu_seconds", "CPU time of the process", found.cpu_seconds),
            ("process_memory_bytes", "Resident memory of the process", found.memory_bytes),
            ("cpu_ratio", "Share of the processors that the process used", found.cpu_share),
            ("memory_ratio", "Share of the memory in use", found.memory_share),
            ("disk_ratio", "Share of the disk in use", found.disk_share),
        ):
            yield from self._gauge(name, text, [((), value)])

    def _work(self, name: str, label: str, text: str, figures: Mapping[str, Any]) -> "Iterator[GaugeMetricFamily]":
        results: list[Row] = [
            ((key, kind), number)
            for key, work in figures.items()
            for kind, number in (("success", work.count - (work.failed or 0)), ("failed", work.failed))
        ]
        yield from self._gauge(f"{name}_operations", f"{text} in the period", results, (label, "result"))
        yield from self._times(name, text, {key: work.seconds for key, work in figures.items()}, (label,))

    def _times(
        self, name: str, text: str, times: Mapping[str, Durations], labels: tuple[str, ...]
    ) -> "Iterator[GaugeMetricFamily]":
        quantiles: list[Row] = [
            ((*((key,) if labels else ()), quantile), getattr(durations, field))
            for key, durations in times.items()
            for quantile, field in _QUANTILES
        ]
        yield from self._gauge(f"{name}_duration_seconds", text, quantiles, (*labels, "quantile"))
        means: list[Row] = [((key,) if labels else (), durations.mean) for key, durations in times.items()]
        yield from self._gauge(f"{name}_duration_mean_seconds", f"{text}, mean", means, labels)

    def _gauge(
        self, name: str, text: str, rows: "list[Row] | list[Any]", labels: tuple[str, ...] = ()
    ) -> "Iterator[GaugeMetricFamily]":
        from prometheus_client.core import GaugeMetricFamily

        known = [(values, number) for values, number in rows if number is not None]
        if not known:
            return
        family = GaugeMetricFamily(f"{_PREFIX}{name}", text, labels=labels)
        for values, number in known:
            family.add_metric(list(values), number)
        yield family


def prometheus_text(data: MetricsData) -> str:
    """Return the figures in the text format, for Content-Type `text/plain; version=0.0.4`. Its library is imported at
    the first use."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(data))
    return generate_latest(registry).decode()
