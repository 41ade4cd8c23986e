"""Messages of a profile queue. Many messages of one second are one batch, so that a backlog takes no memory."""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum

import simpy
from creator_search.domain.jobs import Priority


class Kind(StrEnum):
    """Why a creator is built."""

    REQUESTED = "requested"
    BULK = "bulk"
    CRAWLED = "crawled"
    PLANNED = "refresh by the schedule"
    READ = "refresh on read"

    @property
    def priority(self) -> Priority:
        return {Kind.REQUESTED: Priority.HIGH, Kind.CRAWLED: Priority.LOW}.get(self, Priority.MEDIUM)

    @property
    def is_refresh(self) -> bool:
        return self in (Kind.PLANNED, Kind.READ)


@dataclass(slots=True)
class Message:
    kind: Kind
    at: float
    """When it was sent first, in seconds."""
    creator: int | None = None
    """None for a new creator, and for one that is drawn when the message is received."""
    attempts: int = 0


@dataclass(slots=True)
class ProfileQueue:
    env: simpy.Environment
    waiting: int = 0
    _batches: deque[tuple[Message, int]] = field(default_factory=deque)
    _idle: deque[simpy.Event] = field(default_factory=deque)

    def put(self, message: Message, count: int = 1) -> None:
        self._batches.append((message, count))
        self.waiting += count
        for _ in range(min(count, len(self._idle))):
            self._idle.popleft().succeed()

    def get(self) -> Generator[simpy.Event, object, Message]:
        while not self.waiting:
            event = self.env.event()
            self._idle.append(event)
            yield event
        self.waiting -= 1
        first, count = self._batches[0]
        if count == 1:
            self._batches.popleft()
            return first
        self._batches[0] = (first, count - 1)
        return Message(first.kind, first.at, first.creator)

    def oldest(self) -> float | None:
        """When the message was sent that waits longest."""
        return min((message.at for message, _ in self._batches), default=None)
