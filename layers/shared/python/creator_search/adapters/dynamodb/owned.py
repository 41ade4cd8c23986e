"""Queries of the items of one caller, and pages of them, in the accounts table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import collect, is_expired, to_wire
from creator_search.adapters.dynamodb.schema.accounts import caller_key
from creator_search.domain.clock import Clock
from creator_search.domain.listing import Listed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def owned(table: str, subject: str, prefix: str) -> dict[str, Any]:
    """Return the Query for all items of the caller whose sort key starts with `prefix`."""
    return items_of(table, caller_key(subject), prefix)


def list_owned(
    client: "DynamoDBClient",
    table: str,
    subject: str,
    prefix: str,
    *,
    limit: int,
    after: str | None,
    clock: Clock,
    is_descending: bool = False,
) -> Listed[dict[str, Any]]:
    """Return up to `limit` items of the caller whose sort key starts with `prefix`, in the order of the sort keys.
    `after` is the position of the preceding page. Raises StoreUnavailable."""
    request = owned(table, subject, prefix)
    return list_found(client, request, limit=limit, after=after, clock=clock, is_descending=is_descending)


def list_found(
    client: "DynamoDBClient",
    request: Mapping[str, Any],
    *,
    limit: int,
    after: str | None,
    clock: Clock,
    is_descending: bool = False,
) -> Listed[dict[str, Any]]:
    """Return up to `limit` items of a Query of one partition, as `list_owned` does."""
    partition = request["ExpressionAttributeNames"]["#partition"]
    key = request["ExpressionAttributeValues"][":key"]
    start = {partition: key, "item": {"S": after}} if after else None
    now = clock()
    # Consistent, because callers see what they have just written. One more item than asked for shows whether there are
    # more.
    query = {**request, "ConsistentRead": True, "ScanIndexForward": not is_descending}
    found, stopped_at = collect(client, query, limit + 1, start, without=lambda item: is_expired(item, now))
    shown = found[:limit]
    if len(found) > limit:
        return Listed(shown, shown[-1]["item"])
    return Listed(shown, stopped_at["item"] if stopped_at else None)


def items_of(table: str, key: str, prefix: str, partition: str = "owner") -> dict[str, Any]:
    """Return the Query for the items of the partition `key` whose sort key starts with `prefix`."""
    return {
        "TableName": table,
        "KeyConditionExpression": "#partition = :key AND begins_with(#item, :prefix)",
        "ExpressionAttributeNames": {"#partition": partition, "#item": "item"},
        "ExpressionAttributeValues": to_wire({":key": key, ":prefix": prefix}),
    }
