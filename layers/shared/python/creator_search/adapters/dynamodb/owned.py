"""Pages of the items of one caller in the accounts table."""

from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import collect, is_expired, to_wire
from creator_search.adapters.dynamodb.schema.accounts import caller_key
from creator_search.domain.clock import Clock
from creator_search.domain.listing import Listed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


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
    request = {
        "TableName": table,
        "KeyConditionExpression": "#owner = :owner AND begins_with(#item, :prefix)",
        "ExpressionAttributeNames": {"#owner": "owner", "#item": "item"},
        "ExpressionAttributeValues": to_wire({":owner": caller_key(subject), ":prefix": prefix}),
        "ConsistentRead": True,  # callers see what they have just written
        "ScanIndexForward": not is_descending,
    }
    start = to_wire({"owner": caller_key(subject), "item": after}) if after else None
    now = clock()
    # One more item than asked for shows whether there are more.
    found, stopped_at = collect(client, request, limit + 1, start, without=lambda item: is_expired(item, now))
    shown = found[:limit]
    if len(found) > limit:
        return Listed(shown, shown[-1]["item"])
    return Listed(shown, stopped_at["item"] if stopped_at else None)
