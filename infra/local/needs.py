"""The permissions that a call to AWS needs: the actions, the resources, and the keys of the items or objects."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import (
    Bucket,
    IndexName,
    Queue,
    Secret,
    Table,
    dead_letter_environment_name,
    environment_name,
)

from infra.permissions import DeadLetters, Elsewhere, Permission, Resource

R = TypeVar("R", Table, Bucket, Secret)

_TRANSACTED = {
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_OBJECT_ACTIONS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PutObject": "s3:PutObject"}
_QUEUE_ACTIONS = {"SendMessageBatch": "sqs:SendMessage", "DeleteMessageBatch": "sqs:DeleteMessage"}


@dataclass(frozen=True, slots=True)
class Needed:
    """An action on a resource (None if the resource is unknown). `key` is that of an object in a bucket. `leading` has
    the partition keys of the items of a table, or the prefix with which the keys of a bucket are listed."""

    action: str
    on: Resource | None
    key: str | None = None
    leading: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.action} on {' '.join(filter(None, (str(self.on), self.key, *self.leading)))}"

    def is_allowed(self, by: Permission) -> bool:
        if self.action not in by.actions or self.on != by.on:
            return False
        if by.leading:
            return all(key.startswith(by.leading) for key in self.leading)
        return by.prefix is None if self.key is None else self.key.startswith(by.prefix or "")


def needs_of_items(operation: str, body: Any) -> Iterator[Needed]:
    """Yield the permissions that a call to DynamoDB needs; `body` is the body of its request."""
    for item in body.get("TransactItems", ()):
        [(kind, one)] = item.items()
        yield _of_table(_TRANSACTED[kind], one["TableName"], [one])
    for table, requests in body.get("RequestItems", {}).items():
        items = [{"Key": key} for key in requests["Keys"]] if operation == "BatchGetItem" else requests
        yield _of_table(f"dynamodb:{operation}", table, [each for item in items for each in _requests(item)])
    if index := body.get("IndexName"):
        yield Needed(f"dynamodb:{operation}", IndexName(index))
    elif "TableName" in body:
        yield _of_table(f"dynamodb:{operation}", body["TableName"], [body])


def needs(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    """Yield the permissions that a call to a service other than DynamoDB needs."""
    action = f"{service}:{operation}"
    match service, operation:
        case "s3", "DeleteObjects":
            for each in parameters["Delete"]["Objects"]:
                yield Needed("s3:DeleteObject", _named(Bucket, parameters["Bucket"]), each["Key"])
        case "s3", "ListObjectsV2":
            on = _named(Bucket, parameters["Bucket"])
            yield Needed("s3:ListBucket", on, leading=(parameters.get("Prefix", ""),))
        case "s3", _:
            on = _named(Bucket, parameters.get("Bucket"))
            yield Needed(_OBJECT_ACTIONS.get(operation, action), on, parameters.get("Key"))
        case "sqs", _:
            queues: dict[str | None, Queue | DeadLetters] = {os.environ.get(environment_name(q)): q for q in Queue}
            queues |= {os.environ.get(dead_letter_environment_name(q)): DeadLetters(q) for q in Queue}
            yield Needed(_QUEUE_ACTIONS.get(operation, action), queues.get(parameters.get("QueueUrl", "")))
        case "secretsmanager", _:
            yield Needed(action, _named(Secret, parameters.get("SecretId")))
        case "cloudfront", _:
            is_cdn = parameters.get("DistributionId") == os.environ.get("CDN_DISTRIBUTION_ID")
            yield Needed(action, Elsewhere.CDN if is_cdn else None)
        case _:
            yield Needed(action, Elsewhere.EVERYTHING)


def _requests(item: Any) -> list[Any]:
    """Return the requests in an item of a batch: `{"PutRequest": {"Item": …}}`, or the key itself."""
    return [item] if "Key" in item else list(item.values())


def _of_table(action: str, name: str, requests: list[Any]) -> Needed:
    table = _named(Table, name)
    if table is None:
        return Needed(action, None)
    partition = TABLES[table].partition
    return Needed(action, table, leading=tuple(_partition_key(each, partition) for each in requests))


def _partition_key(request: Any, partition: str) -> str:
    """Return the partition key of an item, or of a query. A query has exactly one comparison with it."""
    if found := request.get("Key") or request.get("Item"):
        return str(found[partition]["S"])
    aliases = {alias for alias, name in request.get("ExpressionAttributeNames", {}).items() if name == partition}
    names = "|".join(map(re.escape, (partition, *aliases)))
    [value] = re.findall(rf"(?<![\w#])(?:{names})\s*=\s*(:\w+)", request["KeyConditionExpression"])
    return str(request["ExpressionAttributeValues"][value]["S"])


def _named(kind: type[R], name: str | None) -> R | None:
    return next((each for each in kind if name and os.environ.get(environment_name(each)) == name), None)
