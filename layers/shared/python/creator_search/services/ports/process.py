"""Ports of what a process has beside its stores."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Protocol

NewId = Callable[[], str]
"""Returns a new random id."""
RequestId = Callable[[], str]
"""Returns the id of the request or message that is being handled, or a new random id."""


class Metrics(Protocol):
    """Records metrics. Never raises, because a lost metric must not fail a request."""

    def count(self, name: str, value: float = 1, **dimensions: str) -> None:
        """Record a number of occurrences. With a dimension, the metric is kept for its value and for all together."""

    def record_seconds(self, name: str, value: float, **dimensions: str) -> None:
        """Record a duration, as `count` records a number."""


class MetricsReader(Protocol):
    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]: ...

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]: ...


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        """Log a failure that does not stop the service, with its stack trace."""
