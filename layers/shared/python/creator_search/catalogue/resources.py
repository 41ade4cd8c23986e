"""Tables, queues and buckets. The keys, items and indexes of a table are in adapters/dynamodb/schema."""

from collections.abc import Mapping
from enum import StrEnum


class Table(StrEnum):
    PROFILES = "profiles"
    JOBS = "jobs"
    SIMILAR = "similar"
    MEMBERSHIPS = "memberships"
    ACCOUNTS = "accounts"
    AUDIT = "audit"
    ERASURES = "erasures"
    CONTROL = "control"


class Items(StrEnum):
    """Items of the tables that are granted in parts: those whose partition key begins with the value and a `#`."""

    TICKET_COUNTERS = "queue"
    LOCKS = "lock"
    ABSENCES = "absent"
    RATES = "rate"
    REQUEST_COUNTS = "requests"
    BREAKERS = "breaker"
    FIGURES = "figures"
    EVENT_TIMES = "event"
    ANALYSES = "caption"
    BENCHMARKS = "benchmark"
    NICHES = "niche"
    CALLERS = "caller"
    """Everything that belongs to callers."""
    API_KEYS = "key"
    """The digests that presented API keys are compared with. A role that may write them can create keys of any
    caller."""

    @property
    def table(self) -> Table:
        return Table.ACCOUNTS if self in (Items.CALLERS, Items.API_KEYS) else Table.CONTROL

    @property
    def prefix(self) -> str:
        """The beginning of the partition keys."""
        return f"{self.value}#"


class IndexName(StrEnum):
    """The indexes of the tables."""

    POSTS_BY_ENGAGEMENT = "posts_by_engagement"
    REFRESHES_DUE = "refreshes_due"
    PRIMARIES_BY_ANALYSIS = "primaries_by_analysis"
    CREATORS_BY_FOLLOWERS = "creators_by_followers"
    CREATORS_BY_ENGAGEMENT = "creators_by_engagement"
    CREATORS_BY_CATEGORY = "creators_by_category"
    CREATORS_BY_NAME = "creators_by_name"
    CREATOR_FIGURES = "creator_figures"
    OUTLIERS_BY_SCORE = "outliers_by_score"
    OUTLIERS_BY_TIME = "outliers_by_time"
    ACTIVE_JOBS = "active"
    CACHED_SETS = "live"
    OLD_SET_MEMBERS = "members"
    CREATOR_ROWS = "rows_of_creator"
    DUE_DELIVERIES = "due_deliveries"


class Queue(StrEnum):
    PROFILE_HIGH = "profile-high"
    PROFILE_MEDIUM = "profile-medium"
    PROFILE_LOW = "profile-low"
    ANALYSIS = "analysis"
    MEDIA = "media"
    ERASURE = "erasure"
    COMMENTS = "comments"
    WEBHOOK = "webhook"

    @property
    def dead_letter(self) -> str:
        return f"{self.value}-dead-letter"


PROFILE_QUEUES = (Queue.PROFILE_HIGH, Queue.PROFILE_MEDIUM, Queue.PROFILE_LOW)


class Bucket(StrEnum):
    IMAGES = "images"
    DOCUMENTS = "documents"


class Secret(StrEnum):
    """The secrets in Secrets Manager; `environment_name` is the variable with the deployed name."""

    UPSTREAM_KEYS = "upstream-keys"
    CURSOR_KEY = "cursor-key"
    COMMENTER_KEY = "commenter-key"
    ORIGIN_KEY = "origin-key"


EXPIRE_DAYS: Mapping[Bucket, int] = {Bucket.DOCUMENTS: 31}
"""Days after which objects are deleted. The objects can be rendered again."""

SIMILAR_IMAGES = "similar/"
"""The prefix of the pictures in sets of similar profiles."""
PROBE_KEY = "health/probe.txt"
"""The object that the health check writes to the bucket of images and reads through the CDN."""

EXPIRE_PREFIXES: Mapping[Bucket, tuple[str, int]] = {Bucket.IMAGES: (SIMILAR_IMAGES, 9)}
"""A prefix whose objects are deleted after these days: the pictures of a set of similar profiles, which every fetch
stores again, are kept longer than the seven days of the set."""


SEARCH_INDEX = "creators-1"
"""The index of the search engine. If the fields of its documents change, it needs another name, because a mapping
cannot be changed."""
SEARCH_ENDPOINT = "SEARCH_ENDPOINT"
"""The environment variable with the URL of the search engine's collection."""

IMAGE_COPY_SECONDS = 24 * 3600
"""The longest time for which the CDN and browsers keep a copy of an image: after it, an erased picture is no longer
shown, even if no invalidation reached the CDN."""

MAX_RECEIVES = 5
"""Deliveries of one message before SQS itself moves it to the dead-letter queue: at least five, as AWS recommends for
event sources, because a throttled function also counts. The attempts of a job are counted in its row."""


def environment_name(resource: Table | Queue | Bucket | Secret) -> str:
    """The environment variable of a resource's deployed name (a queue's URL): TABLE_JOBS, QUEUE_MEDIA,
    BUCKET_IMAGES, CURSOR_SECRET.
    """
    if isinstance(resource, Secret):
        return f"{resource.value.split('-')[0].upper()}_SECRET"
    kind = {Table: "TABLE", Queue: "QUEUE", Bucket: "BUCKET"}[type(resource)]
    return f"{kind}_{resource.value.upper().replace('-', '_')}"


def dead_letter_environment_name(queue: Queue) -> str:
    return f"{environment_name(queue)}_DEAD_LETTER"
