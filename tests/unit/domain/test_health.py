"""The score and the status of the health."""

from creator_search.domain.breakers import UPSTREAM_ENDPOINTS, BreakerPhase
from creator_search.domain.health import (
    WEIGHTS,
    Finding,
    HealthStatus,
    ServiceName,
    health_score,
    overall,
    with_breakers,
)
from hypothesis import given
from hypothesis import strategies as st

HEALTHY = Finding(HealthStatus.HEALTHY, "fine")
findings = st.fixed_dictionaries(
    {name: st.sampled_from(HealthStatus).map(lambda status: Finding(status, "")) for name in ServiceName}
)


def test_the_points_of_all_services_are_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100 and set(WEIGHTS) == set(ServiceName)
    assert health_score(dict.fromkeys(ServiceName, HEALTHY)) == 100


@given(findings)
def test_the_status_follows_from_the_services_and_the_score(services: dict[ServiceName, Finding]) -> None:
    score = health_score(services)
    status = overall(services, score)
    assert 0 <= score <= 100
    is_down = any(services[name].status is HealthStatus.UNHEALTHY for name in (ServiceName.DATABASE, ServiceName.QUEUE))
    assert (status is HealthStatus.UNHEALTHY) == (is_down or score < 50)
    assert (status is HealthStatus.HEALTHY) == all(f.status is HealthStatus.HEALTHY for f in services.values())


@given(findings, st.sampled_from(ServiceName))
def test_no_score_falls_when_a_service_recovers(services: dict[ServiceName, Finding], name: ServiceName) -> None:
    assert health_score({**services, name: HEALTHY}) >= health_score(services)


def test_the_upstream_has_the_worst_phase_of_its_endpoints_and_each_in_its_detail() -> None:
    phases = dict.fromkeys(UPSTREAM_ENDPOINTS, BreakerPhase.CLOSED) | {"cache": BreakerPhase.OPEN}
    found = with_breakers(ServiceName.UPSTREAM_API, HEALTHY, phases)
    assert (found.breaker, found.status) == (BreakerPhase.CLOSED, HealthStatus.HEALTHY)
    found = with_breakers(
        ServiceName.UPSTREAM_API,
        HEALTHY,
        phases | {"rapidapi-similar": BreakerPhase.OPEN, "decodo-profile": BreakerPhase.HALF_OPEN},
    )
    assert (found.breaker, found.status) == (BreakerPhase.OPEN, HealthStatus.DEGRADED)
    assert isinstance(found.detail, dict)
    assert found.detail["rapidapi-similar"] == "breaker open" and found.detail["rapidapi-posts"] == "breaker closed"


def test_a_service_whose_breaker_is_open_is_degraded_at_best() -> None:
    phases = {"database": BreakerPhase.HALF_OPEN, "cache": BreakerPhase.OPEN, "files": BreakerPhase.CLOSED}
    assert with_breakers(ServiceName.DATABASE, HEALTHY, phases).status is HealthStatus.DEGRADED
    down = with_breakers(ServiceName.CACHE, Finding(HealthStatus.UNHEALTHY, ""), phases)
    assert (down.status, down.breaker) == (HealthStatus.UNHEALTHY, BreakerPhase.OPEN)
    assert with_breakers(ServiceName.STORAGE, HEALTHY, phases).breaker is BreakerPhase.CLOSED
    assert with_breakers(ServiceName.STORAGE, HEALTHY, {}).breaker is None
    assert with_breakers(ServiceName.QUEUE, HEALTHY, phases).breaker is None
