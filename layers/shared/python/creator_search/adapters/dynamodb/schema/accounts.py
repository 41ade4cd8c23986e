"""The accounts table, which has what belongs to callers: partition key `owner`, sort key `item`."""

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema

FAVORITE_PREFIX = "favorite#"
REQUESTED_PREFIX = "requested#"
WEBHOOK_PREFIX = "webhook#"
DUE_SHARDS = 8
"""Partitions of the index of due deliveries: one would limit the writes of all webhooks."""


def caller_key(subject: str) -> str:
    """The partition of everything that belongs to a caller."""
    return f"caller#{subject}"


def favorite_item(username: str) -> str:
    return f"{FAVORITE_PREFIX}{username}"


def requested_item(username: str) -> str:
    return f"{REQUESTED_PREFIX}{username}"


def webhook_item(webhook_id: str) -> str:
    return f"{WEBHOOK_PREFIX}{webhook_id}"


def delivery_prefix(webhook_id: str) -> str:
    return f"delivery#{webhook_id}#"


def delivery_item(webhook_id: str, delivery_id: str) -> str:
    return f"{delivery_prefix(webhook_id)}{delivery_id}"


def due_shard(shard: int) -> str:
    return f"due#{shard}"


CREATOR_ROWS = Index(
    "rows_of_creator",
    "username",
    "item",
    False,
    (),
    "the items that concern one creator, of all callers: who is notified, and what an erasure deletes",
)

DUE_DELIVERIES = Index(
    "due_deliveries",
    "due_shard",
    "due_at",
    True,
    (),
    "pending deliveries by the time at which the sweeper sends their message, over shards",
)

ACCOUNTS = TableSchema(
    partition="owner",
    sort="item",
    items=(
        ItemKind(f"{FAVORITE_PREFIX}<username>", "a creator that a caller keeps as a favourite"),
        ItemKind("webhook#<id>", "a webhook with its secrets, which no answer and no log line shows again"),
        ItemKind("delivery#<webhook>#<id>", "an event for a webhook, with its schedule and its last attempt"),
    ),
    indexes=(CREATOR_ROWS, DUE_DELIVERIES),
)
"""Every item that concerns one creator has the attribute `username`, so that it is found when the creator is erased."""
