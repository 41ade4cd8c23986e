"""GET /api/profile/{username}/analytics."""

from collections.abc import Iterator
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.analytics.report import DEFAULT_DAYS, MAX_DAYS
from creator_search.http import (
    COMPLETED_ID,
    Event,
    ReadTimer,
    StreamSeconds,
    Username,
    document_response,
    endpoint,
    event_stream,
    lambda_handler,
    provided,
    wants_events,
)
from creator_search.schemas.analytics import AnalyticsDocument
from creator_search.schemas.envelope import ReadMeta
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.fetch import ProfileFetcher
from fastapi import Query, Request, Response
from pydantic_core import to_jsonable_python

router, route = endpoint("get_analytics")


class AnalyticsAnswer(AnalyticsDocument):
    meta: ReadMeta


@route(response_model=AnalyticsAnswer)
def get_analytics(
    username: Username,
    request: Request,
    timer: ReadTimer,
    stream_seconds: StreamSeconds,
    creators: Annotated[CreatorReader, provided(Container.creators)],
    fetcher: Annotated[ProfileFetcher, provided(Container.profile_fetcher)],
    days: Annotated[
        int,
        Query(ge=1, le=MAX_DAYS, description="The length of the period in days, up to today.", examples=[DEFAULT_DAYS]),
    ] = DEFAULT_DAYS,
    stream: Annotated[
        bool, Query(description="Send the sections as Server-Sent Events as they are computed.", examples=[False])
    ] = False,
) -> Response:
    """Figures of a creator's posts and snapshots, with notes where a figure is null. With `stream=true`, one event per
    section: `data: {"section": name, "data": {…}}`; the last event is `data: {"stream_completed": true, …}`."""
    if not wants_events(request, stream):
        return document_response(creators.read_analytics(username, days, timer.deadline), timer)
    fetcher.refuse_absent(username)

    def sections() -> Iterator[Event]:
        yield Event({"section": "period", "data": {"username": username, "days": days}})
        sent = 1
        for name, section in creators.read_sections(username, days, timer.deadline):
            sent += 1
            yield Event({"section": name, "data": to_jsonable_python(section)})
        yield Event({"stream_completed": True, "total_sections": sent}, id=COMPLETED_ID)

    return event_stream(request, sections(), stream_seconds)


handler = lambda_handler(router)
