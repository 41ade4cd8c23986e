"""The queue counters, as last read by one process."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from creator_search.domain.clock import Clock
from creator_search.domain.jobs import Priority
from creator_search.domain.queues import TicketCounter

KEPT_FOR = timedelta(seconds=1)
"""How old the counters of a position may be. Each status and each request would read the three rows, of which one
partition gives 6,000 eventually consistent reads a second; so each process reads them at most once a second."""


class KeptCounters:
    """The counters that were read last, with the tickets that this process has issued and finished since."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counters: Mapping[Priority, TicketCounter] = {}
        self._until: datetime | None = None
        self._changing = Lock()

    def load(self) -> Mapping[Priority, TicketCounter] | None:
        """Return the counters; None if they are too old."""
        until, counters = self._until, self._counters
        return counters if until and self._clock() < until else None

    def keep(self, counters: Mapping[Priority, TicketCounter]) -> Mapping[Priority, TicketCounter]:
        """Keep what was read, and return it."""
        with self._changing:
            self._counters, self._until = counters, self._clock() + KEPT_FOR
        return counters

    def change(self, priority: Priority, *, issued: int = 0, finished: int = 0) -> None:
        """Take over what a write has returned. Answers of concurrent writes may arrive in any order."""
        with self._changing:
            if known := self._counters.get(priority):
                changed = TicketCounter(max(known.issued, issued), max(known.finished, finished))
                self._counters = {**self._counters, priority: changed}
