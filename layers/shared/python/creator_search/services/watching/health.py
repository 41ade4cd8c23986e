"""The health of the system: all probes side by side, each for a second at most, shared for ten seconds."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any

from creator_search.domain.alerts import HEALTH, Alert, Reading, next_alerts
from creator_search.domain.breakers import BREAKERS, BreakerPhase
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.health import (
    Finding,
    HealthStatus,
    ServiceName,
    health_score,
    overall,
    with_breakers,
)
from creator_search.domain.measurements import Watched
from creator_search.services.ports import BreakerStore, FailureLog
from creator_search.services.ports.watching import Probe, WatchStore
from creator_search.services.watching.figures import FigureReader

PROBE_SECONDS = 1.0
SHARED_FOR = timedelta(seconds=10)
SEEN_EVERY = timedelta(minutes=1)
"""How often the value of a raised alert is stored again."""
_BREAKERS, _FIGURES = "breakers", "alerts"
Wait = Callable[[Sequence["Future[Any]"], float], object]


@dataclass(frozen=True, slots=True)
class Health:
    status: HealthStatus
    score: int
    services: Mapping[ServiceName, Finding]
    alerts: Sequence[Alert]
    measured_at: datetime
    notes: Sequence[str] = ()


class HealthReader:
    """`wait` waits until the futures are done, for so many seconds at most."""

    def __init__(
        self,
        probes: Mapping[ServiceName, Probe],
        breakers: BreakerStore,
        figures: FigureReader,
        store: WatchStore,
        clock: Clock,
        failures: FailureLog,
        *,
        wait: Wait = wait_for,
        elapsed: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._probes = probes
        self._breakers = breakers
        self._figures = figures
        self._store = store
        self._clock = clock
        self._failures = failures
        self._wait = wait
        self._elapsed = elapsed
        self._lock = Lock()
        self._last: Health | None = None
        self._running: dict[str, Future[Any]] = {}
        self._watched = Watched()
        """What was read last."""

    def read_health(self) -> Health:
        """Return the health, at most ten seconds old. Callers at the same time wait for the same probes."""
        with self._lock:
            if self._last is None or self._clock() - self._last.measured_at >= SHARED_FOR:
                self._last = self._measure()
            return self._last

    def _measure(self) -> Health:
        now = self._clock()
        # A result that came too late for the previous check is out of date now.
        self._running = {name: future for name, future in self._running.items() if not future.done()}
        work: dict[str, Callable[[], Any]] = {name: self._timed(probe) for name, probe in self._probes.items()}
        work |= {_BREAKERS: self._load_phases, _FIGURES: self._figures.read_alerts}
        self._start(work)
        self._wait(list(self._running.values()), PROBE_SECONDS)
        done = {name: future for name, future in self._running.items() if future.done()}
        for name in done:
            del self._running[name]
        notes: list[str] = []
        phases: Mapping[str, BreakerPhase] = self._result(done, _BREAKERS, notes) or {}
        watched: Watched | None = self._result(done, _FIGURES, notes)
        self._watched = watched or self._watched
        services = {name: with_breakers(name, self._finding(name, done), phases) for name in self._probes}
        score = health_score(services)
        raised = self._watched.snapshot.alerts if self._watched.snapshot else ()
        can_store = services[ServiceName.DATABASE].status is HealthStatus.HEALTHY
        alert = self._health_alert(score, now, can_store=can_store)
        return Health(
            overall(services, score), score, services, tuple(filter(None, (alert, *raised))), now, tuple(notes)
        )

    def _start(self, work: Mapping[str, Callable[[], Any]]) -> None:
        """Start threads for the work whose last thread has ended. They are daemons: one that hangs must not keep the
        process from ending."""
        for name, call in work.items():
            if name not in self._running:
                future: Future[Any] = Future()
                self._running[name] = future
                run = copy_context().run
                Thread(target=run, args=(_run, future, call), name=f"probe-{name}", daemon=True).start()

    def _timed(self, probe: Probe) -> Callable[[], Finding]:
        def call() -> Finding:
            started = self._elapsed()
            found = probe()
            return replace(found, latency_ms=round(1000 * (self._elapsed() - started), 2))

        return call

    def _load_phases(self) -> Mapping[str, BreakerPhase]:
        now = self._clock()
        return {name: state.phase(now) for name, state in self._breakers.load_breakers(list(BREAKERS)).items()}

    def _finding(self, name: ServiceName, done: "Mapping[str, Future[Any]]") -> Finding:
        if name not in done:
            return Finding(HealthStatus.UNHEALTHY, f"no answer within {PROBE_SECONDS:.0f} s")
        error = done[name].exception()
        if error is None:
            found: Finding = done[name].result()
            return found
        if isinstance(error, Exception):
            self._failures.log_failure("a probe failed", error, service=name.value)
        return Finding(HealthStatus.UNHEALTHY, "the call failed")

    def _result(self, done: "Mapping[str, Future[Any]]", name: str, notes: list[str]) -> Any:
        if name not in done:
            notes.append(f"{name}: not read within {PROBE_SECONDS:.0f} s")
            return None
        error = done[name].exception()
        if error is not None:
            if isinstance(error, Exception):
                self._failures.log_failure("the health is without its context", error, what=name)
            notes.append(f"{name}: not available")
            return None
        return done[name].result()

    def _health_alert(self, score: int, now: datetime, *, can_store: bool) -> Alert | None:
        before = self._watched.health_alert
        after = next(iter(next_alerts(filter(None, [before]), [Reading(HEALTH, float(score))], now)), None)
        self._watched = replace(self._watched, health_alert=after)
        is_known = before and after and after.seen_at - before.seen_at < SEEN_EVERY
        if can_store and after != before and not is_known:
            try:
                self._store.save_health_alert(after)
            except StoreUnavailable as error:
                self._failures.log_failure("the alert of the health is not stored", error)
        return after


def _run(future: "Future[Any]", call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # the reader of the future decides
        future.set_exception(error)
