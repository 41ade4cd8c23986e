"""The audit log, in the audit table: one partition a month. No code changes or deletes an entry."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import Item, epoch, format_time, parse_time, to_wire
from creator_search.adapters.dynamodb.owned import items_of, list_found
from creator_search.adapters.dynamodb.schema.audit import AUDIT, AUDIT_PREFIX, audit_item
from creator_search.domain.audit import KEPT_FOR, AuditEntry
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBAuditLog:
    """Implements AuditLog. The name of the table is resolved when it is used, because not every function that may erase
    callers has it."""

    def __init__(
        self, client: "DynamoDBClient", *, audit: Callable[[], str], clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._client = client
        self._table = audit
        self._clock = clock
        self._new_id = new_id

    def append(self, entry: AuditEntry) -> None:
        item = {
            AUDIT.partition: f"{entry.at:%Y-%m}",
            "item": audit_item(entry.at, self._new_id()),
            "action": entry.action,
            "at": format_time(entry.at),
            "subject": entry.subject,
            "request_id": entry.request_id,
            "target": entry.target,
            "expires_at": epoch(entry.at + KEPT_FOR),
        }
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table(), Item=to_wire(item))

    def list_entries(self, month: str, limit: int, after: str | None) -> Listed[AuditEntry]:
        request = items_of(self._table(), month, AUDIT_PREFIX, AUDIT.partition)
        page = list_found(self._client, request, limit=limit, after=after, clock=self._clock, is_descending=True)
        return Listed([_decode(item) for item in page.rows], page.after)


def _decode(item: Item) -> AuditEntry:
    at = parse_time(item["at"])
    assert at is not None
    return AuditEntry(
        action=item["action"], at=at, subject=item["subject"], request_id=item["request_id"], target=item.get("target")
    )
