"""The metrics of an answer."""

from typing import TYPE_CHECKING

from creator_search.catalogue import api_of
from creator_search.domain.metrics import Metric

if TYPE_CHECKING:
    from creator_search.services.ports import Metrics


def record_answer(metrics: "Metrics", operation: str, status: int, seconds: float) -> None:
    """Record the time to the first byte of an answer, and whether its status is 400 or more."""
    metrics.record_seconds(Metric.REQUEST_SECONDS, seconds, operation=operation)
    if status >= 500:
        metrics.count(Metric.REQUEST_FAILED, operation=operation)
        if api := api_of(operation):
            metrics.count(Metric.API_FAILED, api=api.name)
    elif status >= 400:
        metrics.count(Metric.REQUEST_REFUSED, operation=operation)
