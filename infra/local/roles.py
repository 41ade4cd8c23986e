"""The roles of the functions: calls to tables, buckets and queues that the deployed role of a function may not make are
refused here as well, as AWS refuses them.

Calls within `acting_as` are checked, also in threads that copy the context. Others are not: those of the tests and of
the provisioning, and those of other threads. Much of the code continues without what a cache, a counter or a breaker
cannot do, so each refusal is also printed, and kept for the tests.
"""

import functools
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import (
    FUNCTIONS,
    Bucket,
    IndexName,
    Queue,
    Table,
    dead_letter_environment_name,
    environment_name,
)

from infra.permissions import DeadLetters, Permission, permissions

REFUSED = "is not authorized to perform"
_acting: ContextVar[str | None] = ContextVar("acting", default=None)
_refusals: list[str] = []


@dataclass(frozen=True, slots=True)
class _Needed:
    """An action on a resource; on one object of a bucket, or on the items of a table with these partition keys."""

    action: str
    on: Table | IndexName | Bucket | Queue | DeadLetters | None
    key: str | None = None
    leading: tuple[str, ...] = ()

    def is_allowed(self, by: Permission) -> bool:
        if self.action not in by.actions or self.on != by.on:
            return False
        if by.leading:
            return all(key.startswith(by.leading) for key in self.leading)
        return by.prefix is None if self.key is None else self.key.startswith(by.prefix or "")


_TRANSACTED = {
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_OBJECT_ACTIONS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PutObject": "s3:PutObject"}
_QUEUE_ACTIONS = {"SendMessageBatch": "sqs:SendMessage", "DeleteMessageBatch": "sqs:DeleteMessage"}


@contextmanager
def acting_as(function: str | None) -> Iterator[None]:
    """Make the calls within, and those of threads that copy the context, with the role of this function; with None, do
    not check them."""
    token = _acting.set(function)
    try:
        yield
    finally:
        _acting.reset(token)


def take_refusals() -> list[str]:
    """Return what was refused in this process since the last call."""
    found, _refusals[:] = _refusals[:], []
    return found


def enforce() -> None:
    """Check the calls of all clients that are created in this process from now on."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    events = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
    # A handler is registered once per id, whatever its event.
    events.register("before-call.dynamodb", _check_table, unique_id="roles of tables")
    events.register("provide-client-params.s3", _check_bucket, unique_id="roles of buckets")
    events.register("provide-client-params.sqs", _check_queue, unique_id="roles of queues")


def _check_table(model: Any, params: Any, **_: Any) -> None:
    if _acting.get():
        for needed in _table_needs(model.name, json.loads(params["body"])):
            _check(model.name, needed)


def _check_bucket(model: Any, params: Any, **_: Any) -> None:
    if not _acting.get():
        return
    bucket = _resource(Bucket, params["Bucket"])
    if model.name == "DeleteObjects":
        needs = [_Needed("s3:DeleteObject", bucket, each["Key"]) for each in params["Delete"]["Objects"]]
    elif model.name == "ListObjectsV2":
        needs = [_Needed("s3:ListBucket", bucket)]
    else:
        needs = [_Needed(_OBJECT_ACTIONS.get(model.name, f"s3:{model.name}"), bucket, params.get("Key"))]
    for needed in needs:
        _check(model.name, needed)


def _check_queue(model: Any, params: Any, **_: Any) -> None:
    if not _acting.get():
        return
    queues: dict[str | None, Queue | DeadLetters] = {os.environ.get(environment_name(queue)): queue for queue in Queue}
    queues |= {os.environ.get(dead_letter_environment_name(queue)): DeadLetters(queue) for queue in Queue}
    action = _QUEUE_ACTIONS.get(model.name, f"sqs:{model.name}")
    _check(model.name, _Needed(action, queues.get(params.get("QueueUrl"))))


def _table_needs(operation: str, body: Any) -> Iterator[_Needed]:
    """Yield what a call of DynamoDB needs."""
    for item in body.get("TransactItems", ()):
        [(kind, one)] = item.items()
        yield _of_table(_TRANSACTED[kind], one["TableName"], [one])
    for table, requests in body.get("RequestItems", {}).items():
        items = [{"Key": key} for key in requests["Keys"]] if operation == "BatchGetItem" else requests
        yield _of_table(f"dynamodb:{operation}", table, [each for item in items for each in _requests(item)])
    if index := body.get("IndexName"):
        yield _Needed(f"dynamodb:{operation}", IndexName(index))
    elif "TableName" in body:
        yield _of_table(f"dynamodb:{operation}", body["TableName"], [body])


def _requests(item: Any) -> list[Any]:
    """Return the request in an item of a batch: `{"PutRequest": {"Item": …}}`, or the key itself."""
    return [item] if "Key" in item else list(item.values())


def _of_table(action: str, name: str, requests: list[Any]) -> _Needed:
    table = _resource(Table, name)
    if not isinstance(table, Table):
        return _Needed(action, None)
    partition = TABLES[table].partition
    return _Needed(action, table, leading=tuple(_partition_key(each, partition) for each in requests))


def _partition_key(request: Any, partition: str) -> str:
    """Return the partition key of an item, or of a query. A query has exactly one comparison with it."""
    if found := request.get("Key") or request.get("Item"):
        return str(found[partition]["S"])
    aliases = {alias for alias, name in request.get("ExpressionAttributeNames", {}).items() if name == partition}
    names = "|".join(map(re.escape, (partition, *aliases)))
    [value] = re.findall(rf"(?<![\w#])(?:{names})\s*=\s*(:\w+)", request["KeyConditionExpression"])
    return str(request["ExpressionAttributeValues"][value]["S"])


def _check(operation: str, needed: _Needed) -> None:
    """Raise the error of AWS if the role does not allow it."""
    function = _acting.get()
    if function is None or any(needed.is_allowed(each) for each in _granted(function)):
        return
    what = " ".join(filter(None, (str(needed.on), needed.key, *needed.leading)))
    message = f"The role of {function} {REFUSED}: {needed.action} on {what}"
    print(message, file=sys.stderr, flush=True)
    _refusals.append(message)
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


@functools.cache
def _granted(function: str) -> tuple[Permission, ...]:
    return tuple(permissions(FUNCTIONS[function]))


def _resource(kind: type[Table] | type[Bucket], name: str) -> Table | Bucket | None:
    return next((each for each in kind if os.environ.get(environment_name(each)) == name), None)
