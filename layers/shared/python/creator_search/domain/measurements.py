"""What is measured of the running system, and the period that each figure covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from creator_search.domain.alerts import Alert

SHORTEST_WINDOW_MINUTES = 5
"""The complete minutes that a window has at least, before the current one."""
_LONGEST_PERIOD_MINUTES = 24 * 60
FRESH_FOR = timedelta(seconds=60)
"""How long all instances use a snapshot before one of them measures again."""

ALERTS_FRESH_FOR = timedelta(minutes=5)
"""How old the figures of the alerts in the health may be: a measurement is paid, and the health is public."""


class Statistic(StrEnum):
    """Statistics of CloudWatch, by the names of its API."""

    SUM = "Sum"
    SAMPLES = "SampleCount"
    MEAN = "Average"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"

    @property
    def adds_up(self) -> bool:
        """Whether the values of several periods may be added."""
        return self in (Statistic.SUM, Statistic.SAMPLES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One statistic of a metric, of one value of its dimension, or of all values together."""

    metric: str
    statistic: Statistic
    dimension: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """`start` is at a full minute; `period_minutes` is at least as long as the window."""

    start: datetime
    end: datetime
    period_minutes: int


def window_of(now: datetime) -> Window:
    """Return the window of the last five minutes or a few more, and the current one.

    Its start is a multiple of its period since the epoch, so that one period contains the whole window, however the
    store of the metrics aligns periods: percentiles of several periods cannot be combined.
    """
    minute = int(now.timestamp()) // 60
    start = minute - SHORTEST_WINDOW_MINUTES
    while (period := _period_from(start, minute - start + 1)) is None:
        start -= 1
    return Window(datetime.fromtimestamp(start * 60, UTC), now, period)


def _period_from(start: int, shortest: int) -> int | None:
    """Return the shortest period, in minutes, of which the start is a multiple."""
    return next((length for length in range(shortest, _LONGEST_PERIOD_MINUTES + 1) if start % length == 0), None)


@dataclass(frozen=True, slots=True)
class Period:
    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        return max((self.end - self.start).total_seconds(), 1.0) / 60


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One value, and the start of the period over which it was computed."""

    value: float
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """In seconds; None without samples. `period` is that of the percentiles."""

    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFigures:
    """Requests of one operation, or of all; rates are percentages. `refused` are answers with a status of 400 to 499,
    `failed` with 500 or more. `success_rate` is the share of the others."""

    count: int
    failed: int
    refused: int
    per_minute: float
    success_rate: float | None
    error_rate: float | None
    refused_rate: float | None
    seconds: Durations
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFigures:
    """Messages of a worker, runs of a schedule, calls of an upstream's endpoint or of the store; `error_rate` is a
    percentage."""

    count: int
    failed: int | None
    dead_letters: int | None = None
    error_rate: float | None
    seconds: Durations
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFigures:
    """`hit_rate` is a percentage, None without lookups."""

    hits: int
    misses: int
    hit_rate: float | None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """Approximate numbers at `measured_at`. `waiting` includes jobs that wait for a retry."""

    waiting: int
    in_flight: int
    dead_letter: int
    processing: int | None = None
    oldest_age_seconds: float | None = None
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFigures:
    """Captions by engine; `batches` are those that the models were asked for, `failure_rate` is a percentage."""

    captions: Mapping[str, int]
    captions_per_minute: float
    batches: int
    failed_batches: int
    failure_rate: float | None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerFigures:
    phase: str
    failures: int
    opened_at: datetime | None = None
    open_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Resources of one process. Shares are 0 to 1 and None where they are not known.

    `cpu_share` is of all processors, over `period`; `memory_share` is of the function's memory, or of the machine's
    memory that is in use; the disk is that of the local state.
    """

    cpu_seconds: float
    cpu_share: float | None
    memory_bytes: int | None
    memory_limit_bytes: int | None
    memory_share: float | None
    disk_used_bytes: int | None
    disk_total_bytes: int | None
    disk_share: float | None
    period: Period
    notes: tuple[str, ...] = ()

    @property
    def largest_share(self) -> float | None:
        known = [s for s in (self.cpu_share, self.memory_share, self.disk_share) if s is not None]
        return max(known, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What all instances share for a minute. A section that could not be measured is None, with the reason in
    `notes`."""

    measured_at: datetime
    requests: RequestFigures | None = None
    operations: Mapping[str, RequestFigures] = field(default_factory=dict)
    caches: Mapping[str, CacheFigures] = field(default_factory=dict)
    queues: Mapping[str, QueueFigures] | None = None
    analysis: AnalysisFigures | None = None
    store: WorkFigures | None = None
    upstreams: Mapping[str, WorkFigures] = field(default_factory=dict)
    workers: Mapping[str, WorkFigures] = field(default_factory=dict)
    breakers: Mapping[str, BreakerFigures] | None = None
    alerts: Sequence[Alert] = ()
    notes: Sequence[str] = ()

    def is_fresh(self, now: datetime, lifetime: timedelta = FRESH_FOR) -> bool:
        return now - self.measured_at < lifetime


@dataclass(frozen=True, slots=True)
class Watched:
    """What is stored: the newest snapshot, and the alert of the health score while it is raised."""

    snapshot: Snapshot | None = None
    health_alert: Alert | None = None


def rate(part: float, whole: float) -> float | None:
    """Return the percentage, None if there is no whole."""
    return round(100 * part / whole, 2) if whole else None
