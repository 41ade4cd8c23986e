"""Shared by the DynamoDB adapters: conversion of items, conditional writes, paging, times."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.schema import TTL_ATTRIBUTE
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

E = TypeVar("E", bound=StrEnum)
Item = Mapping[str, Any]
"""An item as plain Python values."""
WireItem = dict[str, Any]
"""An item in DynamoDB's typed format, for example `{"S": "text"}`."""
_MAX_WHOLE = 10**38
"""Numbers have at most 38 digits."""
_BATCH_ATTEMPTS = 4
_WRITES_AT_ONCE = 25
_MAX_QUERIES = 12
_FILTERED_AT_ONCE = 300


def to_wire(item: Item) -> WireItem:
    """Convert an item, omitting attributes that are None: an absent attribute keeps the item out of a sparse index. The
    kinds that the tables have are converted here, and the others, with fractions, by boto3's serializer, which takes
    several times as long."""
    return {name: _wire(value) for name, value in item.items() if value is not None}


def _wire(value: Any) -> Any:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int) and -_MAX_WHOLE < value < _MAX_WHOLE:
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": {name: _wire(each) for name, each in value.items() if each is not None}}
    if isinstance(value, list | tuple):
        return {"L": [_wire(each) for each in value]}
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer().serialize(Decimal(str(value)) if isinstance(value, float) else value)


def from_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """Convert an item of an answer: numbers become int, or float if they have a fraction. The kinds that the tables
    have are converted here, and the others by boto3's deserializer, which takes several times as long."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(wire: Any) -> Any:
    [(kind, value)] = wire.items()
    if kind in ("S", "BOOL"):
        return value
    if kind == "N":
        return int(value) if value.isdecimal() and value.isascii() else _number(value)
    if kind == "M":
        return {name: _plain(each) for name, each in value.items()}
    if kind == "L":
        return [_plain(each) for each in value]
    from boto3.dynamodb.types import TypeDeserializer

    return TypeDeserializer().deserialize(wire)


def _number(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def known_fields(cls: Any, fields: Item) -> dict[str, Any]:
    """Return the fields that the dataclass has: a row written by another version may have more."""
    return {name: value for name, value in fields.items() if name in cls.__dataclass_fields__}


def member(enum: type[E], value: Any) -> E | None:
    """Return the enum member with this value, or None for a missing value or one that this version does not define."""
    return next((found for found in enum if found.value == value), None)


def epoch(at: datetime) -> int:
    return int(at.timestamp())


def format_time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def parse_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def is_expired(item: Item, now: datetime) -> bool:
    """Whether the TTL has passed: DynamoDB deletes expired items up to days late."""
    return TTL_ATTRIBUTE in item and item[TTL_ATTRIBUTE] <= now.timestamp()


def put_if(client: "DynamoDBClient", table: str, item: Item, condition: str, names: Any, values: Item) -> Item | None:
    """Write an item under a condition; return None when written, else the current item. Raises StoreUnavailable.

    If the response is lost, the SDK repeats the write, and its condition fails because of the item that it wrote
    itself: that counts as written. Items that two writers could otherwise make equal must therefore contain a
    distinguishing value.
    """
    from botocore.exceptions import ClientError

    wire = to_wire(item)

    arguments: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
    if names:
        arguments["ExpressionAttributeNames"] = names
    try:
        with failing_as(StoreUnavailable):
            client.put_item(
                TableName=table,
                Item=wire,
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **arguments,
            )
    except ClientError as error:
        if not is_conditional_failure(error):
            raise
        current: Any = error.response.get("Item", {})
        return None if current == wire else from_wire(current)
    return None


def set_where_exists(
    client: "DynamoDBClient", table: str, key: Item, values: Item, unchanged: Item | None = None
) -> bool:
    """Set attributes of an item, and remove those whose value is None. Does nothing if there is no such item, or if an
    attribute has another value than in `unchanged`. Return whether the item was changed. Raises StoreUnavailable."""
    from botocore.exceptions import ClientError

    kept = unchanged or {}
    given: Any = to_wire({f":{name}": value for name, value in (*values.items(), *kept.items())})
    conditions = [f"(attribute_not_exists(#{name}) OR #{name} = :{name})" for name in kept]
    try:
        with failing_as(StoreUnavailable):
            client.update_item(
                TableName=table,
                Key=to_wire(key),
                UpdateExpression=_update(values),
                ConditionExpression=" AND ".join([f"attribute_exists({next(iter(key))})", *conditions]),
                ExpressionAttributeNames={f"#{name}": name for name in (*values, *kept)},
                **({"ExpressionAttributeValues": given} if given else {}),
            )
    except ClientError as error:
        if not is_conditional_failure(error):
            raise
        return False
    return True


def _update(values: Item) -> str:
    assignments = ", ".join(f"#{name} = :{name}" for name, value in values.items() if value is not None)
    removals = ", ".join(f"#{name}" for name, value in values.items() if value is None)
    return " ".join(filter(None, (assignments and f"SET {assignments}", removals and f"REMOVE {removals}")))


def get(client: "DynamoDBClient", table: str, key: Item, *, consistent: bool = False) -> dict[str, Any] | None:
    """Return the item, or None if there is none. Raises StoreUnavailable."""
    with failing_as(StoreUnavailable):
        answer = client.get_item(TableName=table, Key=to_wire(key), ConsistentRead=consistent)
    return from_wire(answer["Item"]) if "Item" in answer else None


def pages(call: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
    """Yield every page of a Query. Raises StoreUnavailable."""
    start: dict[str, Any] = {}
    while True:
        with failing_as(StoreUnavailable):
            page = call(**arguments, **start)
        yield page
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def batch_get(client: "DynamoDBClient", keys: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the existing items, by table; up to 100 keys in one call. Raises StoreUnavailable."""
    found: dict[str, list[dict[str, Any]]] = {}
    for attempt in range(_BATCH_ATTEMPTS):
        with failing_as(StoreUnavailable):
            answer = client.batch_get_item(RequestItems=keys)
        for table, items in answer["Responses"].items():
            found.setdefault(table, []).extend(from_wire(i) for i in items)
        keys = dict(answer.get("UnprocessedKeys") or {})
        if not keys:
            return found
        time.sleep(0.05 * 2**attempt)
    raise StoreUnavailable()


def batch_write(client: "DynamoDBClient", table: str, writes: list[Any]) -> None:
    """Write any number of puts and deletes, 25 per call. Raises StoreUnavailable; earlier batches stay written."""
    for start in range(0, len(writes), _WRITES_AT_ONCE):
        left = writes[start : start + _WRITES_AT_ONCE]
        for attempt in range(_BATCH_ATTEMPTS + 2):
            with failing_as(StoreUnavailable):
                answer: Any = client.batch_write_item(RequestItems={table: left})
            left = list(answer.get("UnprocessedItems", {}).get(table, []))
            if not left:
                break
            time.sleep(0.05 * 2**attempt)
        else:
            raise StoreUnavailable()


def collect(
    client: "DynamoDBClient",
    request: Mapping[str, Any],
    wanted: int,
    start: Any,
    *,
    without: Callable[[Item], bool] | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return up to `wanted` items of a Query, and the key to continue from if it stopped before finding as many, else
    None.

    One call reads a limited number of items, so with a selective filter the result can be short although there are
    more. Raises StoreUnavailable.
    """
    found: list[dict[str, Any]] = []
    filtered = "FilterExpression" in request or without is not None
    for _ in range(_MAX_QUERIES):
        limit = _FILTERED_AT_ONCE if filtered else wanted - len(found)
        with failing_as(StoreUnavailable):
            page = client.query(**request, Limit=limit, **({"ExclusiveStartKey": start} if start else {}))
        items = [from_wire(wire) for wire in page["Items"]]
        found += [item for item in items if without is None or not without(item)]
        start = page.get("LastEvaluatedKey")
        if not start or len(found) >= wanted:
            break
    return found[:wanted], from_wire(start) if start and len(found) < wanted else None
