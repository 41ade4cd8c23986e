"""The accounts table, which has what belongs to callers: partition key `owner`, sort key `item`."""

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema

FAVORITE_PREFIX = "favorite#"
CAMPAIGN_PREFIX = "campaign#"
CAMPAIGN_CREATOR_PREFIX = "campaign_creator#"
CAMPAIGN_POST_PREFIX = "campaign_post#"
LIST_PREFIX = "list#"
LIST_ENTRY_PREFIX = "list_entry#"


def caller_key(subject: str) -> str:
    """The partition of everything that belongs to a caller."""
    return f"caller#{subject}"


def favorite_item(username: str) -> str:
    return f"{FAVORITE_PREFIX}{username}"


CREATOR_ROWS = Index(
    "rows_of_creator",
    "username",
    "item",
    False,
    (),
    "the items that concern one creator, of all callers: who is notified, and what an erasure deletes",
)

ACCOUNTS = TableSchema(
    partition="owner",
    sort="item",
    items=(
        ItemKind(f"{FAVORITE_PREFIX}<username>", "a creator that a caller keeps as a favourite"),
        ItemKind(f"{CAMPAIGN_PREFIX}<id>", "a campaign with its version; `deleted` while its parts are being deleted"),
        ItemKind(f"{CAMPAIGN_CREATOR_PREFIX}<id>#<username>", "a creator of a campaign"),
        ItemKind(f"{CAMPAIGN_POST_PREFIX}<id>#<shortcode>", "a post that was added to a campaign by hand"),
        ItemKind(f"{LIST_PREFIX}<id>", "a named list with its version; `deleted` while its entries are being deleted"),
        ItemKind(f"{LIST_ENTRY_PREFIX}<id>#<username>", "a creator of a list, with tags and a note"),
    ),
    indexes=(CREATOR_ROWS,),
)
"""Every item that concerns one creator has the attribute `username`, so that it is found when the creator is erased."""
