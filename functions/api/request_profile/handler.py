"""POST /api/profile/{username}/request."""

from typing import Annotated

from creator_search import providers
from creator_search.domain.jobs import parse_source
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.responses import RequestAnswer, RequestData
from creator_search.services.request_profile import RequestProfile
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


@route(
    example={
        "success": True,
        "data": {
            "queued": True,
            "message": "Profile natgeo added to high priority processing queue",
            "estimated_time": "1-2 minutes",
            "profile_type": "new",
            "status": "pending",
            "priority": "HIGH",
            "queue_position": 1,
            "request_id": "6f3c1f0a5d0b4d4f8a5e7a1c9b2d3e4f",
            "next_check_recommended": "30 seconds",
        },
    }
)
def request_profile(
    username: Username,
    request: Annotated[RequestProfile, provided(providers.request_profile)],
    source: Source = "frontend",
) -> RequestAnswer:
    """Ask for a full profile; the source sets how soon. `queued: true` is a promise that it will be built."""
    return RequestAnswer(data=RequestData.of(request(username, parse_source(source))))


handler = lambda_handler(router)
