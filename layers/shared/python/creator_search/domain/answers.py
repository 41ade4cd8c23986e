"""What the stores, queues and locks answer with: plain values that services and adapters both know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.jobs import JobMessage
from creator_search.domain.similar import SimilarSet

Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class DueJob:
    username: str
    due_at: datetime
    is_retry: bool


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """What a queue says of itself; SQS calls these approximate."""

    waiting: int
    in_flight: int
    dead_letter: int

    @property
    def is_drained(self) -> bool:
        """Nothing waits to be taken. What is in flight has claimed its row, or its worker died before it could."""
        return self.waiting == 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    message: JobMessage | None
    """None when it cannot be understood."""
    receipt: str


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """What the cache holds under a username: perhaps a set, and the generation that a writer must have seen."""

    generation: str | None
    cached: SimilarSet | None


@dataclass(frozen=True, slots=True)
class CacheContents:
    entries: int
    image_bytes: int
    is_complete: bool
    """False when there was too much to read in one answer."""


@dataclass(frozen=True, slots=True)
class FlightOutcome:
    """How a single flight ended: with the error of this code, or well; perhaps under another name."""

    error_code: str | None = None
    resolved_username: str | None = None


@dataclass(frozen=True, slots=True)
class StoredImage:
    version: str
    size: int
