"""What a call returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """A successful answer.

    `data` is the field of that name, or the whole body of an answer with named sections (profile, analytics, …). It may
    have fields that this version does not know. `headers` are looked up without regard to case.
    """

    data: T_co
    body: dict[str, Any] = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)

    @property
    def message(self) -> str | None:
        message = self.body.get("message")
        return message if isinstance(message, str) else None

    @property
    def meta(self) -> dict[str, Any]:
        meta = self.body.get("meta")
        return meta if isinstance(meta, dict) else {}

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @property
    def request_id(self) -> str | None:
        """The id under which the API logged the request."""
        return self.headers.get("x-request-id")
