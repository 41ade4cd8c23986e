"""One page of a listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MAX_LISTED = 100
"""The most entries of one page."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """`after` is where the next page starts, as JSON values; None if this is the last one."""

    rows: Sequence[T]
    after: Any | None
