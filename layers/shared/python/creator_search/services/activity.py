"""Records what callers do, without making them wait."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from creator_search.domain.activity import OpenedProfile, RecordedSearch
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Unavailable
from creator_search.domain.listing import Listed
from creator_search.domain.usernames import as_username
from creator_search.services.context_pool import ContextPool

if TYPE_CHECKING:
    from creator_search.services.ports import ActivityStore, FailureLog

_THREADS = 4
MAX_WAITING = 1_000
"""Records that wait to be written. Further ones are dropped while the store is too slow."""


def page_of_opened(found: Sequence[OpenedProfile], limit: int, after: Sequence[str] | None) -> Listed[OpenedProfile]:
    """Return one page, the last opened first. `after` is the position of the preceding page."""
    ordered = sorted(found, key=_position, reverse=True)
    left = [profile for profile in ordered if after is None or _position(profile) < list(after)]
    shown = left[:limit]
    return Listed(shown, _position(shown[-1]) if len(left) > limit else None)


def _position(profile: OpenedProfile) -> list[str]:
    return [profile.last_opened_at.isoformat(timespec="microseconds"), profile.username]


class ActivityRecorder:
    """Writes records in threads of its own. A record that cannot be written is logged; the answer is not affected."""

    def __init__(self, store: "ActivityStore", *, clock: Clock, failures: "FailureLog") -> None:
        self._store = store
        self._clock = clock
        self._failures = failures
        self._pool = ContextPool(_THREADS, thread_name_prefix="activity")
        self._waiting: set[Future[None]] = set()
        self._changing = Lock()

    def record_opening(self, subject: str, username: str) -> None:
        now = self._clock()
        self._start(lambda: self._store.add_opening(subject, username, now))

    def record_search(self, subject: str, query: str, results: int, *, text: str | None) -> None:
        """`text` is the part of the query that can be a username."""
        search = RecordedSearch(query=query, at=self._clock(), results=results, username=as_username(text))
        self._start(lambda: self._store.add_search(subject, search))

    def record_requests(self, subject: str, usernames: Sequence[str]) -> None:
        """Record requests at once, because webhooks depend on them. Does not raise."""
        now = self._clock()
        self._write(lambda: self._store.add_requests(subject, usernames, now))

    def finish(self, longest_wait: timedelta) -> None:
        """Wait until what was recorded is written, but no longer than this. A Lambda calls it before it returns,
        because its threads stop then."""
        with self._changing:
            waiting = set(self._waiting)
        wait(waiting, timeout=longest_wait.total_seconds())

    def _start(self, write: Callable[[], None]) -> None:
        with self._changing:
            if len(self._waiting) >= MAX_WAITING:
                self._failures.log_failure("an activity was not recorded", RuntimeError("too many are waiting"))
                return
            started = self._pool.submit(self._write, write)
            self._waiting.add(started)
        started.add_done_callback(self._done)

    def _write(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Unavailable as error:
            self._failures.log_failure("an activity was not recorded", error)

    def _done(self, ended: "Future[None]") -> None:
        with self._changing:
            self._waiting.discard(ended)
