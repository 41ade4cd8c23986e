"""The tables of similar profiles. `similar` has the sets: partition key `username`. `memberships` says which sets
name a creator: partition key `member`, sort key `set_of`."""

import zlib

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import IndexName

CACHED_SETS = Index(
    IndexName.CACHED_SETS,
    "live",
    "expires_at",
    True,
    ("entry_count", "image_bytes"),
    "the statistics of the cache, without the sets",
)
OLD_SET_MEMBERS = Index(
    IndexName.OLD_SET_MEMBERS,
    "live",
    "username",
    False,
    ("members",),
    "the members of sets of earlier versions, for seven days",
)
OLD_LIVE = "yes"
"""The value of `live` of the sets of earlier versions, which have no memberships. They expire within seven days of the
deployment; after that this partition of the indexes is empty, and the index `members` can be deleted."""
_SHARDS = 8
LIVE_SHARDS = tuple(f"shard-{number}" for number in range(_SHARDS))


def live_shard(username: str) -> str:
    """The partition of a set in the index of the statistics."""
    return LIVE_SHARDS[zlib.crc32(username.encode()) % _SHARDS]


SIMILAR = TableSchema(
    partition="username",
    sort=None,
    items=(ItemKind("<username>", "one whole set of similar profiles, or a cleared row that keeps its generation"),),
    indexes=(CACHED_SETS, OLD_SET_MEMBERS),
)
MEMBERSHIPS = TableSchema(
    partition="member",
    sort="set_of",
    items=(ItemKind("<username>", "the set of this creator contains the member, or did lately"),),
)
