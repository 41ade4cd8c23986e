"""The health of the system: what probes found, and the score and the status that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from creator_search.domain.breakers import BreakerPhase, Dependency

Detail = str | Mapping[str, str]


class HealthStatus(StrEnum):
    """`unknown` is only the status of a service: one that could not be probed."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


class ServiceName(StrEnum):
    DATABASE = "database"
    CACHE = "cache"
    QUEUE = "queue"
    STORAGE = "storage"
    UPSTREAM_API = "upstream_api"
    AI_MODELS = "ai_models"
    WORKERS = "workers"


WEIGHTS: Mapping[ServiceName, int] = {
    ServiceName.DATABASE: 30,
    ServiceName.QUEUE: 20,
    ServiceName.UPSTREAM_API: 15,
    ServiceName.CACHE: 10,
    ServiceName.STORAGE: 10,
    ServiceName.WORKERS: 10,
    ServiceName.AI_MODELS: 5,
}
"""The points of each service; they add up to 100."""
_SHARES = {
    HealthStatus.HEALTHY: 1.0,
    HealthStatus.DEGRADED: 0.5,
    HealthStatus.UNKNOWN: 0.5,
    HealthStatus.UNHEALTHY: 0.0,
}
REQUIRED = (ServiceName.DATABASE, ServiceName.QUEUE)
"""If one of these is down, the system is unhealthy whatever its score."""
LOWEST_SCORE = 50
"""Below it the system is unhealthy."""
BREAKER_OF: Mapping[ServiceName, str] = {
    ServiceName.DATABASE: Dependency.DATABASE.value,
    ServiceName.CACHE: Dependency.CACHE.value,
    ServiceName.STORAGE: Dependency.FILES.value,
    ServiceName.AI_MODELS: Dependency.AI_MODELS.value,
}
"""The services that one breaker protects. Each endpoint of an upstream has one of its own."""
_WORST = (BreakerPhase.OPEN, BreakerPhase.HALF_OPEN, BreakerPhase.CLOSED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found. `breaker` is the phase of the service's breaker: None if it has none or it is not known."""

    status: HealthStatus
    detail: Detail
    latency_ms: float | None = None
    breaker: BreakerPhase | None = None


def with_breakers(service: ServiceName, found: Finding, phases: Mapping[str, BreakerPhase]) -> Finding:
    """Return the finding with the phase of its breaker. A service whose breaker is not closed is degraded at best.

    The upstream has the worst phase of its endpoints, and those of all in its detail.
    """
    if service is ServiceName.UPSTREAM_API:
        endpoints = {name: phase for name, phase in phases.items() if name not in set(Dependency)}
        worst = next((phase for phase in _WORST if phase in endpoints.values()), None)
        given = dict(found.detail) if isinstance(found.detail, Mapping) else {"probe": found.detail}
        detail: Detail = {**given, **{name: f"breaker {phase}" for name, phase in endpoints.items()}}
        return _limited(replace(found, breaker=worst, detail=detail))
    return _limited(replace(found, breaker=phases.get(BREAKER_OF.get(service, ""))))


def _limited(found: Finding) -> Finding:
    is_open = found.breaker in (BreakerPhase.OPEN, BreakerPhase.HALF_OPEN)
    if not is_open or found.status is not HealthStatus.HEALTHY:
        return found
    return replace(found, status=HealthStatus.DEGRADED)


def health_score(services: Mapping[ServiceName, Finding]) -> int:
    """Return the score from 0 to 100: the points of the healthy services, and half of those of the services that are
    degraded or could not be probed."""
    return round(sum(WEIGHTS[name] * _SHARES[found.status] for name, found in services.items()))


def overall(services: Mapping[ServiceName, Finding], score: int) -> HealthStatus:
    """Return the status of the system: unhealthy if a required service is down or the score is below 50, healthy if
    all services are."""
    if score < LOWEST_SCORE or any(services[name].status is HealthStatus.UNHEALTHY for name in REQUIRED):
        return HealthStatus.UNHEALTHY
    if all(found.status is HealthStatus.HEALTHY for found in services.values()):
        return HealthStatus.HEALTHY
    return HealthStatus.DEGRADED
