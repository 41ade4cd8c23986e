"""GET /api/health."""

from datetime import datetime
from typing import Annotated

from creator_search import __version__
from creator_search.bootstrap import Container
from creator_search.domain.health import HealthStatus
from creator_search.http import endpoint, lambda_handler, provided
from creator_search.schemas.watching import AlertData, alerts_data
from creator_search.services.watching.health import HealthReader
from fastapi import Response
from pydantic import BaseModel, Field

router, route = endpoint("get_health")


class ServiceHealth(BaseModel):
    """`status` is also `unknown`, of a service that this process cannot probe. `breaker` is the phase of its circuit
    breaker, null if it has none or its state is not available. `detail` is a text, or several by name."""

    status: HealthStatus
    latency_ms: float | None
    breaker: str | None
    detail: str | dict[str, str]


class HealthAnswer(BaseModel):
    """The same document for every status; with 503, `success` is false and `status` unhealthy."""

    success: bool
    status: HealthStatus
    health_score: int = Field(ge=0, le=100)
    services: dict[str, ServiceHealth]
    alerts: list[AlertData]
    version: str
    measured_at: datetime
    notes: list[str]


_UNHEALTHY = {
    "model": HealthAnswer,
    "description": "The system is unhealthy: its database or its queue is down, or the score is below 50",
    "content": {
        "application/json": {
            "example": {
                "success": False,
                "status": "unhealthy",
                "health_score": 70,
                "services": {
                    "database": {
                        "status": "unhealthy",
                        "latency_ms": None,
                        "breaker": None,
                        "detail": "no answer within 1 s",
                    }
                },
                "alerts": [],
                "version": __version__,
                "measured_at": "2026-01-31T12:00:12Z",
                "notes": ["breakers: not available"],
            }
        }
    },
}


@route(response_model=HealthAnswer, documented={503: _UNHEALTHY})
def get_health(reader: Annotated[HealthReader, provided(Container.health_reader)]) -> Response:
    """All services are probed at the same time, each for at most a second; the result is shared for ten seconds.
    Nothing calls a paid upstream."""
    found = reader.read_health()
    is_well = found.status is not HealthStatus.UNHEALTHY
    answer = HealthAnswer(
        success=is_well,
        status=found.status,
        health_score=found.score,
        services={
            name.value: ServiceHealth(
                status=service.status,
                latency_ms=service.latency_ms,
                breaker=service.breaker,
                detail=service.detail if isinstance(service.detail, str) else dict(service.detail),
            )
            for name, service in found.services.items()
        },
        alerts=alerts_data(found.alerts),
        version=__version__,
        measured_at=found.measured_at,
        notes=list(found.notes),
    )
    return Response(answer.model_dump_json(), 200 if is_well else 503, media_type="application/json")


handler = lambda_handler(router)
