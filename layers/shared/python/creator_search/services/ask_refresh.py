"""Have a profile that has grown old built anew, in the background."""

from contextlib import suppress
from datetime import datetime, timedelta

from creator_search.domain.answers import Clock
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.services.ports import JobQueue, NewId

ASK_AGAIN_AFTER = timedelta(minutes=1)
_REMEMBERED = 1000


class AskRefresh:
    """One message, no row: the worker makes the job from it, and drops all but the first of many."""

    def __init__(self, queue: JobQueue, clock: Clock, new_id: NewId) -> None:
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._asked: dict[str, datetime] = {}

    def __call__(self, username: str) -> None:
        """Never raises: who reads has an answer already, and the next reader asks again."""
        now = self._clock()
        if username in self._asked and now - self._asked[username] < ASK_AGAIN_AFTER:
            return
        message = JobMessage(username, REFRESH_SOURCE, self._new_id(), now)
        with suppress(QueueUnavailable):
            self._queue.send(Priority.MEDIUM, message)
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            self._asked[username] = now
