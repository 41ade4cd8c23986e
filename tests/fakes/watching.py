"""What is stored about the running system, and what its probes find."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from creator_search.domain.alerts import Alert
from creator_search.domain.errors import QueueUnavailable, StoreUnavailable
from creator_search.domain.measurements import Period, Resources, Snapshot, Watched
from creator_search.domain.queues import QueueDepth

from tests.fakes.process import START


@dataclass
class FakeWatchStore:
    watched: Watched = field(default_factory=Watched)
    down: bool = False
    reads: int = 0
    snapshots: int = 0

    def _require(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def load_watched(self) -> Watched:
        self._require()
        self.reads += 1
        return self.watched

    def save_snapshot(self, snapshot: Snapshot) -> None:
        self._require()
        self.snapshots += 1
        self.watched = replace(self.watched, snapshot=snapshot)

    def save_health_alert(self, alert: Alert | None) -> None:
        self._require()
        self.watched = replace(self.watched, health_alert=alert)


@dataclass
class FakeQueueDepths:
    depths: dict[str, QueueDepth] = field(default_factory=lambda: {"media": QueueDepth(0, 0, 0)})
    down: bool = False

    def load_depths(self) -> Mapping[str, QueueDepth]:
        if self.down:
            raise QueueUnavailable()
        return self.depths


@dataclass
class FakeResources:
    share: float = 0.1

    def measure_resources(self) -> Resources:
        return Resources(
            cpu_seconds=1.5,
            cpu_share=self.share,
            memory_bytes=1000,
            memory_limit_bytes=10_000,
            memory_share=0.1,
            disk_used_bytes=None,
            disk_total_bytes=None,
            disk_share=None,
            period=Period(START, START),
            notes=("disk: this process keeps no state on a disk",),
        )
