"""The figures that all instances share, in one item of the control table."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import epoch, get, is_expired, to_wire
from creator_search.adapters.dynamodb.schema.control import figures_id
from creator_search.domain.alerts import Alert
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.measurements import Snapshot, Watched

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(days=1)


class DynamoDBWatchStore:
    """Implements WatchStore. The snapshot and the alert of the health score are separate attributes, because different
    instances write them. Text that this version cannot read counts as absent."""

    def __init__(self, client: "Callable[[], DynamoDBClient]", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def load_watched(self) -> Watched:
        item = get(self._client(), self._table, {"id": figures_id()}, consistent=True)
        if item is None or is_expired(item, self._clock()):
            return Watched()
        return Watched(_parsed(Snapshot, item.get("snapshot")), _parsed(Alert, item.get("health_alert")))

    def save_snapshot(self, snapshot: Snapshot) -> None:
        self._set("snapshot", _adapter(Snapshot).dump_json(snapshot).decode())

    def save_health_alert(self, alert: Alert | None) -> None:
        self._set("health_alert", _adapter(Alert).dump_json(alert).decode() if alert else "")

    def _set(self, attribute: str, text: str) -> None:
        with failing_as(StoreUnavailable):
            self._client().update_item(
                TableName=self._table,
                Key=to_wire({"id": figures_id()}),
                UpdateExpression="SET #attribute = :text, expires_at = :until",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues=to_wire({":text": text, ":until": epoch(self._clock() + _KEEP)}),
            )


def _adapter(kind: type[Any]) -> Any:
    return _adapters()[kind]


@functools.cache
def _adapters() -> dict[type[Any], Any]:
    from pydantic import TypeAdapter

    return {kind: TypeAdapter(kind) for kind in (Snapshot, Alert)}


def _parsed(kind: type[Any], text: Any) -> Any:
    """Return the value, or None if there is none, or if it is of a version with other fields."""
    try:
        return _adapter(kind).validate_json(text) if text else None
    except ValueError:
        return None
