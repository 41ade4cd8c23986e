"""Requests to analyze captions: on demand, and for the creators that are due."""

from datetime import timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.messages import AnalysisMessage
from creator_search.services.ports import ProfileStore, TaskQueue

REPEATED_AFTER = timedelta(hours=1)
"""When an analysis is requested again, should the message be lost: one that completes sets the next time itself."""


class AnalysisRequests:
    def __init__(self, profiles: ProfileStore, tasks: TaskQueue) -> None:
        self._profiles = profiles
        self._tasks = tasks

    def request_analysis(self, username: str) -> None:
        """Of a creator that is stored. Raises ProfileNotFound, StoreUnavailable, QueueUnavailable."""
        if self._profiles.load_profile(username) is None:
            raise ProfileNotFound(username)
        self._tasks.send_task(AnalysisMessage(username=username))

    def request_analyses(self, usernames: list[str]) -> None:
        """One message each, so that one that fails costs only itself. Raises QueueUnavailable."""
        for username in usernames:
            self._tasks.send_task(AnalysisMessage(username=username))


class AnalysisRefresher:
    def __init__(self, profiles: ProfileStore, tasks: TaskQueue, clock: Clock, *, per_run: int) -> None:
        self._profiles = profiles
        self._tasks = tasks
        self._clock = clock
        self._per_run = per_run

    def request_due_analyses(self) -> int:
        """How many were requested. Raises StoreUnavailable, QueueUnavailable."""
        now = self._clock()
        due = self._profiles.analyses_due(now, self._per_run)
        for username in due:
            # In this order, because a worker that is done first sets a better time. A crash in between costs the
            # creator an hour.
            self._profiles.postpone_analysis(username, now + REPEATED_AFTER)
            self._tasks.send_task(AnalysisMessage(username=username))
        return len(due)
