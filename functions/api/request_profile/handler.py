"""POST /api/profile/{username}/request."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.jobs import parse_source
from creator_search.http import CurrentCaller, Username, endpoint, lambda_handler, provided
from creator_search.schemas.requests import RequestAnswer, RequestData
from creator_search.services.activity import ActivityRecorder
from creator_search.services.requests.submit import ProfileRequests
from fastapi import Query

router, route = endpoint("request_profile")

Source = Annotated[
    str,
    Query(
        description="must be 1 to 20 letters, digits or underscores",
        pattern="^[a-zA-Z0-9_]{1,20}$",
        examples=["frontend"],
    ),
]


@route()
def request_profile(
    username: Username,
    caller: CurrentCaller,
    activity: Annotated[ActivityRecorder, provided(Container.activity_recorder)],
    requests: Annotated[ProfileRequests, provided(Container.requests)],
    source: Source = "frontend",
    refresh: Annotated[
        bool, Query(description="Build an existing primary profile again, at most once an hour.", examples=[False])
    ] = False,
) -> RequestAnswer:
    """Request a full profile; the source determines its priority. `queued: true` guarantees that the work will be done.
    With `refresh=true`, an existing primary profile is built again (`profile_type: primary`, `status: pending`), unless
    it is in the queue or such a refresh was requested less than an hour ago.
    """
    outcome = requests.submit(username, parse_source(source), refresh=refresh)
    activity.record_requests(caller.subject, [username])
    return RequestAnswer(data=RequestData.of(outcome))


handler = lambda_handler(router)
