"""GET /api/profile/{username}/authenticity."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.authenticity.signals import Signal
from creator_search.http import ReadTimer, Username, endpoint, lambda_handler, provided, versioned_response
from creator_search.schemas.envelope import Envelope
from creator_search.services.reading.authenticity import AuthenticityReader
from fastapi import Response
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

router, route = endpoint("get_authenticity")


class AuthenticityMeta(BaseModel):
    cache_hit: bool
    response_time_ms: float
    last_updated: str
    stale: bool
    source: str
    age_seconds: int


class AuthenticityAnswer(Envelope):
    username: str
    signals: list[Signal]
    meta: AuthenticityMeta


@route(response_model=AuthenticityAnswer)
def get_authenticity(
    username: Username,
    timer: ReadTimer,
    authenticity: Annotated[AuthenticityReader, provided(Container.authenticity_reader)],
) -> Response:
    """Signals of how authentic an audience is: follower spikes, engagement against the tier, likes per comment,
    comments without words, repeated comments, and the same accounts that comment first in the same order. Each has its
    usual range, the numbers from which its value can be computed again, and the innocent causes that the stored data
    shows. A value outside of its usual range proves nothing: there is no verdict and no total."""
    found = authenticity.read(username, timer.deadline)
    about = timer.meta(
        is_cached=found.is_cached, is_stale=found.is_stale, updated_at=found.updated_at, source=found.source
    )
    signals = to_jsonable_python(found.signals)
    content = {"success": True, "username": found.username, "signals": signals}
    return versioned_response(content, about, is_stale=found.is_stale)


handler = lambda_handler(router)
