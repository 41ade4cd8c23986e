"""Alerts: the rules, and the transition of the raised alerts as a pure function.

A rule raises an alert when a value is beyond its threshold, and clears it only when the value is back beyond another
one, so that a value that moves around the threshold does not raise and clear an alert again and again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.thresholds import ERROR_PERCENT, RESPONSE_SECONDS

KEPT_UNSEEN = timedelta(minutes=10)
"""How long an alert stays raised while its value is not known, or known from too few samples."""


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Raised beyond `threshold`, cleared at `clear_at` or better. A value from fewer than `min_samples` samples is
    ignored. A `clear_at` above the threshold makes low values the bad ones."""

    name: str
    severity: Severity
    threshold: float
    clear_at: float
    min_samples: int = 0

    def is_bad(self, value: float) -> bool:
        return value < self.threshold if self.clear_at > self.threshold else value > self.threshold

    def is_good(self, value: float) -> bool:
        return value >= self.clear_at if self.clear_at > self.threshold else value <= self.clear_at


RESPONSE_TIME = AlertRule("response_time", Severity.CRITICAL, RESPONSE_SECONDS, 4.0, min_samples=20)
"""The 95th percentile of all requests, in seconds."""
ERROR_RATE = AlertRule("error_rate", Severity.CRITICAL, ERROR_PERCENT, 4.0, min_samples=20)
"""The percentage of requests that were answered with 500 or more."""
RESOURCES = AlertRule("resources", Severity.CRITICAL, 85.0, 80.0)
"""The largest percentage of the processors, the memory and the disk in use."""
AI_FAILURES = AlertRule("ai_failures", Severity.CRITICAL, 10.0, 8.0, min_samples=10)
"""The percentage of batches for which the models failed."""
HEALTH = AlertRule("health", Severity.CRITICAL, 70.0, 75.0)
"""The health score."""
CACHE_HIT = AlertRule("cache_hit_rate", Severity.WARNING, 80.0, 84.0, min_samples=50)
"""A percentage, of each cache."""
QUEUE_DEPTH = AlertRule("queue_depth", Severity.WARNING, 100.0, 80.0)
"""Waiting messages of each queue."""
STORE_TIME = AlertRule("store_time", Severity.WARNING, 1.0, 0.8, min_samples=20)
"""The 95th percentile of the calls of the store, in seconds."""
BREAKER = AlertRule("breaker_open", Severity.WARNING, 0.0, 0.0)
"""1 while a breaker is open or half-open, else 0; of each breaker."""
RULES: Mapping[str, AlertRule] = {
    rule.name: rule
    for rule in (
        *(RESPONSE_TIME, ERROR_RATE, RESOURCES, AI_FAILURES, HEALTH),
        *(CACHE_HIT, QUEUE_DEPTH, STORE_TIME, BREAKER),
    )
}
"""By name. The thresholds are requirements; docs/watching.md lists them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a rule at one time; `subject` tells readings of one rule apart. `samples` is None for a value that
    is not computed from samples."""

    rule: AlertRule
    value: float | None
    samples: int | None = None
    subject: str | None = None

    @property
    def name(self) -> str:
        return f"{self.rule.name}:{self.subject}" if self.subject else self.rule.name

    @property
    def known(self) -> float | None:
        """The value, None if it is from too few samples."""
        too_few = self.samples is not None and self.samples < self.rule.min_samples
        return None if too_few else self.value


@dataclass(frozen=True, slots=True)
class Alert:
    """A raised alert. `since` is when it was raised, `seen_at` when its value was last known."""

    name: str
    severity: Severity
    value: float
    threshold: float
    since: datetime
    seen_at: datetime


def next_alerts(raised: Iterable[Alert], readings: Sequence[Reading], now: datetime) -> tuple[Alert, ...]:
    """Return the alerts that are raised after these readings, the critical ones first.

    An alert without a known value stays for ten minutes after it was last known.
    """
    before = {alert.name: alert for alert in raised}
    kept = {name: alert for name, alert in before.items() if now - alert.seen_at < KEPT_UNSEEN}
    for reading in readings:
        value = reading.known
        if value is None:
            continue
        known = before.get(reading.name)
        kept.pop(reading.name, None)
        if known and not reading.rule.is_good(value):
            kept[reading.name] = replace(known, value=value, seen_at=now)
        elif known is None and reading.rule.is_bad(value):
            kept[reading.name] = Alert(reading.name, reading.rule.severity, value, reading.rule.threshold, now, now)
    return tuple(sorted(kept.values(), key=lambda alert: (alert.severity, alert.name)))
