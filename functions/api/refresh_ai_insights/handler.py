"""POST /api/profile/{username}/ai-insights/refresh."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.analysis.refresh import AnalysisRequests
from pydantic import BaseModel

router, route = endpoint("refresh_ai_insights")


class AnalysisRequest(BaseModel):
    username: str
    queued: bool


class AnalysisRequestAnswer(Envelope):
    data: AnalysisRequest
    message: str


@route()
def refresh_ai_insights(
    username: Username,
    analyses: Annotated[AnalysisRequests, provided(Container.analysis_requests)],
) -> AnalysisRequestAnswer:
    """Queue an analysis of stored posts that have no analysis, or one older than 7 days or made by an older engine. For
    a former username of an account, the analysis is that of the present one, which is in `data`."""
    found = analyses.request_analysis(username)
    return AnalysisRequestAnswer(
        data=AnalysisRequest(username=found, queued=True), message=f"The posts of @{found} will be analyzed"
    )


handler = lambda_handler(router)
