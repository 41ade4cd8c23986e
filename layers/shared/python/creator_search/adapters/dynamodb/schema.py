"""The data model: every table, key, item and index, defined once.

The adapters use it to read and write, `infra` creates the tables from it, and a test compares docs/data-model.md with
it. It imports neither boto3 nor another adapter, so that synthesising the stack does not load them.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import Table
from creator_search.domain.documents import DocumentName
from creator_search.domain.jobs import JobStatus, Priority

TTL_ATTRIBUTE = "expires_at"
"""Epoch seconds. DynamoDB deletes expired items up to days late, so every reader checks it."""

# profiles: partition key `username`, sort key `item`

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
    "posts_by_engagement", "username", "engagement_count", True, None, "the posts of a creator by likes + comments"
)
PRIMARIES_BY_AGE = Index(
    "primaries_by_age", "refreshed", "updated_at", False, (), "primary profiles to be rebuilt, the oldest first"
)
PRIMARIES_BY_ANALYSIS = Index(
    "primaries_by_analysis", "refreshed", "analysis_due_at", False, (), "primary profiles to be analyzed again"
)
CREATORS_BY_FOLLOWERS = Index(
    "creators_by_followers", "listed", "followers", True, (*_CREATOR, "engagement_order"), "search, by followers"
)
CREATORS_BY_ENGAGEMENT = Index(
    "creators_by_engagement", "listed", "engagement_order", True, (*_CREATOR, "followers"), "search, by engagement rate"
)
CREATORS_BY_CATEGORY = Index(
    "creators_by_category",
    "category_key",
    "followers",
    True,
    (*_CREATOR, "engagement_order"),
    "search within a category, by followers",
)
CREATORS_BY_NAME = Index(
    "creators_by_name",
    "listed_name",
    "name_key",
    False,
    (*_CREATOR, "followers", "engagement_order"),
    "search by a prefix of the username or the full name",
)

CREATOR_FIGURES = Index(
    "creator_figures",
    "figures_shard",
    "username",
    False,
    ("figures",),
    "the figures of the public primary profiles, from which benchmarks are measured",
)
FIGURES_SHARDS = tuple("01234567")
"""The partitions of the index: one takes 1,000 writes a second."""


OUTLIERS_BY_SCORE = Index(
    "outliers_by_score", "outlier_day", "score", True, None, "outliers of posts published on one day, by score"
)
OUTLIERS_BY_TIME = Index(
    "outliers_by_time", "outlier_day", "taken_at", True, None, "outliers of posts published on one day, by time"
)


def outlier_day(baseline: str, day: date) -> str:
    return f"{baseline}#{day.isoformat()}"


def figures_shard(username: str) -> str:
    return FIGURES_SHARDS[int(_digest(username)[:8], 16) % len(FIGURES_SHARDS)]


# jobs: partition key `username`

ACTIVE_JOBS = Index(
    "active",
    "active",
    "due_at",
    True,
    ("requested_at", "next_attempt_at"),
    "PENDING and PROCESSING jobs of one priority by the time at which the sweeper checks them",
)


def active_key(status: JobStatus, priority: Priority) -> str:
    return f"{status}#{priority}"


# similar: partition key `username`

CACHED_SETS = Index(
    "live", "live", "expires_at", True, ("entry_count", "image_bytes"), "the statistics of the cache, without the sets"
)
SET_MEMBERS = Index("members", "live", "username", False, ("members",), "the sets that contain a username")
LIVE = "yes"


# control: partition key `id`


def counter_id(priority: Priority) -> str:
    return f"queue#{priority}"


def lock_id(name: str) -> str:
    return f"lock#{name}"


def absence_id(username: str) -> str:
    return f"absent#{username}"


def tombstone_id(username: str) -> str:
    return f"erased#{_digest(username)}"


def rate_id(name: str, window: int) -> str:
    return f"rate#{name}#{window}"


def idempotency_id(key: str) -> str:
    return f"idempotency#{key}"


def analysis_id(version: str, caption: str) -> str:
    return f"caption#{version}#{_digest(caption)}"


def benchmark_id(tier: str) -> str:
    return f"benchmark#{tier}"


def breaker_id(name: str) -> str:
    return f"breaker#{name}"


def figures_id() -> str:
    return "figures#current"


def niche_id(key: str) -> str:
    """`key` is that of domain.analytics.niches.Niche."""
    return f"niche#{key}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


TABLES: Mapping[Table, TableSchema] = {
    Table.PROFILES: TableSchema(
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
            ItemKind(f"{DOCUMENT_PREFIX}<name>", "a stored answer (profile, analytics, insights), or its key in S3"),
        ),
        indexes=(
            POSTS_BY_ENGAGEMENT,
            PRIMARIES_BY_AGE,
            PRIMARIES_BY_ANALYSIS,
            CREATORS_BY_FOLLOWERS,
            CREATORS_BY_ENGAGEMENT,
            CREATORS_BY_CATEGORY,
            CREATORS_BY_NAME,
            CREATOR_FIGURES,
            OUTLIERS_BY_SCORE,
            OUTLIERS_BY_TIME,
        ),
    ),
    Table.JOBS: TableSchema(
        partition="username",
        sort=None,
        items=(ItemKind("<username>", "the current job; `active` and `due_at` only while it is active"),),
        indexes=(ACTIVE_JOBS,),
    ),
    Table.SIMILAR: TableSchema(
        partition="username",
        sort=None,
        items=(
            ItemKind("<username>", "one whole set of similar profiles, or a cleared row that keeps its generation"),
        ),
        indexes=(CACHED_SETS, SET_MEMBERS),
    ),
    Table.CONTROL: TableSchema(
        partition="id",
        sort=None,
        items=(
            ItemKind("queue#<priority>", "tickets issued and finished at one priority"),
            ItemKind("lock#<name>", "a lock, its holder, and the outcome of the last one"),
            ItemKind("absent#<username>", "a username that the upstream said does not exist"),
            ItemKind("erased#<hash>", "a username whose data was erased"),
            ItemKind("rate#<name>#<window>", "upstream calls in one window of the rate limit"),
            ItemKind("breaker#<name>", "the state of a circuit breaker"),
            ItemKind("figures#current", "the figures of the system that all instances share for a minute, and alerts"),
            ItemKind("idempotency#<key>", "the first answer to an Idempotency-Key"),
            ItemKind("caption#<version>#<hash>", "the cached analysis of a caption"),
            ItemKind("benchmark#<tier>", "the percentiles of the figures of one follower tier"),
            ItemKind("niche#<category>#<language>#<tier>", "the percentiles of the usual views in one niche"),
        ),
    ),
}
