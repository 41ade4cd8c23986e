"""The health: probes side by side, shared, and never longer than a second."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta
from typing import Any

import pytest
from creator_search.domain.breakers import BreakerState
from creator_search.domain.health import Finding, HealthStatus, ServiceName
from creator_search.services.ports.watching import Probe
from creator_search.services.watching.health import Health, HealthReader

from tests.fakes import START, World

PATIENCE = 20
HANGS = "hangs"


class Probes:
    """A probe of each service; `outcomes` are findings, errors, or HANGS."""

    def __init__(self, **outcomes: Any) -> None:
        self.outcomes = outcomes
        self.calls = 0
        self.released = threading.Event()
        self._lock = threading.Lock()

    def all(self) -> Mapping[ServiceName, Probe]:
        return {name: self._probe(name) for name in ServiceName}

    def _probe(self, name: ServiceName) -> Callable[[], Finding]:
        def probe() -> Finding:
            with self._lock:
                self.calls += 1
            outcome = self.outcomes.get(name.value, Finding(HealthStatus.HEALTHY, "fine"))
            if outcome == HANGS:
                assert self.released.wait(PATIENCE)
                return Finding(HealthStatus.HEALTHY, "late")
            if isinstance(outcome, Exception):
                raise outcome
            assert isinstance(outcome, Finding)
            return outcome

        return probe

    @property
    def hanging(self) -> int:
        return sum(outcome == HANGS for outcome in self.outcomes.values())


class Waits:
    """Waits for what does not hang, without a clock, and keeps the limits that it was given."""

    def __init__(self, probes: Probes) -> None:
        self.limits: list[float] = []
        self._probes = probes

    def __call__(self, futures: Sequence["Future[Any]"], seconds: float) -> None:
        self.limits.append(seconds)
        done = threading.Semaphore(0)
        for future in futures:
            future.add_done_callback(lambda _: done.release())
        for _ in range(len(futures) - self._probes.hanging):
            assert done.acquire(timeout=PATIENCE)


class Setting:
    def __init__(self, **outcomes: Any) -> None:
        self.world = World()
        self.probes = Probes(**outcomes)
        self.waits = Waits(self.probes)
        container = self.world.container
        self.reader = HealthReader(
            self.probes.all(),
            self.world.breakers,
            container.figure_reader,
            self.world.watched,
            self.world.clock,
            self.world.failures,
            wait=self.waits,
            elapsed=lambda: 0.0,
        )

    def read(self) -> Health:
        return self.reader.read_health()


@pytest.fixture
def made() -> Iterator[Callable[..., Setting]]:
    settings: list[Setting] = []

    def make(**outcomes: Any) -> Setting:
        settings.append(Setting(**outcomes))
        return settings[-1]

    yield make
    for setting in settings:
        setting.probes.released.set()


Make = Callable[..., Setting]


def test_everything_works(made: Make) -> None:
    found = made().read()
    assert (found.status, found.score, found.notes) == (HealthStatus.HEALTHY, 100, ())
    assert set(found.services) == set(ServiceName)


@pytest.mark.parametrize("name", ServiceName)
@pytest.mark.parametrize("how", ["down", "hangs", "slow", "not probed"])
def test_a_service_that_fails_is_told_from_the_others(made: Make, name: ServiceName, how: str) -> None:
    outcomes = {
        "down": RuntimeError("secret text"),
        "hangs": HANGS,
        "slow": Finding(HealthStatus.DEGRADED, "slow"),
        "not probed": Finding(HealthStatus.UNKNOWN, "no permission"),
    }
    setting = made(**{name.value: outcomes[how]})
    found = setting.read()
    expected = {
        "down": HealthStatus.UNHEALTHY,
        "hangs": HealthStatus.UNHEALTHY,
        "slow": HealthStatus.DEGRADED,
        "not probed": HealthStatus.UNKNOWN,
    }
    assert found.services[name].status is expected[how]
    others = [service.status for other, service in found.services.items() if other is not name]
    assert set(others) == {HealthStatus.HEALTHY}
    is_required = name in (ServiceName.DATABASE, ServiceName.QUEUE) and how in ("down", "hangs")
    assert found.status is (HealthStatus.UNHEALTHY if is_required else HealthStatus.DEGRADED)
    assert "secret" not in str(found)


def test_a_probe_that_hangs_costs_one_second_and_no_second_thread(made: Make) -> None:
    setting = made(storage=HANGS)
    setting.read()
    assert setting.waits.limits == [1.0]
    calls = setting.probes.calls
    setting.world.clock.advance(seconds=11)
    assert setting.read().services[ServiceName.STORAGE].detail == "no answer within 1 s"
    assert setting.probes.calls == calls + len(ServiceName) - 1


def test_the_health_is_shared_for_ten_seconds(made: Make) -> None:
    setting = made()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: setting.read(), range(40)))
    assert setting.probes.calls == len(ServiceName)
    setting.world.clock.advance(seconds=9.9)
    setting.read()
    assert setting.probes.calls == len(ServiceName)
    setting.world.clock.advance(seconds=0.1)
    setting.read()
    assert setting.probes.calls == 2 * len(ServiceName)


def test_breakers_are_those_of_their_services_and_unknown_without_their_store(made: Make) -> None:
    setting = made()
    setting.world.breakers.states["files"] = BreakerState(version=1, open_until=START + timedelta(minutes=1))
    found = setting.read()
    assert found.services[ServiceName.STORAGE].breaker == "open"
    assert found.services[ServiceName.STORAGE].status is HealthStatus.DEGRADED
    setting = made()
    setting.world.breakers.down = True
    found = setting.read()
    assert found.services[ServiceName.STORAGE].breaker is None and "breakers: not available" in found.notes


def test_a_low_score_is_an_alert_with_hysteresis_that_all_instances_share(made: Make) -> None:
    down = Finding(HealthStatus.UNHEALTHY, "down")
    setting = made(queue=down, cache=down, ai_models=down)
    [alert] = setting.read().alerts
    assert (alert.name, alert.severity, alert.value, alert.threshold) == ("health", "critical", 65.0, 70.0)
    assert setting.world.watched.watched.health_alert == alert
    [of_metrics] = setting.world.container.figure_reader.read_figures().alerts
    assert of_metrics.name == "health"
    slow = Finding(HealthStatus.DEGRADED, "slow")
    setting.probes.outcomes = {"queue": down, "ai_models": down, "workers": slow}
    setting.world.clock.advance(seconds=10)
    assert [(a.since, a.value) for a in setting.read().alerts] == [(START, 70.0)]  # cleared from 75


def test_the_alert_is_cleared_when_the_score_is_good_again(made: Make) -> None:
    down = Finding(HealthStatus.UNHEALTHY, "down")
    setting = made(queue=down, cache=down, ai_models=down)
    assert setting.read().alerts
    setting.probes.outcomes = {}
    setting.world.clock.advance(seconds=10)
    assert setting.read().alerts == () and setting.world.watched.watched.health_alert is None


def test_the_health_has_the_alerts_of_the_figures(made: Make) -> None:
    setting = made()
    setting.world.resources.share = 0.99
    assert [alert.name for alert in setting.read().alerts] == ["resources"]


def test_figures_that_cannot_be_read_are_noted(made: Make) -> None:
    setting = made()
    setting.world.locks.acquire("figures", "somebody else", 1000)
    found = setting.read()
    assert found.status is HealthStatus.HEALTHY and "alerts: not available" in found.notes


def test_waiting_for_futures_ends_at_the_limit() -> None:
    never: Future[None] = Future()
    assert wait_for([never], 0.0).not_done == {never}
