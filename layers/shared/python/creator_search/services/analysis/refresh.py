"""Requests for analyses: on demand, and for creators whose analysis is due."""

from datetime import timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotStored
from creator_search.domain.messages import AnalysisMessage
from creator_search.services.accounts import AccountRegistry
from creator_search.services.ports import ProfileStore, TaskQueue

REPEATED_AFTER = timedelta(hours=1)
"""Delay after which an analysis is requested again if its message was lost. A completed analysis sets the next time
itself.
"""


class AnalysisRequests:
    def __init__(self, profiles: ProfileStore, registry: AccountRegistry, tasks: TaskQueue) -> None:
        self._profiles = profiles
        self._registry = registry
        self._tasks = tasks

    def request_analysis(self, username: str) -> str:
        """Request the analysis of a stored creator; return its username, the present one if it is asked for under a
        former one. Raises ProfileNotStored, StoreUnavailable, QueueUnavailable."""
        found = self._stored_name(username)
        if found is None:
            raise ProfileNotStored(username)
        self._tasks.send_task(AnalysisMessage(username=found))
        return found

    def _stored_name(self, username: str) -> str | None:
        if self._profiles.load_profile(username):
            return username
        moved = self._registry.find_moved(username)
        return moved.new_username if moved and self._profiles.load_profile(moved.new_username) else None

    def request_analyses(self, usernames: list[str]) -> None:
        """Send one message per creator, so that a failure affects only that creator. Raises QueueUnavailable."""
        for username in usernames:
            self._tasks.send_task(AnalysisMessage(username=username))


class AnalysisRefresher:
    def __init__(self, profiles: ProfileStore, tasks: TaskQueue, clock: Clock, *, per_run: int) -> None:
        self._profiles = profiles
        self._tasks = tasks
        self._clock = clock
        self._per_run = per_run

    def request_due_analyses(self) -> int:
        """Request the analyses that are due; return their number. Raises StoreUnavailable, QueueUnavailable."""
        now = self._clock()
        due = self._profiles.analyses_due(now, self._per_run)
        for username in due:
            # Postponed before the message is sent, so that a worker that finishes at once sets a later time. A crash
            # between the two delays the creator by an hour.
            self._profiles.postpone_analysis(username, now + REPEATED_AFTER)
            self._tasks.send_task(AnalysisMessage(username=username))
        return len(due)
