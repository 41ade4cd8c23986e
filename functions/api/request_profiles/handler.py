"""POST /api/profiles/request."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

from creator_search import providers
from creator_search.domain.errors import CreatorSearchError, InvalidUsername
from creator_search.domain.jobs import parse_source
from creator_search.domain.usernames import parse_username
from creator_search.http import Envelope, endpoint, lambda_handler, provided
from creator_search.responses import Maybe, RequestData
from creator_search.services.request_profile import RequestProfile
from pydantic import BaseModel, Field

router, route = endpoint("request_profiles")

_PARALLEL = 10


class BulkRequest(BaseModel):
    usernames: list[Any] = Field(
        min_length=1,
        max_length=100,
        description="1 to 100 usernames; one that is not valid gets an error in its own row.",
        examples=[["natgeo", "nasa"]],
    )
    source: str = Field(default="bulk", pattern="^[a-zA-Z0-9_]{1,20}$", examples=["bulk"])


class BulkRow(BaseModel):
    username: str
    success: bool
    data: Annotated[RequestData | None, Maybe] = None
    error: Annotated[str | None, Maybe] = None
    error_code: Annotated[str | None, Maybe] = None


class BulkAnswer(Envelope):
    data: list[BulkRow]


@route(
    example={
        "success": True,
        "data": [
            {
                "username": "natgeo",
                "success": True,
                "data": {
                    "queued": True,
                    "message": "Profile natgeo added to medium priority processing queue",
                    "estimated_time": "1-2 minutes",
                    "profile_type": "new",
                    "status": "pending",
                    "priority": "MEDIUM",
                    "queue_position": 1,
                    "request_id": "6f3c1f0a5d0b4d4f8a5e7a1c9b2d3e4f",
                    "next_check_recommended": "30 seconds",
                },
            },
            {
                "username": "not a name",
                "success": False,
                "error": "Username may hold only letters, digits, dots and underscores",
                "error_code": "INVALID_USERNAME",
            },
        ],
    }
)
def request_profiles(
    body: BulkRequest, request: Annotated[RequestProfile, provided(providers.request_profile)]
) -> BulkAnswer:
    """Ask for up to 100 full profiles; rows come back in the order given, each with its own success."""
    source = parse_source(body.source)
    distinct = dict.fromkeys(_shown(raw) for raw in body.usernames)
    with ThreadPoolExecutor(_PARALLEL) as pool:
        rows = dict(zip(distinct, pool.map(lambda name: _row(name, source, request), distinct), strict=True))
    return BulkAnswer(data=[rows[_shown(raw)] for raw in body.usernames])


def _shown(raw: Any) -> str:
    """As text that an answer can hold: JSON may carry half a surrogate pair, which none can."""
    text = raw if isinstance(raw, str) else f"({type(raw).__name__})"
    return text.encode(errors="replace").decode()


def _row(raw: str, source: str, request: RequestProfile) -> BulkRow:
    try:
        username = parse_username(raw)
        return BulkRow(username=username, success=True, data=RequestData.of(request(username, source)))
    except CreatorSearchError as error:
        shown = raw if isinstance(error, InvalidUsername) else raw.strip()
        return BulkRow(username=shown[:100], success=False, error=error.message, error_code=error.error_code)


handler = lambda_handler(router)
