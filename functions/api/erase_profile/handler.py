"""DELETE /api/profile/{username}/data."""

from typing import Annotated

from creator_search import providers
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided
from creator_search.services.erase_profile import AskErasure
from pydantic import BaseModel

router, route = endpoint("erase_profile")


class Erasure(BaseModel):
    username: str
    status: str


class ErasureAnswer(Envelope):
    data: Erasure
    message: str


@route(
    example={
        "success": True,
        "data": {"username": "natgeo", "status": "accepted"},
        "message": "The data of @natgeo is being erased and will not be collected again",
    }
)
def erase_profile(username: Username, ask: Annotated[AskErasure, provided(providers.ask_erasure)]) -> ErasureAnswer:
    """From now on the name is refused and collected by nobody; a job erases the profile, its posts and images, their
    copies on the CDN, queued work, and its rows in others' similar sets. Doing it twice does no harm."""
    ask(username)
    return ErasureAnswer(
        data=Erasure(username=username, status="accepted"),
        message=f"The data of @{username} is being erased and will not be collected again",
    )


handler = lambda_handler(router)
