"""Queue messages and their parsing."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from creator_search.domain.accounts import ACCOUNT_ID, HistoryKey, account_key
from creator_search.domain.errors import CreatorSearchError, MalformedMessage
from creator_search.domain.jobs import JobMessage, parse_source
from creator_search.domain.usernames import parse_username

M = TypeVar("M", bound=BaseModel)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
"""The ids that appear in logs and in answers: those of API Gateway, of SQS, and of crawlers with plain characters."""


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
    """Convert a number to text: crawlers may send a number as request_id."""
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


def _plain_request_id(raw: object) -> str | None:
    """Return an id of plain characters; None for anything else."""
    text = _text(raw)
    return text if isinstance(text, str) and _REQUEST_ID.fullmatch(text) else None


_Username = Annotated[str, AfterValidator(_username)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    schema_version: Literal[1, "1", "1.0"] = 1


class _ProfileMessage(_Message):
    username: _Username
    source: Annotated[str, AfterValidator(_source)] = "crawler"
    # With its length checked as a text, half of a surrogate pair is refused too, which no store takes.
    request_id: Annotated[Annotated[str, Field(max_length=128)] | None, BeforeValidator(_text)] = None
    requested_at: datetime | None = None
    is_refresh: Annotated[bool, BeforeValidator(lambda value: value is True)] = False


class TaskMessage(_Message):
    """A message for follow-up work, which may be processed more than once."""

    queue: ClassVar[str]
    """The name of its queue in the catalogue."""

    request_id: Annotated[str | None, BeforeValidator(_plain_request_id)] = None
    """The id of the request that caused the work."""

    def afresh(self) -> Self:
        """Return the message as it was before its first failure."""
        return self.model_copy(update={"attempt": 0}) if "attempt" in type(self).model_fields else self

    def of_request(self, request_id: str | None) -> Self:
        """Return the message with this request_id, unless it has one."""
        return self if self.request_id else self.model_copy(update={"request_id": request_id})


class MediaMessage(TaskMessage):
    """Images that are still to be copied: those of a set of similar profiles (`batch_id` is its fetch), or those of a
    profile and its posts.
    """

    queue = "media"
    username: _Username
    kind: Literal["similar", "profile"]
    batch_id: str | None = None


class ErasureMessage(TaskMessage):
    """A creator to erase, with the usernames that no other account has; `is_last` marks the last pass. Without
    `account_id`, the creator is not known by id, and its history is in the partition of its username. Without
    `username`, it is an account whose present username is not known.
    """

    queue = "erasure"
    username: _Username | None = None
    account_id: Annotated[str | None, Field(pattern=ACCOUNT_ID)] = None
    history_key: str | None = None
    is_history_of_other: bool = False
    """Whether the history in the partition of the username is that of another account."""
    other_usernames: tuple[_Username, ...] = ()
    is_last: bool = False

    @model_validator(mode="after")
    def _has_subject(self) -> "ErasureMessage":
        if self.username is None and self.account_id is None:
            raise ValueError("must have a username or an account_id")
        return self

    @property
    def usernames(self) -> tuple[str, ...]:
        return (*([self.username] if self.username else []), *self.other_usernames)

    @property
    def key(self) -> HistoryKey:
        """The key of the history, that of an unknown account if none was stored."""
        return HistoryKey(self.history_key or self.username or account_key(self.account_id or ""))


class _ErasureKind(_Message):
    subject: str | None = None


class CallerErasureMessage(TaskMessage):
    """A caller whose rows are to be deleted; `requested_at` is when the caller asked for it."""

    queue = "erasure"
    subject: Annotated[str, Field(min_length=1)]
    requested_at: AwareDatetime


class CommentsMessage(TaskMessage):
    """A creator the comments of whose newest posts are to be read, after `attempt` failures. `requested_at` is when the
    creator was built."""

    queue = "comments"
    username: _Username
    attempt: int = Field(default=0, ge=0)
    requested_at: AwareDatetime | None = None


class AnalysisMessage(TaskMessage):
    """A creator whose posts are to be analyzed, after `attempt` failures; or a list of up to 100 creators."""

    queue = "analysis"
    username: _Username | None = None
    usernames: Annotated[list[_Username], Field(max_length=100)] | None = None
    attempt: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_or_many(self) -> "AnalysisMessage":
        if (self.username is None) == (not self.usernames):
            raise ValueError("must have either username or usernames")
        return self


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a message, for the logs: the request that caused it, and its creator."""

    request_id: str | None = None
    username: str | None = None


def origin_of(body: str) -> Origin:
    """Return what can be read from a message of any queue, even one that is malformed otherwise."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return Origin()
    if not isinstance(found, dict):
        return Origin()
    try:
        username = parse_username(found["username"])
    except (KeyError, AttributeError, TypeError, CreatorSearchError):
        username = None
    return Origin(_plain_request_id(found.get("request_id")), username)


def parse_job_message(body: str) -> JobMessage:
    """Parse a message. Raises MalformedMessage with the reason."""
    parsed = parse_message(_ProfileMessage, body)
    at = parsed.requested_at
    # A time without a time zone is UTC.
    requested_at = at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
    return JobMessage(parsed.username, parsed.source, parsed.request_id, requested_at, parsed.is_refresh)


def parse_erasure(body: str) -> ErasureMessage | CallerErasureMessage:
    """Parse a message of the erasure queue. Raises MalformedMessage with the reason."""
    found = parse_message(_ErasureKind, body)
    return parse_message(ErasureMessage, body) if found.subject is None else parse_message(CallerErasureMessage, body)


def parse_message(model: type[M], body: str) -> M:
    """Parse a message. Raises MalformedMessage with the reason."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage("the body is not JSON") from error
    if not isinstance(found, dict):
        raise MalformedMessage("the body is not a JSON object")
    try:
        # Null fields are treated as absent.
        return model.model_validate({name: value for name, value in found.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise MalformedMessage(f"{field}: {first['msg']}" if field else first["msg"]) from error
