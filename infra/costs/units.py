"""DynamoDB's request units, by the sizes of items.

Sources: AWS, "DynamoDB item sizes and formats", "DynamoDB read and write operations" and "Using Global Secondary
Indexes in DynamoDB".
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any

from creator_search.adapters.dynamodb.tables import Index, TableSchema

WireItem = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB's API has it: {"name": {"S": "text"}}."""
STORED_OVERHEAD_BYTES = 100
"""What DynamoDB adds to every item, and to every entry of an index, when it charges for storage."""
_WRITE_BYTES = 1024
_READ_BYTES = 4096
_CONTAINER_BYTES = 3
_ELEMENT_BYTES = 1


def item_bytes(item: WireItem) -> int:
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_bytes(content)
        case "B":
            return len(content) * 3 // 4  # base64
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "NS":
            return sum(map(_number_bytes, content))
        case "L":
            return _CONTAINER_BYTES + sum(_ELEMENT_BYTES + _value_bytes(part) for part in content)
        case "M":
            return _CONTAINER_BYTES + sum(
                _ELEMENT_BYTES + len(name.encode()) + _value_bytes(part) for name, part in content.items()
            )
        case _:  # BOOL, NULL
            return 1


def _number_bytes(text: str) -> int:
    """One byte for two significant digits, one more, and one for a negative number."""
    number = Decimal(text)
    digits = len(number.normalize().as_tuple().digits)
    return ceil(digits / 2) + 1 + (number < 0)


def write_units(size: int, *, transactional: bool = False) -> int:
    return max(1, ceil(size / _WRITE_BYTES)) * (2 if transactional else 1)


def read_units(size: int, *, consistent: bool = False, transactional: bool = False) -> float:
    """`size` is that of one item, or of all items that a query evaluated."""
    factor = 2 if transactional else 1 if consistent else 0.5
    return max(1, ceil(size / _READ_BYTES)) * factor


def entry(schema: TableSchema, index: Index, item: WireItem | None) -> WireItem | None:
    """Return the entry of an item in an index; None if it has none."""
    if item is None or index.partition not in item or index.sort not in item:
        return None
    if index.attributes is None:
        return item
    kept = {schema.partition, schema.sort, index.partition, index.sort, *index.attributes}
    return {name: value for name, value in item.items() if name in kept}


def index_units(schema: TableSchema, index: Index, before: WireItem | None, after: WireItem | None) -> int:
    """Return the units of an index that a write changes. A changed key is one deletion and one new entry. Index writes
    of a transaction are not doubled: they follow the transaction."""
    old, new = entry(schema, index, before), entry(schema, index, after)
    if old == new:
        return 0
    if old is None or new is None:
        return write_units(item_bytes(old or new or {}))
    if _key(index, old) != _key(index, new):
        return write_units(item_bytes(old)) + write_units(item_bytes(new))
    return write_units(max(item_bytes(old), item_bytes(new)))


def _key(index: Index, item: WireItem) -> Sequence[Any]:
    return item[index.partition], item[index.sort]


def stored_bytes(schema: TableSchema, item: WireItem | None) -> int:
    """Return what an item takes in the table and in its indexes."""
    if item is None:
        return 0
    entries = [found for index in schema.indexes if (found := entry(schema, index, item)) is not None]
    return sum(item_bytes(part) + STORED_OVERHEAD_BYTES for part in (item, *entries))
