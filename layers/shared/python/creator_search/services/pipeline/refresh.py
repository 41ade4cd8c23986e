"""Refreshes of stored profiles in the background."""

import random
from contextlib import suppress
from datetime import datetime, timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.documents import DOCUMENTS_FRESH_FOR, DocumentName
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.services.ports import JobQueue, NewId, ProfileStore

REQUEST_INTERVAL = timedelta(minutes=1)
"""Minimum time between two refresh requests of one process for the same creator."""
REFRESH_ABANDONED_AFTER = timedelta(days=30)
"""A profile that has not been rebuilt for this long is refreshed only when it is read."""
_REMEMBERED = 1000
_CANDIDATES = 10


class RefreshRequests:
    """Requests refreshes on read. A refresh is a message without a row: the worker creates the job from it and drops
    duplicates."""

    def __init__(self, queue: JobQueue, clock: Clock, new_id: NewId) -> None:
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._requested: dict[str, datetime] = {}

    def request_refresh(self, username: str) -> None:
        """Request a refresh. Never raises: the read already has its answer, and the next read requests it again."""
        now = self._clock()
        if username in self._requested and now - self._requested[username] < REQUEST_INTERVAL:
            return
        message = JobMessage(username, REFRESH_SOURCE, self._new_id(), now)
        with suppress(QueueUnavailable):
            self._queue.send_job(Priority.MEDIUM, message)
            if len(self._requested) >= _REMEMBERED:
                self._requested.clear()
            self._requested[username] = now


class ProfileRefresher:
    """Requests refreshes of primary profiles, a limited number per run to stay within the upstream's rate."""

    def __init__(self, profiles: ProfileStore, requests: RefreshRequests, clock: Clock, *, per_run: int) -> None:
        self._profiles = profiles
        self._requests = requests
        self._clock = clock
        self._per_run = per_run

    def request_due_refreshes(self) -> int:
        """Request refreshes; return their number. Raises StoreUnavailable."""
        now = self._clock()
        due = self._profiles.primaries_updated(
            now - REFRESH_ABANDONED_AFTER, now - DOCUMENTS_FRESH_FOR[DocumentName.PROFILE], _CANDIDATES * self._per_run
        )
        # A random sample rather than the oldest, because profiles that always fail would block the others.
        chosen = random.sample(due, min(self._per_run, len(due)))
        for username in chosen:
            self._requests.request_refresh(username)
        return len(chosen)
