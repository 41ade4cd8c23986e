"""The profiles table: partition key `username`, sort key `item`."""

from datetime import date, datetime

from creator_search.adapters.dynamodb.schema.digest import digest
from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import IndexName
from creator_search.domain.documents import DocumentName

PROFILE_ITEM = "profile"
NAME_ITEM = "name"
ACCOUNT_ITEM = "account"
IDENTITY_ITEM = "identity"
POST_PREFIX = "post#"
POST_END = f"{POST_PREFIX}~"
"""Sorts after every post."""
DAY_PREFIX = "day#"
DAY_END = f"{DAY_PREFIX}~"
DOCUMENT_PREFIX = "document#"
COMMENTS_PREFIX = "comments#"
POINTS_PREFIX = "points#"
POINTS_END = f"{POINTS_PREFIX}~"
OUTLIER_PREFIX = "outlier#"


def post_item(taken_at: datetime, shortcode: str) -> str:
    return f"{post_time(taken_at)}#{shortcode}"


def post_time(at: datetime) -> str:
    """The key prefix of posts taken in this second; sorts by time."""
    return f"{POST_PREFIX}{_seconds(at)}"


def comments_item(taken_at: datetime, shortcode: str) -> str:
    """Sorts by the time of the post."""
    return f"{COMMENTS_PREFIX}{_seconds(taken_at)}#{shortcode}"


def _seconds(at: datetime) -> str:
    return f"{max(0, int(at.timestamp())):012d}"


def day_item(day: date) -> str:
    return f"{DAY_PREFIX}{day.isoformat()}"


def document_item(name: DocumentName) -> str:
    return f"{DOCUMENT_PREFIX}{name}"


def points_item(seen_at: datetime, age: str, part: int) -> str:
    """`age` is young or old; parts after the first one have a number."""
    return f"{points_time(seen_at)}#{age}" + (f"#{part}" if part else "")


def outlier_item(baseline: str, shortcode: str) -> str:
    return f"{OUTLIER_PREFIX}{baseline}#{shortcode}"


def points_time(at: datetime) -> str:
    """The key prefix of points seen in this second; sorts by time."""
    return f"{POINTS_PREFIX}{_seconds(at)}"


_CREATOR = (
    *("full_name", "is_verified", "category", "language", "profile_type", "updated_at", "image_key", "image_version"),
    *("category_key", "category_name", "following", "posts_count"),
)

POSTS_BY_ENGAGEMENT = Index(
    IndexName.POSTS_BY_ENGAGEMENT,
    "username",
    "engagement_count",
    True,
    (),
    "the posts of a creator by likes + comments",
)
REFRESHES_DUE = Index(
    IndexName.REFRESHES_DUE,
    "refresh_shard",
    "refresh_due_at",
    False,
    (),
    "primary profiles by the time at which they are to be built again, in eight partitions",
)
PRIMARIES_BY_ANALYSIS = Index(
    IndexName.PRIMARIES_BY_ANALYSIS, "refreshed", "analysis_due_at", False, (), "primary profiles to be analyzed again"
)
CREATORS_BY_FOLLOWERS = Index(
    IndexName.CREATORS_BY_FOLLOWERS,
    "listed",
    "followers",
    True,
    (*_CREATOR, "engagement_order"),
    "search, by followers",
)
CREATORS_BY_ENGAGEMENT = Index(
    IndexName.CREATORS_BY_ENGAGEMENT,
    "listed",
    "engagement_order",
    True,
    (*_CREATOR, "followers"),
    "search, by engagement rate",
)
CREATORS_BY_CATEGORY = Index(
    IndexName.CREATORS_BY_CATEGORY,
    "category_key",
    "followers",
    True,
    (*_CREATOR, "engagement_order"),
    "search within a category, by followers",
)
CREATORS_BY_NAME = Index(
    IndexName.CREATORS_BY_NAME,
    "listed_name",
    "name_key",
    False,
    (*_CREATOR, "followers", "engagement_order"),
    "search by a prefix of the username or the full name",
)

CREATOR_FIGURES = Index(
    IndexName.CREATOR_FIGURES,
    "figures_shard",
    "username",
    False,
    ("figures",),
    "the figures of the public primary profiles, from which benchmarks are measured",
)
SHARDS = tuple("01234567")
"""The partitions of the indexes of all creators: one takes 1,000 writes a second."""


OUTLIERS_BY_SCORE = Index(
    IndexName.OUTLIERS_BY_SCORE, "outlier_day", "score", True, None, "outliers of posts published on one day, by score"
)
OUTLIERS_BY_TIME = Index(
    IndexName.OUTLIERS_BY_TIME, "outlier_day", "taken_at", True, None, "outliers of posts published on one day, by time"
)


def outlier_day(baseline: str, day: date) -> str:
    return f"{baseline}#{day.isoformat()}"


def shard_of(username: str) -> str:
    """The partition of a profile in the indexes of all creators, one of SHARDS."""
    return SHARDS[int(digest(username)[:8], 16) % len(SHARDS)]


def partition_of(value: str, username: str) -> str:
    """The partition of a profile among those of `partitions_of(value)`."""
    shard = shard_of(username)
    return value if shard == SHARDS[0] else f"{value}#{shard}"


def partitions_of(value: str) -> tuple[str, ...]:
    """The partitions of an index that had `value` as its only one. It is the first of them, so that items of earlier
    versions are found too."""
    return (value, *(f"{value}#{shard}" for shard in SHARDS[1:]))


PROFILES = TableSchema(
    partition="username",
    sort="item",
    items=(
        ItemKind(PROFILE_ITEM, "the creator; primaries carry `refreshed`, public ones `listed` and `listed_name`"),
        ItemKind(NAME_ITEM, "the full name, by which a public creator is found"),
        ItemKind(IDENTITY_ITEM, "the last account that had the username of this partition"),
        ItemKind(ACCOUNT_ITEM, "an account, in the partition `id-<account id>`: its usernames and its history key"),
        ItemKind(f"{POST_PREFIX}<taken_at>#<shortcode>", "one post with its counts, image and analysis"),
        ItemKind(f"{COMMENTS_PREFIX}<taken_at>#<shortcode>", "comments of one post, without names"),
        ItemKind(f"{DAY_PREFIX}<date>", "the snapshot of a day: followers, following, number of posts"),
        ItemKind(f"{POINTS_PREFIX}<seen_at>#<age>", "the counts of the young or the old posts at one refresh"),
        ItemKind(f"{OUTLIER_PREFIX}<baseline>#<shortcode>", "a post that does far better than usual"),
        ItemKind(f"{DOCUMENT_PREFIX}<name>", "a stored answer (profile, analytics, insights, posts), or its key in S3"),
    ),
    indexes=(
        POSTS_BY_ENGAGEMENT,
        REFRESHES_DUE,
        PRIMARIES_BY_ANALYSIS,
        CREATORS_BY_FOLLOWERS,
        CREATORS_BY_ENGAGEMENT,
        CREATORS_BY_CATEGORY,
        CREATORS_BY_NAME,
        CREATOR_FIGURES,
        OUTLIERS_BY_SCORE,
        OUTLIERS_BY_TIME,
    ),
)
