"""GET /api/profile/{username}/ai-insights."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName
from creator_search.http import ReadTimer, Username, document_response, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import ReadMeta
from creator_search.schemas.insights import InsightsDocument
from creator_search.services.reading.creators import CreatorReader
from fastapi import Response

router, route = endpoint("get_ai_insights")


class InsightsAnswer(InsightsDocument):
    meta: ReadMeta


@route(response_model=InsightsAnswer)
def get_ai_insights(
    username: Username, timer: ReadTimer, creators: Annotated[CreatorReader, provided(Container.creators)]
) -> Response:
    """The analysis of the captions of the newest posts: categories, sentiment, languages, confidences and engines.
    Null, with `status: pending`, until the captions are analyzed."""
    return document_response(creators.read_document(username, DocumentName.INSIGHTS, timer.deadline), timer)


handler = lambda_handler(router)
