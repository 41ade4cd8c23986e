"""The roles of the functions: calls to tables, buckets and queues that the deployed role of a function may not make are
refused here as well, as AWS refuses them.

Calls within `acting_as` are checked, also in threads that copy the context. Others are not: those of the tests and of
the provisioning, and those of other threads.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import boto3
from botocore.exceptions import ClientError
from creator_search.catalogue import (
    FUNCTIONS,
    OPTIONAL_FUNCTIONS,
    Bucket,
    IndexName,
    Queue,
    Table,
    dead_letter_environment_name,
    environment_name,
)

from infra.permissions import DeadLetters, permissions

_acting: ContextVar[tuple[str, ...]] = ContextVar("acting", default=())
_ROWS = {**FUNCTIONS, **OPTIONAL_FUNCTIONS}
_Needed = tuple[str, Table | IndexName | Bucket | Queue | DeadLetters | None, str | None]
"""An action, the resource, and the key of an object."""
_TRANSACTED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_OBJECT_ACTIONS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PutObject": "s3:PutObject"}
_QUEUE_ACTIONS = {"SendMessageBatch": "sqs:SendMessage", "DeleteMessageBatch": "sqs:DeleteMessage"}


@contextmanager
def acting_as(*functions: str) -> Iterator[None]:
    """Make the calls within, and those of threads that copy the context, with the roles of these functions: what one of
    them allows is allowed."""
    token = _acting.set(functions)
    try:
        yield
    finally:
        _acting.reset(token)


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
        needs: list[_Needed] = [("s3:DeleteObject", bucket, each["Key"]) for each in params["Delete"]["Objects"]]
    elif model.name == "ListObjectsV2":
        needs = [("s3:ListBucket", bucket, None)]
    else:
        needs = [(_OBJECT_ACTIONS.get(model.name, f"s3:{model.name}"), bucket, params.get("Key"))]
    for needed in needs:
        _check(model.name, needed)


def _check_queue(model: Any, params: Any, **_: Any) -> None:
    if not _acting.get():
        return
    queues: dict[str | None, Queue | DeadLetters] = {os.environ.get(environment_name(queue)): queue for queue in Queue}
    queues |= {os.environ.get(dead_letter_environment_name(queue)): DeadLetters(queue) for queue in Queue}
    action = _QUEUE_ACTIONS.get(model.name, f"sqs:{model.name}")
    _check(model.name, (action, queues.get(params.get("QueueUrl")), None))


def _table_needs(operation: str, body: Any) -> Iterator[_Needed]:
    """Yield what a call of DynamoDB needs."""
    for item in body.get("TransactItems", ()):
        [(kind, write)] = item.items()
        yield _TRANSACTED[kind], _resource(Table, write["TableName"]), None
    for table in body.get("RequestItems", ()):
        yield f"dynamodb:{operation}", _resource(Table, table), None
    if index := body.get("IndexName"):
        yield f"dynamodb:{operation}", IndexName(index), None
    elif "TableName" in body:
        yield f"dynamodb:{operation}", _resource(Table, body["TableName"]), None


def _check(operation: str, needed: _Needed) -> None:
    """Raise the error of AWS if the role does not allow it."""
    action, resource, key = needed
    functions = _acting.get()
    for allowed in (each for function in functions for each in permissions(_ROWS[function])):
        is_key = allowed.prefix is None if key is None else key.startswith(allowed.prefix or "")
        if action in allowed.actions and allowed.on == resource and is_key:
            return
    message = f"The role of {functions[0]} is not authorized to perform: {action} on {resource} {key or ''}".rstrip()
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


def _resource(kind: type[Table] | type[Bucket], name: str) -> Table | Bucket | None:
    return next((each for each in kind if os.environ.get(environment_name(each)) == name), None)
