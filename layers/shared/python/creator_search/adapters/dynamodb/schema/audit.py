"""The audit table: partition key `month`, sort key `item`."""

from datetime import datetime

from creator_search.adapters.dynamodb.tables import ItemKind, TableSchema

AUDIT_PREFIX = "entry#"


def audit_item(at: datetime, entry_id: str) -> str:
    """Sorts by time."""
    return f"{AUDIT_PREFIX}{at.isoformat(timespec='microseconds')}#{entry_id}"


AUDIT = TableSchema(
    partition="month",
    sort="item",
    items=(ItemKind(f"{AUDIT_PREFIX}<time>#<id>", "an action that changed or deleted data; `month` as in 2026-01"),),
)
