"""The accounts table, which has what belongs to callers: partition key `owner`, sort key `item`."""

from datetime import datetime

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import IndexName, Items

KEY_PREFIX = "key#"
FAVORITE_PREFIX = "favorite#"
OPENED_PREFIX = "opened#"
REQUESTED_PREFIX = "requested#"
SEARCH_PREFIX = "search#"
IDEMPOTENCY_PREFIX = "idempotency#"
DIGEST_ITEM = "digest"
CAMPAIGN_PREFIX = "campaign#"
CAMPAIGN_CREATOR_PREFIX = "campaign_creator#"
CAMPAIGN_POST_PREFIX = "campaign_post#"
LIST_PREFIX = "list#"
LIST_ENTRY_PREFIX = "list_entry#"
WEBHOOK_PREFIX = "webhook#"
DUE_SHARDS = 8
"""Partitions of the index of due deliveries: one would limit the writes of all webhooks."""


def caller_key(subject: str) -> str:
    """The partition of everything that belongs to a caller."""
    return f"{Items.CALLERS.prefix}{subject}"


def secret_key(key_id: str) -> str:
    """The partition of what a presented API key is compared with."""
    return f"{Items.API_KEYS.prefix}{key_id}"


def key_item(key_id: str) -> str:
    return f"{KEY_PREFIX}{key_id}"


def favorite_item(username: str) -> str:
    return f"{FAVORITE_PREFIX}{username}"


def opened_item(username: str) -> str:
    return f"{OPENED_PREFIX}{username}"


def requested_item(username: str) -> str:
    return f"{REQUESTED_PREFIX}{username}"


def search_item(at: datetime, search_id: str) -> str:
    """Sorts by time."""
    return f"{SEARCH_PREFIX}{at.isoformat(timespec='microseconds')}#{search_id}"


def idempotency_item(key: str) -> str:
    return f"{IDEMPOTENCY_PREFIX}{key}"


def webhook_item(webhook_id: str) -> str:
    return f"{WEBHOOK_PREFIX}{webhook_id}"


def delivery_prefix(webhook_id: str) -> str:
    return f"delivery#{webhook_id}#"


def delivery_item(webhook_id: str, delivery_id: str) -> str:
    return f"{delivery_prefix(webhook_id)}{delivery_id}"


def due_shard(shard: int) -> str:
    return f"due#{shard}"


CREATOR_ROWS = Index(
    IndexName.CREATOR_ROWS,
    "username",
    "item",
    False,
    (),
    "the items that concern one creator, of all callers: who is notified, and what an erasure deletes",
)

DUE_DELIVERIES = Index(
    IndexName.DUE_DELIVERIES,
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
        ItemKind(f"{KEY_PREFIX}<id>", "an API key as its owner sees it"),
        ItemKind(DIGEST_ITEM, "the owner and the hash of an API key, in the partition `key#<id>`"),
        ItemKind(f"{FAVORITE_PREFIX}<username>", "a creator that a caller keeps as a favourite"),
        ItemKind(f"{OPENED_PREFIX}<username>", "a creator that a caller has opened in the last 30 days"),
        ItemKind(f"{REQUESTED_PREFIX}<username>", "a creator that a caller has requested in the last 30 days"),
        ItemKind(f"{SEARCH_PREFIX}<time>#<id>", "a search of a caller in the last 30 days"),
        ItemKind(f"{IDEMPOTENCY_PREFIX}<operation>#<hash>", "the first answer to an Idempotency-Key"),
        ItemKind(f"{CAMPAIGN_PREFIX}<id>", "a campaign with its version; `deleted` while its parts are being deleted"),
        ItemKind(f"{CAMPAIGN_CREATOR_PREFIX}<id>#<username>", "a creator of a campaign"),
        ItemKind(f"{CAMPAIGN_POST_PREFIX}<id>#<shortcode>", "a post that was added to a campaign by hand"),
        ItemKind(f"{LIST_PREFIX}<id>", "a named list with its version; `deleted` while its entries are being deleted"),
        ItemKind(f"{LIST_ENTRY_PREFIX}<id>#<username>", "a creator of a list, with tags and a note"),
        ItemKind("webhook#<id>", "a webhook with its secrets, which no answer and no log line shows again"),
        ItemKind("delivery#<webhook>#<id>", "an event for a webhook, with its schedule and its last attempt"),
    ),
    indexes=(CREATOR_ROWS, DUE_DELIVERIES),
)
"""Every item that concerns one creator has the attribute `username`, so that it is found when the creator is erased."""
