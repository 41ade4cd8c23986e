"""Keep readings up to date: have captions read again that are due, a few creators at a time."""

from datetime import timedelta

from creator_search.domain.answers import Clock
from creator_search.services.ports import ProfileStore, TaskQueue

ASK_AGAIN_AFTER = timedelta(hours=1)
"""When nothing came of a message: an analysis that was done says itself when the next is due."""


class RefreshAnalyses:
    """One message each to the analysis queue."""

    def __init__(self, profiles: ProfileStore, tasks: TaskQueue, clock: Clock, *, per_run: int) -> None:
        self._profiles = profiles
        self._tasks = tasks
        self._clock = clock
        self._per_run = per_run

    def __call__(self) -> int:
        """How many were asked for. Raises StoreUnavailable, QueueUnavailable."""
        now = self._clock()
        due = self._profiles.analyses_due(now, self._per_run)
        for username in due:
            # In this order: a worker may be done before we are, and then says better when the next is due. Dying in
            # between costs the creator an hour.
            self._profiles.postpone_analysis(username, now + ASK_AGAIN_AFTER)
            self._tasks.analyse_profile(username)
        return len(due)
