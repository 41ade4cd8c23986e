"""GET /api/profile/by-id/{id}."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import AccountId, ReadTimer, document_response, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import ReadMeta
from creator_search.schemas.profile import ProfileDocument
from creator_search.services.reading.creators import CreatorReader
from fastapi import Response

router, route = endpoint("get_profile_by_id")


class ProfileAnswer(ProfileDocument):
    meta: ReadMeta


@route(response_model=ProfileAnswer)
def get_profile_by_id(
    id: AccountId, timer: ReadTimer, creators: Annotated[CreatorReader, provided(Container.creators)]
) -> Response:
    """The profile of a stored account, whatever its username is now. If another account has taken its username and its
    new one is not known, the answer is the last profile that was stored."""
    return document_response(creators.read_account(id, timer.deadline), timer)


handler = lambda_handler(router)
