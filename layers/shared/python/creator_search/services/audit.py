"""The record of actions that change or delete what others rely on."""

from creator_search.domain.audit import AuditEntry
from creator_search.domain.clock import Clock
from creator_search.services.ports import AuditLog, RequestId


class Auditor:
    def __init__(self, log: AuditLog, clock: Clock, request_id: RequestId) -> None:
        self._log = log
        self._clock = clock
        self._request_id = request_id

    def record(self, action: str, subject: str, target: str | None = None) -> None:
        """Record an action before it is carried out, so that none is unrecorded. Raises StoreUnavailable."""
        self._log.append(
            AuditEntry(action=action, at=self._clock(), subject=subject, request_id=self._request_id(), target=target)
        )
