"""What the role of each function may do with tables, buckets and queues, from its catalogue row.

The stack grants it (infra/constructs/grants.py), and the local system refuses everything else (infra/local/roles.py),
so that a call which a row forgets fails before it is deployed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import Bucket, Function, IndexName, Queue, Table, Use, Worker

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


_SEND = ("sqs:SendMessage",)
_READ_DEPTH = ("sqs:GetQueueAttributes",)
_RECEIVE = ("sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage")


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The dead-letter queue of a queue."""

    of: Queue


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions on a table, an index, a bucket, the objects of a bucket whose keys start with `prefix`, or a queue."""

    actions: tuple[str, ...]
    on: Table | IndexName | Bucket | Queue | DeadLetters
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

    yield from _queues(row)


def _queues(row: Function) -> Iterator[Permission]:
    for queue in row.sends:
        yield Permission(_SEND, queue)
    for queue in row.drains:
        yield Permission(_READ_DEPTH, queue)
        yield Permission(_RECEIVE, DeadLetters(queue))
        yield Permission(_SEND, DeadLetters(queue))
    for queue in row.watches:
        yield Permission(_READ_DEPTH, queue)
        yield Permission(_READ_DEPTH, DeadLetters(queue))
    if isinstance(row, Worker):
        for queue in row.concurrency:
            yield Permission(_SEND, DeadLetters(queue))


def table_of(index: IndexName) -> Table:
    return next(table for table, schema in TABLES.items() if any(each.name is index for each in schema.indexes))


def _actions(by_use: Mapping[Use, tuple[str, ...]], use: Use) -> tuple[str, ...]:
    return tuple(action for each, actions in by_use.items() if each in use for action in actions)
