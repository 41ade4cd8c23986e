"""GET /api/metrics."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import endpoint, lambda_handler, prefers, provided
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.exposition import prometheus_text
from creator_search.schemas.watching import MetricsData, metrics_data
from creator_search.services.watching.figures import FigureReader
from fastapi import Request, Response

router, route = endpoint("get_metrics")

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class MetricsAnswer(Envelope):
    data: MetricsData


@route(response_model=MetricsAnswer)
def get_metrics(
    request: Request, reader: Annotated[FigureReader, provided(Container.figure_reader)]
) -> MetricsAnswer | Response:
    """Figures of all instances, at most a minute old, each with the period that it covers: the last five to ten
    minutes, and the current one. With `Accept: text/plain`, in the text format of Prometheus."""
    data = metrics_data(reader.read_figures())
    if prefers(request.headers.get("accept", ""), "text/plain"):
        return Response(prometheus_text(data), media_type=PROMETHEUS)
    return MetricsAnswer(data=data)


handler = lambda_handler(router)
