"""Queue messages as they arrive: what cannot be understood says why."""

import json
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from creator_search.domain.errors import CreatorSearchError, MalformedMessage
from creator_search.domain.jobs import JobMessage, parse_source
from creator_search.domain.usernames import parse_username

M = TypeVar("M", bound=BaseModel)


def _username(raw: str) -> str:
    try:
        return parse_username(raw)
    except CreatorSearchError as error:
        raise ValueError(error.message) from error


def _source(raw: str) -> str:
    try:
        return parse_source(raw)
    except CreatorSearchError as error:
        raise ValueError(error.message) from error


def _text(raw: object) -> object:
    """Crawlers count their requests: a number is as good as a text."""
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    username: Annotated[str, AfterValidator(_username)]
    schema_version: Literal[1, "1", "1.0"] = 1


class _ProfileMessage(_Message):
    source: Annotated[str, AfterValidator(_source)] = "crawler"
    request_id: Annotated[str | None, BeforeValidator(_text), Field(max_length=128)] = None
    requested_at: datetime | None = None


class MediaMessage(_Message):
    """Images left to copy: of a set of similar profiles (`batch_id` says which), or of a profile and its posts."""

    kind: Literal["similar", "profile"]
    batch_id: str | None = None


class ErasureMessage(_Message):
    """A creator whose data has to go; `is_last` is the pass after which none follows."""

    is_last: bool = False


class AnalysisMessage(BaseModel):
    """Whose posts to read: one creator, `attempt` times tried before, or a list of up to 100 to be taken one by one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    username: Annotated[str, AfterValidator(_username)] | None = None
    usernames: list[Annotated[str, AfterValidator(_username)]] = Field(default=[], max_length=100)
    attempt: int = Field(default=0, ge=0)
    schema_version: Literal[1, "1", "1.0"] = 1

    @model_validator(mode="after")
    def _one_or_many(self) -> "AnalysisMessage":
        if (self.username is None) == (not self.usernames):
            raise ValueError("needs either username or usernames")
        return self


def parse_job_message(body: str) -> JobMessage:
    """Raises MalformedMessage with the reason."""
    parsed = _parse(_ProfileMessage, body)
    at = parsed.requested_at
    # A time without a zone is UTC, as all of ours are.
    requested_at = at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
    return JobMessage(parsed.username, parsed.source, parsed.request_id, requested_at)


def parse_media_message(body: str) -> MediaMessage:
    """Raises MalformedMessage with the reason."""
    return _parse(MediaMessage, body)


def parse_analysis_message(body: str) -> AnalysisMessage:
    """Raises MalformedMessage with the reason."""
    return _parse(AnalysisMessage, body)


def parse_erasure_message(body: str) -> ErasureMessage:
    """Raises MalformedMessage with the reason."""
    return _parse(ErasureMessage, body)


def _parse(model: type[M], body: str) -> M:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage("the body is not JSON") from error
    if not isinstance(found, dict):
        raise MalformedMessage("the body is not a JSON object")
    try:
        # Null and absent mean the same.
        return model.model_validate({name: value for name, value in found.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise MalformedMessage(f"{field}: {first['msg']}" if field else first["msg"]) from error
