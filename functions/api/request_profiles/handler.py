"""POST /api/profiles/request."""

from typing import Annotated, Any, Self

from creator_search.bootstrap import Container
from creator_search.domain.errors import InvalidUsername
from creator_search.domain.jobs import parse_source
from creator_search.http import CurrentCaller, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, Maybe
from creator_search.schemas.requests import RequestData
from creator_search.services.activity import ActivityRecorder
from creator_search.services.requests.submit import BulkOutcome, ProfileRequests
from pydantic import BaseModel, Field

router, route = endpoint("request_profiles")


class BulkRequest(BaseModel):
    usernames: list[Any] = Field(
        min_length=1,
        max_length=100,
        description="1 to 100 usernames; an invalid one gets an error in its own row.",
        examples=[["natgeo", "nasa"]],
    )
    source: str = Field(
        default="bulk",
        description="must be 1 to 20 letters, digits or underscores",
        pattern="^[a-zA-Z0-9_]{1,20}$",
        examples=["bulk"],
    )


class BulkRow(BaseModel):
    username: str
    success: bool
    data: Annotated[RequestData | None, Maybe] = None
    error: Annotated[str | None, Maybe] = None
    error_code: Annotated[str | None, Maybe] = None

    @classmethod
    def of(cls, found: BulkOutcome) -> Self:
        if found.outcome:
            return cls(username=found.outcome.username, success=True, data=RequestData.of(found.outcome))
        error = found.error
        assert error is not None
        shown = found.name if isinstance(error, InvalidUsername) else found.name.strip()
        return cls(username=shown[:100], success=False, error=error.message, error_code=error.error_code)


class BulkAnswer(Envelope):
    data: list[BulkRow]


@route()
def request_profiles(
    body: BulkRequest,
    caller: CurrentCaller,
    activity: Annotated[ActivityRecorder, provided(Container.activity_recorder)],
    requests: Annotated[ProfileRequests, provided(Container.requests)],
) -> BulkAnswer:
    """Request up to 100 full profiles; rows are returned in the given order, each with its own result."""
    names = [_as_text(value) for value in body.usernames]
    found = requests.submit_many(names, parse_source(body.source))
    activity.record_requests(caller.subject, [each.outcome.username for each in found if each.outcome])
    return BulkAnswer(data=[BulkRow.of(each) for each in found])


def _as_text(value: Any) -> str:
    """Convert any JSON value to text; unpaired surrogates, which JSON may contain, are replaced."""
    text = value if isinstance(value, str) else f"({type(value).__name__})"
    return text.encode(errors="replace").decode()


handler = lambda_handler(router)
