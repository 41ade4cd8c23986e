"""The similar table: partition key `username`."""

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema

CACHED_SETS = Index(
    "live", "live", "expires_at", True, ("entry_count", "image_bytes"), "the statistics of the cache, without the sets"
)
SET_MEMBERS = Index("members", "live", "username", False, ("members",), "the sets that contain a username")
LIVE = "yes"

SIMILAR = TableSchema(
    partition="username",
    sort=None,
    items=(ItemKind("<username>", "one whole set of similar profiles, or a cleared row that keeps its generation"),),
    indexes=(CACHED_SETS, SET_MEMBERS),
)
