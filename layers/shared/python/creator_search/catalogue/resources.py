"""Tables, queues and buckets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Table(StrEnum):
    PROFILES = "profiles"
    JOBS = "jobs"
    SIMILAR = "similar"
    CONTROL = "control"


class Queue(StrEnum):
    PROFILE_HIGH = "profile-high"
    PROFILE_MEDIUM = "profile-medium"
    PROFILE_LOW = "profile-low"
    ANALYSIS = "analysis"
    MEDIA = "media"
    ERASURE = "erasure"

    @property
    def dead_letter(self) -> str:
        return f"{self.value}-dead-letter"


PROFILE_QUEUES = (Queue.PROFILE_HIGH, Queue.PROFILE_MEDIUM, Queue.PROFILE_LOW)


class Bucket(StrEnum):
    IMAGES = "images"
    DOCUMENTS = "documents"


EXPIRE_DAYS: Mapping[Bucket, int] = {Bucket.DOCUMENTS: 31}
"""Buckets whose objects are copies that can be made again."""


@dataclass(frozen=True, slots=True)
class Index:
    """`attributes` are copied into it beside the keys; None copies all, none only the keys."""

    name: str
    partition: str
    sort: str
    sort_is_number: bool
    attributes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TableSpec:
    partition: str
    sort: str | None = None
    indexes: tuple[Index, ...] = ()


TTL_ATTRIBUTE = "expires_at"

_CREATOR = (
    *("full_name", "is_verified", "category", "language", "profile_type", "updated_at", "image_key", "image_version"),
    *("category_key", "category_name", "following", "posts_count"),
)

TABLES: Mapping[Table, TableSpec] = {
    Table.PROFILES: TableSpec(
        "username",
        "item",
        # Sparse: posts carry `engagement_count`; public profiles carry `listed` and, where they have one, a
        # `category_key`; `listed_name` is also on the item that makes a profile found by its full name. Full profiles
        # carry `refreshed` and `analysis_due_at`.
        indexes=(
            Index("posts_by_engagement", "username", "engagement_count", True, None),
            Index("primaries_by_age", "refreshed", "updated_at", False, ()),
            Index("primaries_by_analysis", "refreshed", "analysis_due_at", False, ()),
            Index("creators_by_followers", "listed", "followers", True, (*_CREATOR, "engagement_order")),
            Index("creators_by_engagement", "listed", "engagement_order", True, (*_CREATOR, "followers")),
            Index("creators_by_category", "category_key", "followers", True, (*_CREATOR, "engagement_order")),
            Index("creators_by_name", "listed_name", "name_key", False, (*_CREATOR, "followers", "engagement_order")),
        ),
    ),
    Table.JOBS: TableSpec(
        "username",
        # Sparse: only PENDING and PROCESSING rows carry `active` ("PENDING#HIGH", …); `due_at` is when the sweeper
        # should look at the row.
        indexes=(
            Index(
                "active",
                "active",
                "due_at",
                True,
                ("requested_at", "next_attempt_at"),
            ),
        ),
    ),
    Table.SIMILAR: TableSpec(
        "username",
        # Sparse: rows that hold a set carry `live`, so that the statistics never read the sets themselves.
        indexes=(
            Index("live", "live", "expires_at", True, ("entry_count", "image_bytes")),
            Index("members", "live", "username", False, ("members",)),
        ),
    ),
    Table.CONTROL: TableSpec("id"),
}

MAX_RECEIVES = 3
"""Deliveries of one message before SQS itself moves it to the dead-letter queue."""


def projection(index: Index) -> str:
    """DynamoDB's word for what an index copies."""
    if index.attributes is None:
        return "ALL"
    return "INCLUDE" if index.attributes else "KEYS_ONLY"


def environment_name(resource: Table | Queue | Bucket) -> str:
    """The variable that carries a resource's deployed name (a queue's URL): TABLE_JOBS, QUEUE_MEDIA, BUCKET_IMAGES."""
    kind = {Table: "TABLE", Queue: "QUEUE", Bucket: "BUCKET"}[type(resource)]
    return f"{kind}_{resource.value.upper().replace('-', '_')}"


def dead_letter_environment_name(queue: Queue) -> str:
    return f"{environment_name(queue)}_DEAD_LETTER"
