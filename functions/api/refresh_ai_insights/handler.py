"""POST /api/profile/{username}/ai-insights/refresh."""

from typing import Annotated

from creator_search import providers
from creator_search.domain.errors import ProfileNotFound
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided
from creator_search.services.ports import ProfileStore, TaskQueue
from pydantic import BaseModel

router, route = endpoint("refresh_ai_insights")


class AnalysisRequest(BaseModel):
    username: str
    queued: bool


class AnalysisRequestAnswer(Envelope):
    data: AnalysisRequest
    message: str


@route(
    example={
        "success": True,
        "data": {"username": "natgeo", "queued": True},
        "message": "The posts of @natgeo will be analysed",
    }
)
def refresh_ai_insights(
    username: Username,
    profiles: Annotated[ProfileStore, provided(providers.profile_store)],
    tasks: Annotated[TaskQueue, provided(providers.task_queue)],
) -> AnalysisRequestAnswer:
    """Queue an analysis of what is stored: posts not read yet, read more than 7 days ago, or by an older engine."""
    if profiles.profile(username) is None:
        raise ProfileNotFound(username)
    tasks.analyse_profile(username)
    return AnalysisRequestAnswer(
        data=AnalysisRequest(username=username, queued=True),
        message=f"The posts of @{username} will be analysed",
    )


handler = lambda_handler(router)
