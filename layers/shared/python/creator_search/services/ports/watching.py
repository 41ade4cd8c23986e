"""Ports of watching the system."""

from collections.abc import Mapping
from typing import Protocol

from creator_search.domain.alerts import Alert
from creator_search.domain.health import Finding
from creator_search.domain.measurements import Snapshot, Watched
from creator_search.domain.queues import QueueDepth


class WatchStore(Protocol):
    """One item that all instances share."""

    def load_watched(self) -> Watched:
        """Return what is stored. One call."""

    def save_snapshot(self, snapshot: Snapshot) -> None: ...

    def save_health_alert(self, alert: Alert | None) -> None: ...


class QueueDepths(Protocol):
    def load_depths(self) -> Mapping[str, QueueDepth]:
        """Return the depth of every queue, by its name in the catalogue."""


class Probe(Protocol):
    def __call__(self) -> Finding:
        """Return whether a dependency works, without its latency. May raise any error, which means that it does not."""
