"""Erasure of everything that belongs to a caller."""

from datetime import timedelta

from creator_search.domain.audit import ERASE_CALLER, target_of
from creator_search.domain.caller_errors import Forbidden
from creator_search.domain.callers import Caller, CallerKind
from creator_search.domain.clock import Clock
from creator_search.domain.messages import CallerErasureMessage
from creator_search.services.audit import Auditor
from creator_search.services.ports import CallerRows, TaskQueue

LAST_PASS_AFTER_SECONDS = 90
"""Longer than a credential is trusted and a request may take: what either stores meanwhile is deleted, too."""

TOO_LATE_AFTER = timedelta(hours=1)


class CallerEraser:
    """Erases callers in two passes: one in the request, one later, by a message that is sent first."""

    def __init__(self, rows: CallerRows, tasks: TaskQueue, auditor: Auditor, clock: Clock) -> None:
        self._rows = rows
        self._tasks = tasks
        self._auditor = auditor
        self._clock = clock

    def erase(self, caller: Caller) -> None:
        """Erase the caller. Raises Forbidden for an API key; StoreUnavailable, QueueUnavailable: then it may be
        repeated."""
        if caller.kind is CallerKind.API_KEY:
            raise Forbidden("An API key cannot erase its owner")
        hashed = target_of(caller.subject)
        self._auditor.record(ERASE_CALLER, hashed, hashed)
        self._tasks.send_task(
            CallerErasureMessage(subject=caller.subject, requested_at=self._clock()),
            delay_seconds=LAST_PASS_AFTER_SECONDS,
        )
        self._rows.delete_caller(caller.subject)

    def finish(self, message: CallerErasureMessage) -> int:
        """Delete what was stored since the request; return the number of items.

        A message that was delayed for an hour deletes nothing: what is stored then can be new data of a caller who has
        returned.
        """
        if self._clock() - message.requested_at > TOO_LATE_AFTER:
            return 0
        return self._rows.delete_caller(message.subject)
