"""Ports of what a process has beside its stores."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from creator_search.domain.measurements import MetricValue, Resources, Wanted, Window

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

    def collecting(self, **details: str | int) -> AbstractContextManager[dict[str, str | int]]:
        """Collect what is recorded in the block, and flush it at the end with the details, to which the block may add:
        one line for a request, a message, or a run of a schedule."""

    def flush(self, **details: str | int) -> None:
        """Write what was recorded since the last flush, with the details, as one log line."""


class MetricsReader(Protocol):
    """Reads metrics of all processes. Raises MetricsUnavailable."""

    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]: ...

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]: ...

    def load_figures(self, wanted: Iterable[Wanted], window: Window) -> Mapping[Wanted, MetricValue]:
        """Return the statistics that have data in the window, each over one period, without those that have none."""


class ResourceMeter(Protocol):
    def measure_resources(self) -> Resources:
        """Return what this process uses."""


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        """Log a failure that does not stop the service, with its stack trace."""
