"""GET /api/profile/{username}."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName
from creator_search.http import (
    CurrentCaller,
    ReadTimer,
    Username,
    document_response,
    endpoint,
    lambda_handler,
    provided,
)
from creator_search.schemas.envelope import ReadMeta
from creator_search.schemas.profile import ProfileDocument
from creator_search.services.activity import ActivityRecorder
from creator_search.services.reading.creators import CreatorReader
from fastapi import Response

router, route = endpoint("get_profile")


class ProfileAnswer(ProfileDocument):
    meta: ReadMeta


@route(response_model=ProfileAnswer)
def get_profile(
    username: Username,
    timer: ReadTimer,
    caller: CurrentCaller,
    creators: Annotated[CreatorReader, provided(Container.creators)],
    activity: Annotated[ActivityRecorder, provided(Container.activity_recorder)],
) -> Response:
    """A creator's profile and figures. A profile that is not stored is fetched from the upstream and returned at once,
    and its full job is queued."""
    found = creators.read_document(username, DocumentName.PROFILE, timer.deadline)
    activity.record_opening(caller.subject, username)
    return document_response(found, timer)


handler = lambda_handler(router)
