"""What the role of each function may do with tables and buckets, from its catalogue row.

The stack grants it (infra/constructs/grants.py), and the local system refuses everything else (infra/local/roles.py),
so that a call which a row forgets fails before it is deployed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import Bucket, Function, IndexName, Table, Use

_TABLE_ACTIONS = {
    Use.READ: ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
    Use.ADD: ("dynamodb:PutItem",),
    Use.CHANGE: (
        *("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
        "dynamodb:ConditionCheckItem",  # in transactions
    ),
}
_OBJECT_ACTIONS = {
    Use.READ: ("s3:GetObject",),
    Use.ADD: ("s3:PutObject",),
    Use.CHANGE: ("s3:DeleteObject",),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions on a table, an index, a bucket, or the objects of a bucket whose keys start with `prefix`."""

    actions: tuple[str, ...]
    on: Table | IndexName | Bucket
    prefix: str | None = None


def permissions(row: Function) -> Iterator[Permission]:
    for table, use in row.all_tables.items():
        yield Permission(_actions(_TABLE_ACTIONS, use), table)
    for index in row.indexes:
        yield Permission(("dynamodb:Query",), index)
    for bucket, use in row.buckets.items():
        prefix = row.image_prefix if bucket is Bucket.IMAGES else ""
        yield Permission(_actions(_OBJECT_ACTIONS, use), bucket, prefix)
        if use & (Use.READ | Use.CHANGE):
            # To list what is deleted; and without it, an absent object is an error 403.
            yield Permission(("s3:ListBucket",), bucket)


def table_of(index: IndexName) -> Table:
    return next(table for table, schema in TABLES.items() if any(each.name is index for each in schema.indexes))


def _actions(by_use: Mapping[Use, tuple[str, ...]], use: Use) -> tuple[str, ...]:
    return tuple(action for each, actions in by_use.items() if each in use for action in actions)
