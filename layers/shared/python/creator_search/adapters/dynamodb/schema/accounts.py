"""The accounts table, which has what belongs to callers: partition key `owner`, sort key `item`."""

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema

FAVORITE_PREFIX = "favorite#"


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
    items=(ItemKind(f"{FAVORITE_PREFIX}<username>", "a creator that a caller keeps as a favourite"),),
    indexes=(CREATOR_ROWS,),
)
"""Every item that concerns one creator has the attribute `username`, so that it is found when the creator is erased."""
