"""Metrics: written to the log in the embedded metric format, without an API call, and read from CloudWatch."""

import json
import math
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TextIO

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import MetricsUnavailable
from creator_search.domain.measurements import MetricValue, Statistic, Wanted, Window

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

MOST_VALUES = 100
"""Values of one metric in one line. Source: AWS, "Specification: Embedded metric format"."""
_QUERIES_AT_ONCE = 500
"""The most queries of one GetMetricData."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    value: float


@dataclass(slots=True)
class _Line:
    """One log line. A field has one value in it, so that a line holds one dimension set of each metric, and one value
    of each dimension."""

    fields: dict[str, Any]
    directives: dict[tuple[str, ...], list[dict[str, str]]] = field(default_factory=dict)

    def has_room_for(self, name: str, dimensions: tuple[tuple[str, str], ...]) -> bool:
        return name not in self.fields and all(self.fields.get(key, value) == value for key, value in dimensions)

    def add(self, name: str, unit: str, dimensions: tuple[tuple[str, str], ...], values: Sequence[float]) -> None:
        self.fields |= {**dict(dimensions), name: list(values)}
        keys = tuple(key for key, _ in dimensions)
        self.directives.setdefault(keys, []).append({"Name": name, "Unit": unit})

    def text(self, namespace: str) -> str:
        directives = [
            {"Namespace": namespace, "Dimensions": [[], *([key] for key in keys)], "Metrics": metrics}
            for keys, metrics in self.directives.items()
        ]
        about = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}
        return json.dumps({"_aws": about, **self.fields})


_collected: ContextVar[list[_Recorded] | None] = ContextVar("collected", default=None)


class EmbeddedMetrics:
    """Implements Metrics: writes the metrics of a request as one log line in CloudWatch's embedded metric format,
    together with its details, so that the line is also the access log. A metric with a dimension is also kept without
    it.

    Values of a metric beyond the first hundred, or for a further value of the same dimension (two upstream endpoints,
    for example), cannot be in the same line; they follow in further lines. What threads record that do not have the
    context of a request is in the line that is written next.

    Powertools' Metrics has one set of dimensions per invocation. Source of the format: AWS, "Specification: Embedded
    metric format".
    """

    def __init__(self, *, namespace: str, stream: TextIO | None = None) -> None:
        self._namespace = namespace
        self._stream = stream
        self._lock = threading.Lock()
        self._loose: list[_Recorded] = []

    def count(self, name: str, value: float = 1, **dimensions: str) -> None:
        self._record(name, value, "Count", dimensions)

    def record_seconds(self, name: str, value: float, **dimensions: str) -> None:
        self._record(name, value, "Seconds", dimensions)

    def _record(self, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
        if not math.isfinite(value):
            return
        recorded = _Recorded(str(name), unit, tuple(sorted(dimensions.items())), round(value, 6))
        own = _collected.get()
        with self._lock:
            (self._loose if own is None else own).append(recorded)

    @contextmanager
    def collecting(self, **details: str | int) -> Iterator[dict[str, str | int]]:
        token = _collected.set([])
        try:
            yield details
        finally:
            self.flush(**details)
            _collected.reset(token)

    def flush(self, **details: str | int) -> None:
        own = _collected.get()
        with self._lock:
            recorded = [*self._loose, *(own or ())]
            self._loose.clear()
            if own is not None:
                own.clear()
        if not recorded and not details:
            return
        try:
            text = "".join(f"{line.text(self._namespace)}\n" for line in _lines(recorded, details))
            stream = self._stream or sys.stdout
            stream.write(text)
            stream.flush()
        except Exception:  # noqa: S110  a full disk or a closed stream must not fail the request
            pass


def _lines(recorded: Sequence[_Recorded], details: dict[str, Any]) -> Sequence[_Line]:
    groups: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[float]] = {}
    for each in recorded:
        groups.setdefault((each.name, each.unit, each.dimensions), []).append(each.value)
    lines = [_Line(dict(details))]
    further = {name: details[name] for name in ("request_id",) if name in details}
    for (name, unit, dimensions), values in groups.items():
        for start in range(0, len(values), MOST_VALUES):
            line = next((line for line in lines if line.has_room_for(name, dimensions)), None)
            if line is None:
                line = _Line(dict(further))
                lines.append(line)
            line.add(name, unit, dimensions, values[start : start + MOST_VALUES])
    return lines


class CloudWatchReader:
    """Implements MetricsReader."""

    def __init__(self, client: "CloudWatchClient", *, namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]:
        return {name: sum(values) for name, values in self._read(names, period, Statistic.SUM).items()}

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]:
        wanted = list(names)
        sums = self._read(wanted, period, Statistic.SUM)
        counts = self._read(wanted, period, Statistic.SAMPLES)
        return {n: sum(sums[n]) / sum(counts[n]) if sum(counts[n]) else None for n in wanted}

    def load_figures(self, wanted: Iterable[Wanted], window: Window) -> Mapping[Wanted, MetricValue]:
        found: dict[Wanted, MetricValue] = {}
        # The current minute is included.
        end = window.end + timedelta(minutes=1)
        for each, points in self._points(list(wanted), 60 * window.period_minutes, window.start, end).items():
            if points and each.statistic.adds_up:
                found[each] = MetricValue(sum(value for _, value in points), min(at for at, _ in points))
            elif points:
                newest, value = max(points)
                found[each] = MetricValue(value, newest)
        return found

    def _read(self, names: Iterable[str], period: timedelta, statistic: Statistic) -> dict[str, list[float]]:
        # Whole hours, including the current one: CloudWatch aligns periods to the clock.
        end = datetime.now(UTC) + timedelta(minutes=1)
        points = self._points([Wanted(name, statistic) for name in names], 300, end - period, end)
        return {each.metric: [value for _, value in found] for each, found in points.items()}

    def _points(
        self, wanted: Sequence[Wanted], period: int, start: datetime, end: datetime
    ) -> dict[Wanted, list[tuple[datetime, float]]]:
        """Return the values with the starts of their periods (`period` is in seconds). Raises MetricsUnavailable."""
        found: dict[Wanted, list[tuple[datetime, float]]] = {each: [] for each in wanted}
        for first in range(0, len(wanted), _QUERIES_AT_ONCE):
            batch = wanted[first : first + _QUERIES_AT_ONCE]
            queries: Any = [self._query(f"m{number}", each, period) for number, each in enumerate(batch)]
            token: Any = {}
            while True:
                with failing_as(MetricsUnavailable):
                    page = self._client.get_metric_data(
                        MetricDataQueries=queries, StartTime=start, EndTime=end, **token
                    )
                for result in page["MetricDataResults"]:
                    points = zip(result["Timestamps"], result["Values"], strict=True)
                    found[batch[int(result["Id"][1:])]] += points
                if not page.get("NextToken"):
                    break
                token = {"NextToken": page["NextToken"]}
        return found

    def _query(self, query_id: str, wanted: Wanted, period: int) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in filter(None, [wanted.dimension])]
        metric = {"Namespace": self._namespace, "MetricName": wanted.metric, "Dimensions": dimensions}
        return {
            "Id": query_id,
            "MetricStat": {"Metric": metric, "Period": period, "Stat": wanted.statistic.value},
        }
