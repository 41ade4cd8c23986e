"""The figures of the system, as `/api/metrics` and its stream answer them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel

from creator_search.domain.alerts import Alert, Severity
from creator_search.domain.measurements import (
    AnalysisFigures,
    BreakerFigures,
    CacheFigures,
    QueueFigures,
    RequestFigures,
    Resources,
    WorkFigures,
)
from creator_search.services.watching.figures import SystemFigures

TOP = 5


class AlertData(BaseModel):
    """A raised alert. Its name contains the subject after a colon, if its rule applies to several."""

    name: str
    severity: Severity
    value: float
    threshold: float
    since: datetime


class TopOperation(BaseModel):
    operation: str
    count: int
    share: float


class MetricsData(BaseModel):
    """Rates are percentages, shares 0 to 1, durations in seconds. Percentiles are computed over one period by the store
    of the metrics, which interpolates between neighbouring samples. A section is null where it could not be measured,
    with the reason in `notes`."""

    measured_at: datetime
    requests: RequestFigures | None
    operations: dict[str, RequestFigures]
    top_operations: list[TopOperation]
    caches: dict[str, CacheFigures]
    queues: dict[str, QueueFigures] | None
    ai: AnalysisFigures | None
    store: WorkFigures | None
    upstreams: dict[str, WorkFigures]
    workers: dict[str, WorkFigures]
    breakers: dict[str, BreakerFigures] | None
    resources: Resources
    alerts: list[AlertData]
    notes: list[str]


def alerts_data(alerts: Iterable[Alert]) -> list[AlertData]:
    return [
        AlertData(name=a.name, severity=a.severity, value=a.value, threshold=a.threshold, since=a.since) for a in alerts
    ]


def metrics_data(figures: SystemFigures) -> MetricsData:
    found = figures.snapshot
    total = found.requests.count if found.requests else 0
    top: Sequence[tuple[str, RequestFigures]] = list(found.operations.items())[:TOP]
    return MetricsData(
        measured_at=found.measured_at,
        requests=found.requests,
        operations=dict(found.operations),
        top_operations=[
            TopOperation(operation=name, count=each.count, share=round(each.count / total, 4)) for name, each in top
        ],
        caches=dict(found.caches),
        queues=None if found.queues is None else dict(found.queues),
        ai=found.analysis,
        store=found.store,
        upstreams=dict(found.upstreams),
        workers=dict(found.workers),
        breakers=None if found.breakers is None else dict(found.breakers),
        resources=figures.resources,
        alerts=alerts_data(figures.alerts),
        notes=[*found.notes, *(f"resources.{note}" for note in figures.resources.notes)],
    )
