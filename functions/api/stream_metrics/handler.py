"""GET /api/streaming/metrics."""

from collections.abc import Iterator
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import Event, StreamSeconds, endpoint, event_stream, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.watching import MetricsData, metrics_data
from creator_search.services.watching.figures import FigureReader
from fastapi import Request, Response

router, route = endpoint("stream_metrics")

PAUSE_SECONDS = 5


class MetricsEvent(Envelope):
    """One event of the stream."""

    data: MetricsData


@route(response_model=MetricsEvent)
def stream_metrics(
    request: Request,
    stream_seconds: StreamSeconds,
    reader: Annotated[FigureReader, provided(Container.figure_reader)],
) -> Response:
    """The figures immediately and then every five seconds, as Server-Sent Events: `data: {"success": true, "data":
    {…}}`. At the end of its time limit the stream sends `data: {"stream_completed": true, "total_snapshots": n}`, and a
    client may connect again."""

    # The last event is sent before the limit of every stream.
    number = max(0, int((stream_seconds - 1) // PAUSE_SECONDS)) + 1

    def snapshots() -> Iterator[Event]:
        for left in reversed(range(number)):
            text = MetricsEvent(data=metrics_data(reader.read_figures())).model_dump_json()
            yield Event(text, pause_seconds=PAUSE_SECONDS if left else 0)
        yield Event({"stream_completed": True, "total_snapshots": number})

    return event_stream(request, snapshots(), stream_seconds)


handler = lambda_handler(router)
