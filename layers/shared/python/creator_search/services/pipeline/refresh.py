"""Refreshes of stored profiles in the background."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from creator_search.domain.clock import Clock
from creator_search.domain.errors import QueueUnavailable, StoreUnavailable
from creator_search.domain.jobs import RECENTLY, REFRESH_SOURCE, JobMessage, Priority
from creator_search.domain.locks import LockOutcome
from creator_search.domain.refreshes import affordable_refreshes
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.breakers import Breaker
from creator_search.services.ports import JobQueue, Locks, NewId, ProfileStore, RefreshAllowance

REQUEST_INTERVAL = RECENTLY + timedelta(minutes=1)
"""Minimum time between two refresh requests for the same creator, by any instance.

A worker drops a refresh within RECENTLY of the end of the last job, whatever its result, so a shorter interval would
only add messages to the queue: in a backlog, a creator has one message every eleven minutes, of which the first is
processed. A refresh that failed or whose message was lost is requested again after the interval.
"""
FAILURE_INTERVAL = timedelta(minutes=1)
"""How long a process makes no further request after the store or the queue failed: none for the creator, and none for
another one that is read."""
REFRESH_ABANDONED_AFTER = timedelta(days=30)
"""A profile whose refresh has been due for this long is refreshed only when it is read."""
_REMEMBERED = 5000
CANDIDATES = 10
"""A run chooses among so many times as many profiles as it refreshes."""


class RefreshRequests:
    """Requests refreshes. A refresh is a message without a row: the worker creates the job from it and drops
    duplicates.

    A lock in the store, which is held for the interval, gives the request to one of all instances. Each process writes
    it at most once per interval and creator, because a conditional write that fails costs as much as one that
    succeeds. If the message cannot be sent, the lock is released, and other processes may send it at once; if the
    process dies before sending it, the refresh is requested when the lock expires.

    Reads may request as many as the `allowance` has. A read that may request none leaves the creator to a later read or
    to the schedule, and its process requests none until there may be room again.

    While the breakers of all `endpoints` are open, nothing is requested: no endpoint can serve a build.
    """

    def __init__(
        self,
        queue: JobQueue,
        locks: Locks,
        allowance: RefreshAllowance,
        endpoints: Sequence[Breaker],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._allowance = allowance
        self._endpoints = endpoints
        self._clock = clock
        self._new_id = new_id
        self._not_before: dict[str, datetime] = {}
        self._no_read_before: datetime | None = None
        self._remembering = Lock()

    def request_on_read(self, username: str) -> bool:
        """Request a refresh, if reads may request another one; return whether a message was sent. Never raises: the
        read already has its answer."""
        if self._no_read_before and self._clock() < self._no_read_before:
            return False
        return self._request(username, is_read=True)

    def request_planned(self, username: str) -> bool:
        """Request a refresh that the schedule has planned; return whether a message was sent. Never raises: a later run
        finds the creator again."""
        return self._request(username, is_read=False)

    def are_refused(self) -> bool:
        """Whether a build of a profile would call no upstream. Takes a call for each endpoint that is read, at most one
        a second."""
        try:
            return all(breaker.refused_for() is not None for breaker in self._endpoints)
        except UpstreamError:  # the key whose quota may be used up cannot be read
            return True

    def _request(self, username: str, *, is_read: bool) -> bool:
        if self._is_remembered(username) or self.are_refused() or not self._remember(username):
            return False
        try:
            return self._send_once(username, self._new_id(), is_read=is_read)
        except (StoreUnavailable, QueueUnavailable):
            retry_at = self._clock() + FAILURE_INTERVAL
            with self._remembering:
                self._not_before[username] = retry_at
            if is_read:
                self._no_read_before = retry_at
            return False

    def _send_once(self, username: str, request_id: str, *, is_read: bool) -> bool:
        """Send a message, unless another instance has requested the refresh, or reads may request none. Raises
        StoreUnavailable, QueueUnavailable."""
        lock = f"refresh#{username}"
        if not self._locks.acquire(lock, request_id, REQUEST_INTERVAL.total_seconds()):
            return False
        try:
            wait = self._allowance.take() if is_read else None
            if wait is None:
                self._queue.send_job(Priority.MEDIUM, JobMessage(username, REFRESH_SOURCE, request_id, self._clock()))
                return True
        except (StoreUnavailable, QueueUnavailable):
            self._release(lock, request_id)
            raise
        self._release(lock, request_id)
        self._no_read_before = self._clock() + timedelta(seconds=wait)
        with self._remembering:
            self._not_before.pop(username, None)
        return False

    def _release(self, lock: str, request_id: str) -> None:
        with suppress(StoreUnavailable):  # the lock expires by itself
            self._locks.release(lock, request_id, LockOutcome())

    def _is_remembered(self, username: str) -> bool:
        not_before = self._not_before.get(username)
        return not_before is not None and self._clock() < not_before

    def _remember(self, username: str) -> bool:
        """Return False if another thread has remembered the creator meanwhile."""
        with self._remembering:
            if self._is_remembered(username):
                return False
            self._not_before.pop(username, None)
            if len(self._not_before) >= _REMEMBERED:
                del self._not_before[next(iter(self._not_before))]  # the oldest
            self._not_before[username] = self._clock() + REQUEST_INTERVAL
            return True


class ProfileRefresher:
    """Requests refreshes of primary profiles that are due (domain/refreshes.py): in each period as many as the rate of
    the providers leaves beside the jobs that wait, and `per_run` at most."""

    def __init__(
        self,
        profiles: ProfileStore,
        queue: JobQueue,
        requests: RefreshRequests,
        clock: Clock,
        *,
        per_run: int,
        period: timedelta,
        calls_per_second: Mapping[str, float],
    ) -> None:
        self._profiles = profiles
        self._queue = queue
        self._requests = requests
        self._clock = clock
        self._per_run = per_run
        self._period = period
        self._calls_per_second = calls_per_second

    def request_due_refreshes(self) -> int:
        """Request refreshes; return how many messages were sent. Raises StoreUnavailable, QueueUnavailable."""
        if self._requests.are_refused():
            return 0
        depth = self._queue.load_depth(Priority.MEDIUM)  # refreshes have no row until they are processed
        now, waiting = self._clock(), depth.waiting + depth.in_flight
        most = min(self._per_run, affordable_refreshes(self._calls_per_second, self._period, waiting))
        due = self._profiles.refreshes_due(now - REFRESH_ABANDONED_AFTER, now, CANDIDATES * most)
        # A random sample rather than the oldest, because profiles that always fail would block the others.
        chosen = random.sample(due, min(most, len(due)))
        return sum(self._requests.request_planned(username) for username in chosen)
