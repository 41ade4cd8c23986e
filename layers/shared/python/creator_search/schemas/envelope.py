"""Fields that answers have in common."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Envelope(BaseModel):
    """Base class of successful answers."""

    model_config = ConfigDict(frozen=True)

    success: bool = True


def _is_none(value: object) -> bool:
    return value is None


Maybe = Field(default=None, exclude_if=_is_none)
"""A field that is omitted if it does not apply."""


class ListMeta(BaseModel):
    """`next_cursor` is the `cursor` of the next page; null on the last one."""

    next_cursor: str | None
    has_more: bool

    @classmethod
    def of(cls, next_cursor: str | None) -> Self:
        return cls(next_cursor=next_cursor, has_more=next_cursor is not None)


class ReadMeta(BaseModel):
    """`source` is the provider that the profile is from, decodo or rapidapi; store for data that was stored before the
    provider was recorded. `cache_hit` states whether the data was stored before the request. If `stale` is true, a
    refresh of the data has been requested.
    """

    cache_hit: bool
    response_time_ms: float
    ai_analysis_coverage: str
    last_updated: str
    stale: bool
    source: str
    age_seconds: int
