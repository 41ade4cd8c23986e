"""The figures that all instances share: one of them measures on request, at most once a minute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from creator_search.domain import alerts
from creator_search.domain.alerts import KEPT_UNSEEN, Alert, Reading, next_alerts
from creator_search.domain.breakers import BreakerPhase
from creator_search.domain.clock import Clock
from creator_search.domain.errors import MetricsUnavailable, StoreUnavailable
from creator_search.domain.measurements import ALERTS_FRESH_FOR, FRESH_FOR, Resources, Snapshot, Watched
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.ports import ResourceMeter
from creator_search.services.ports.watching import WatchStore
from creator_search.services.single_flight import SingleFlight
from creator_search.services.watching.measure import SHARED_CACHES, SystemMeasurer

LONGEST_MEASUREMENT = timedelta(seconds=10)
_LOCK = "figures"


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """The shared snapshot, all raised alerts, and the resources of this process."""

    snapshot: Snapshot
    alerts: Sequence[Alert]
    resources: Resources


class FigureReader:
    """Reads the shared snapshot with one call. If it is older than a minute, one caller measures, and the others wait
    for it. While the store is not available, each process measures for itself, once a minute."""

    def __init__(
        self,
        store: WatchStore,
        measurer: SystemMeasurer,
        resources: ResourceMeter,
        single_flight: SingleFlight,
        clock: Clock,
    ) -> None:
        self._store = store
        self._measurer = measurer
        self._resources = resources
        self._single_flight = single_flight
        self._clock = clock
        self._own: Snapshot | None = None
        """The last snapshot of this process that could not be stored."""
        self._measuring_here = Lock()

    def read_figures(self) -> SystemFigures:
        """Return the figures, at most a minute old. Raises MetricsUnavailable if another instance failed to measure
        them in time."""
        resources = self._resources.measure_resources()
        watched = self.read_watched(resources)
        assert watched.snapshot is not None
        health = watched.health_alert
        is_current = health is not None and self._clock() - health.seen_at < KEPT_UNSEEN
        raised = [*([health] if health and is_current else []), *watched.snapshot.alerts]
        return SystemFigures(watched.snapshot, raised, resources)

    def read_alerts(self) -> Watched:
        """Return a snapshot that is fresh enough for the alerts, and the stored alert of the health score."""
        return self.read_watched(lifetime=ALERTS_FRESH_FOR)

    def read_watched(self, resources: Resources | None = None, lifetime: timedelta = FRESH_FOR) -> Watched:
        """Return a snapshot that is at most so old, and the stored alert of the health score."""
        try:
            watched = self._store.load_watched()
            if watched.snapshot and watched.snapshot.is_fresh(self._clock(), lifetime):
                return watched
            return replace(watched, snapshot=self._measured_once(watched.snapshot, resources))
        except StoreUnavailable:
            return Watched(self._measured_here(resources))

    def _measured_once(self, before: Snapshot | None, resources: Resources | None) -> Snapshot:
        deadline = self._clock() + LONGEST_MEASUREMENT

        def fetch() -> Snapshot:
            snapshot = self._measure(before, resources)
            try:
                self._store.save_snapshot(snapshot)
            except StoreUnavailable:
                self._own = snapshot
            return snapshot

        try:
            return self._single_flight.run(_LOCK, _LOCK, deadline, fetch=fetch, shared=lambda _: self._fresh())
        except UpstreamError as error:
            raise MetricsUnavailable() from error

    def _fresh(self) -> Snapshot | None:
        found = self._store.load_watched().snapshot
        return found if found and found.is_fresh(self._clock()) else None

    def _measured_here(self, resources: Resources | None) -> Snapshot:
        with self._measuring_here:
            if self._own is None or not self._own.is_fresh(self._clock()):
                self._own = self._measure(self._own, resources)
            return self._own

    def _measure(self, before: Snapshot | None, resources: Resources | None) -> Snapshot:
        snapshot = self._measurer.measure()
        measured = resources or self._resources.measure_resources()
        raised = next_alerts(before.alerts if before else (), readings(snapshot, measured), snapshot.measured_at)
        return replace(snapshot, alerts=raised)


def readings(snapshot: Snapshot, resources: Resources) -> list[Reading]:
    """Return the values that the rules of the alerts watch, except the health score."""
    found = []
    if requests := snapshot.requests:
        found += [
            Reading(alerts.RESPONSE_TIME, requests.seconds.p95, requests.count),
            Reading(alerts.ERROR_RATE, requests.error_rate, requests.count),
        ]
    if analysis := snapshot.analysis:
        found.append(Reading(alerts.AI_FAILURES, analysis.failure_rate, analysis.batches))
    if store := snapshot.store:
        found.append(Reading(alerts.STORE_TIME, store.seconds.p95, store.count))
    share = resources.largest_share
    found.append(Reading(alerts.RESOURCES, None if share is None else round(100 * share, 2)))
    found += [
        Reading(alerts.CACHE_HIT, cache.hit_rate, cache.hits + cache.misses, subject=name)
        for name, cache in snapshot.caches.items()
        if name in SHARED_CACHES
    ]
    found += [Reading(alerts.QUEUE_DEPTH, q.waiting, subject=name) for name, q in (snapshot.queues or {}).items()]
    found += [
        Reading(alerts.BREAKER, float(breaker.phase != BreakerPhase.CLOSED), subject=name)
        for name, breaker in (snapshot.breakers or {}).items()
    ]
    return found
