"""The permissions of the role of each function, derived from its catalogue row.

The stack grants it (infra/constructs/grants.py), and the local system refuses everything else (infra/local/roles.py),
so that a call that is missing from a row fails before it is deployed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import Bucket, Function, IndexName, Items, Part, Queue, Secret, Table, Use, Worker

_TABLE_ACTIONS = {
    Use.READ: ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
    Use.ADD: ("dynamodb:PutItem",),
    Use.UPDATE: ("dynamodb:UpdateItem",),
    Use.CHECK: ("dynamodb:ConditionCheckItem",),
    Use.DELETE: ("dynamodb:DeleteItem",),
    Use.BATCH: ("dynamodb:BatchWriteItem",),
}
_OBJECT_ACTIONS = {
    Use.READ: ("s3:GetObject",),
    Use.ADD: ("s3:PutObject",),
    Use.DELETE: ("s3:DeleteObject",),
}


_SEND = ("sqs:SendMessage",)
_READ_DEPTH = ("sqs:GetQueueAttributes",)
_RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage")


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The dead-letter queue of a queue."""

    of: Queue


class Elsewhere(Enum):
    """Targets of permissions other than the resources of the catalogue."""

    CDN = auto()
    """The distribution of the images."""
    EVERYTHING = auto()
    """Actions that cannot be limited to a resource."""


Resource = Table | IndexName | Bucket | Queue | DeadLetters | Secret | Elsewhere


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions on a resource, or on the objects of a bucket whose keys start with `prefix`.

    If `leading` is not empty, only items whose partition keys begin with one of these texts may be used, or only keys
    of a bucket that begin with one may be listed.
    """

    actions: tuple[str, ...]
    on: Resource
    prefix: str | None = None
    leading: tuple[str, ...] = ()


def permissions(row: Function) -> Iterator[Permission]:
    parts = row.all_parts
    for part, use in parts.items():
        if isinstance(part, Table):
            yield Permission(tuple(a for each in Use if each in use for a in _table_actions(part, each)), part)
    for table in dict.fromkeys(part.table for part in parts if isinstance(part, Items)):
        yield from _of_items(table, parts)
    for index in row.indexes:
        yield Permission(("dynamodb:Query",), index)
    for bucket, use in row.buckets.items():
        prefix = row.image_prefix if bucket is Bucket.IMAGES else ""
        actions = tuple(action for each in _OBJECT_ACTIONS if each in use for action in _OBJECT_ACTIONS[each])
        yield Permission(actions, bucket, prefix)
        if Use.READ in use:  # without it, the error for a missing object is 403
            yield Permission(("s3:ListBucket",), bucket)
        elif Use.DELETE in use:  # objects are listed before they are deleted
            yield Permission(("s3:ListBucket",), bucket, leading=(prefix,) if prefix else ())
    yield from _queues(row)
    for secret in row.secrets:
        yield Permission(("secretsmanager:GetSecretValue",), secret)
    if row.invalidates_cdn:
        yield Permission(("cloudfront:CreateInvalidation",), Elsewhere.CDN)
    if row.reads_metrics:
        yield Permission(("cloudwatch:GetMetricData",), Elsewhere.EVERYTHING)


def _of_items(table: Table, parts: Mapping[Part, Use]) -> Iterator[Permission]:
    """Yield one permission for all items that a row uses in the same way, except for uses granted for the whole
    table."""
    whole = parts.get(table, Use(0))
    items = {part: use & ~whole for part, use in parts.items() if isinstance(part, Items) and part.table is table}
    by_use = {each: tuple(part.prefix for part, use in items.items() if each in use) for each in Use}
    for leading in dict.fromkeys(filter(None, by_use.values())):
        uses = (each for each, found in by_use.items() if found == leading)
        yield Permission(tuple(a for each in uses for a in _table_actions(table, each)), table, leading=leading)


def _queues(row: Function) -> Iterator[Permission]:
    for queue in row.sends:
        yield Permission(_SEND, queue)
    for queue in row.drains:
        yield Permission(_RECEIVE, DeadLetters(queue))
    for queue in row.watches:
        yield Permission(_READ_DEPTH, queue)
        yield Permission(_READ_DEPTH, DeadLetters(queue))
    consumed = tuple(row.concurrency) if isinstance(row, Worker) else ()
    for queue in (*row.abandons, *consumed):
        yield Permission(_SEND, DeadLetters(queue))


def tables_of(row: Function) -> frozenset[Table]:
    """Return the tables whose items or indexes the function may use."""
    return row.all_tables.union(map(table_of, row.indexes))


def table_of(index: IndexName) -> Table:
    return next(table for table, schema in TABLES.items() if any(each.name is index for each in schema.indexes))


def _table_actions(table: Table, use: Use) -> Iterator[str]:
    """Yield the actions of one use. Tables without a sort key are read with GetItem and are never queried."""
    for action in _TABLE_ACTIONS[use]:
        if action != "dynamodb:Query" or TABLES[table].sort:
            yield action
