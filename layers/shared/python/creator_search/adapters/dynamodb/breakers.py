"""The states of the circuit breakers, in the control table."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    epoch,
    format_time,
    get,
    is_expired,
    known_fields,
    parse_time,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.schema.control import breaker_id
from creator_search.domain.breakers import BreakerState
from creator_search.domain.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(days=1)
_TIMES = ("last_failure_at", "opened_at", "open_until", "trial_until")


class DynamoDBBreakerStore:
    """Implements BreakerStore. Its client has no breaker of its own, and short time-outs."""

    def __init__(self, client: "Callable[[], DynamoDBClient]", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def load_breaker(self, name: str) -> BreakerState:
        item = get(self._client(), self._table, {"id": breaker_id(name)}, consistent=True)
        return self._state(item)

    def load_breakers(self, names: Sequence[str]) -> Mapping[str, BreakerState]:
        keys = [to_wire({"id": breaker_id(name)}) for name in names]
        found = batch_get(self._client(), {self._table: {"Keys": keys}}).get(self._table, [])
        items = {item["id"]: item for item in found}
        return {name: self._state(items.get(breaker_id(name))) for name in names}

    def save_breaker(self, name: str, state: BreakerState, over: BreakerState) -> BreakerState | None:
        now = self._clock()
        expires_at = max(now, state.open_until or now) + _KEEP
        times: Mapping[str, datetime | None] = {field: getattr(state, field) for field in _TIMES}
        item = {
            **asdict(state),
            **{field: format_time(at) for field, at in times.items()},
            "id": breaker_id(name),
            "subjects": sorted(state.subjects),
            "written_by": uuid.uuid4().hex,
            "expires_at": epoch(expires_at),
        }
        condition = "attribute_not_exists(id) OR expires_at <= :now OR version = :version"
        values = {":now": epoch(now), ":version": over.version}
        current = put_if(self._client(), self._table, item, condition, None, values)
        return None if current is None else self._state(current)

    def _state(self, item: Item | None) -> BreakerState:
        if item is None or is_expired(item, self._clock()):
            return BreakerState()
        fields = known_fields(BreakerState, item)
        times = {field: parse_time(item.get(field)) for field in _TIMES}
        return BreakerState(**{**fields, **times, "subjects": frozenset(item.get("subjects", ()))})
