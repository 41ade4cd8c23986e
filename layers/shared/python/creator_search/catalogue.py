"""Every operation, worker, schedule and resource of the system, as data.

One catalogue, four readers: `http.endpoint` (paths, statuses, operation ids), `infra` (functions, routes, event
sources, least-privilege grants), `infra.local` (the same on one machine) and the OpenAPI document. Standard library
only, so that anything can import it at no cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

API_TIMEOUT_SECONDS = 28
"""Every API function ends before the gateway's own limit of 29 s."""
STREAM_TIMEOUT_SECONDS = 150
"""A stream may last: the gateway then waits up to 15 minutes."""


class Access(StrEnum):
    """Who may call an operation."""

    PUBLIC = "public"
    CALLER = "caller"
    ADMIN = "admin"


class Use(StrEnum):
    """What a function may do with a table or a bucket."""

    READ = "read"
    WRITE = "write"
    BOTH = "read and write"


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
        # carry `refreshed`.
        indexes=(
            Index("posts_by_engagement", "username", "engagement_count", True, None),
            Index("primaries_by_age", "refreshed", "updated_at", False, ()),
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


@dataclass(frozen=True, slots=True)
class Function:
    """What every function has, whatever wakes it."""

    name: str
    summary: str
    memory_mb: int = 512
    timeout_seconds: int = API_TIMEOUT_SECONDS
    tables: Mapping[Table, Use] = field(default_factory=dict)
    sends: tuple[Queue, ...] = ()
    drains: tuple[Queue, ...] = ()
    """Queues whose depth it reads, and whose dead letters it takes and re-sends."""
    buckets: Mapping[Bucket, Use] = field(default_factory=dict)
    upstream: bool = False
    serves_images: bool = False
    """Whether its answers hold addresses of images on the CDN."""
    seals_cursors: bool = False
    """Whether it pages, with cursors that nobody else can make."""
    invalidates_cdn: bool = False
    reads_metrics: bool = False


@dataclass(frozen=True, slots=True)
class Operation(Function):
    """One HTTP operation; `name` is its folder under functions/api, its operation id and its log service."""

    method: str = "GET"
    path: str = "/"
    access: Access = Access.CALLER
    tag: str = "requests"
    status: int = 200
    errors: tuple[int, ...] = ()
    """Statuses it can answer with, beside the ones that every operation can."""
    cache_seconds: int = 0
    """How long a client may keep the answer; 0 is not at all."""
    streams: str | None = None
    """The media type that it also sends while the answer is made; its function then runs a web server behind the
    Lambda Web Adapter."""


@dataclass(frozen=True, slots=True)
class Worker(Function):
    """One queue reader; `concurrency` bounds how many batches of each queue run at once."""

    concurrency: Mapping[Queue, int] = field(default_factory=dict)
    batch_size: int = 1

    is_container: bool = False
    """Whether it is an image with models in it, under functions/inference."""

    @property
    def visibility_seconds(self) -> int:
        """Six times the time-out, as AWS advises for event sources."""
        return 6 * self.timeout_seconds


@dataclass(frozen=True, slots=True)
class Schedule(Function):
    """One function woken by the clock."""

    every_minutes: int = 1


_PROFILE_QUEUES = (Queue.PROFILE_HIGH, Queue.PROFILE_MEDIUM, Queue.PROFILE_LOW)
_READING: Mapping[str, Any] = {
    # A creator that is not stored is fetched, stored, and its full job asked for.
    "tables": {Table.PROFILES: Use.BOTH, Table.JOBS: Use.BOTH, Table.CONTROL: Use.BOTH},
    "buckets": {Bucket.DOCUMENTS: Use.BOTH},
    "sends": _PROFILE_QUEUES,
    "upstream": True,
    "serves_images": True,
    "errors": (404, 503),
}
_REQUEST_TABLES = {Table.PROFILES: Use.READ, Table.JOBS: Use.BOTH, Table.CONTROL: Use.BOTH}
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="request_profile",
        summary="Ask for a full profile",
        method="POST",
        path="/api/profile/{username}/request",
        tables=_REQUEST_TABLES,
        sends=_PROFILE_QUEUES,
        errors=(409, 503),
    ),
    Operation(
        name="request_profiles",
        summary="Ask for up to 100 full profiles",
        method="POST",
        path="/api/profiles/request",
        tables=_REQUEST_TABLES,
        sends=_PROFILE_QUEUES,
        errors=(409, 413),
    ),
    Operation(
        name="get_profile_status",
        summary="Where the work on a profile stands",
        path="/api/profile/{username}/status",
        tables={Table.PROFILES: Use.READ, Table.JOBS: Use.READ, Table.CONTROL: Use.READ},
        errors=(503,),
    ),
    Operation(
        name="get_profile",
        summary="Read a creator",
        path="/api/profile/{username}",
        tag="reading",
        cache_seconds=60,
        **_READING,
    ),
    Operation(
        name="get_posts",
        summary="Read a creator's posts, page by page or as a stream",
        path="/api/profile/{username}/posts",
        tag="reading",
        cache_seconds=60,
        timeout_seconds=STREAM_TIMEOUT_SECONDS,
        streams="text/event-stream",
        seals_cursors=True,
        **_READING,
    ),
    Operation(
        name="get_analytics",
        summary="What a creator's posts and snapshots tell, at once or section by section",
        path="/api/profile/{username}/analytics",
        tag="reading",
        cache_seconds=60,
        timeout_seconds=STREAM_TIMEOUT_SECONDS,
        streams="text/event-stream",
        **_READING,
    ),
    Operation(
        name="export_profile",
        summary="Download a creator's posts and metrics",
        path="/api/profile/{username}/export",
        tag="reading",
        timeout_seconds=STREAM_TIMEOUT_SECONDS,
        streams="text/csv",
        **_READING,
    ),
    Operation(
        name="get_ai_insights",
        summary="What a creator's captions say",
        path="/api/profile/{username}/ai-insights",
        tag="reading",
        cache_seconds=60,
        **_READING,
    ),
    Operation(
        name="refresh_ai_insights",
        summary="Have a creator's posts analysed",
        method="POST",
        path="/api/profile/{username}/ai-insights/refresh",
        tag="reading",
        tables={Table.PROFILES: Use.READ, Table.CONTROL: Use.BOTH},
        sends=(Queue.ANALYSIS,),
        errors=(409, 503),
    ),
    Operation(
        name="search_creators",
        summary="Search the creators that are stored",
        path="/api/creators/search",
        tag="reading",
        tables={Table.PROFILES: Use.READ},
        seals_cursors=True,
        serves_images=True,
        errors=(503,),
    ),
    Operation(
        name="erase_profile",
        summary="Erase all that is stored on a creator, for good",
        method="DELETE",
        path="/api/profile/{username}/data",
        access=Access.ADMIN,
        tag="reading",
        status=202,
        tables={Table.CONTROL: Use.WRITE},
        sends=(Queue.ERASURE,),
        errors=(503,),
    ),
    Operation(
        name="get_queue_status",
        summary="How full the queues are",
        path="/api/viral-ideas/queue-status",
        tag="queues",
        tables={Table.JOBS: Use.READ},
        drains=_PROFILE_QUEUES,
        errors=(503,),
    ),
    Operation(
        name="process_pending_jobs",
        summary="Send every job that is due again",
        method="POST",
        path="/api/viral-ideas/process-pending",
        access=Access.ADMIN,
        tag="queues",
        tables=_REQUEST_TABLES,
        sends=_PROFILE_QUEUES,
        drains=_PROFILE_QUEUES,
        errors=(409, 503),
    ),
    Operation(
        name="get_similar_profiles_fast",
        summary="Similar creators with images that never expire",
        path="/api/profile/{username}/similar-fast",
        tag="similar",
        cache_seconds=60,
        memory_mb=1536,
        tables={Table.SIMILAR: Use.BOTH, Table.CONTROL: Use.BOTH},
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.BOTH},
        upstream=True,
        serves_images=True,
        errors=(404, 503),
    ),
    Operation(
        name="get_similar_profiles",
        summary="Similar creators in detail, with how similar and why",
        path="/api/profile/{username}/similar",
        tag="similar",
        cache_seconds=60,
        memory_mb=1536,
        tables={Table.PROFILES: Use.READ, Table.SIMILAR: Use.BOTH, Table.CONTROL: Use.BOTH},
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.BOTH},
        upstream=True,
        serves_images=True,
        errors=(404, 503),
    ),
    Operation(
        name="clear_similar_cache",
        summary="Forget the similar profiles of one creator",
        method="DELETE",
        path="/api/profile/{username}/similar-cache",
        access=Access.ADMIN,
        tag="similar",
        tables={Table.SIMILAR: Use.BOTH, Table.CONTROL: Use.BOTH},
        buckets={Bucket.IMAGES: Use.BOTH},
        invalidates_cdn=True,
        errors=(503,),
    ),
    Operation(
        name="get_similar_cache_statistics",
        summary="How the cache of similar profiles does",
        path="/api/similar-cache/stats",
        access=Access.ADMIN,
        tag="similar",
        tables={Table.SIMILAR: Use.READ},
        reads_metrics=True,
        errors=(503,),
    ),
    Operation(
        name="get_openapi_document",
        summary="This API as an OpenAPI 3.1 document",
        path="/openapi.json",
        access=Access.PUBLIC,
        tag="documentation",
        cache_seconds=3600,
    ),
    Operation(
        name="get_documentation",
        summary="This API as a page for people",
        path="/docs",
        access=Access.PUBLIC,
        tag="documentation",
        cache_seconds=3600,
    ),
)

WORKERS: tuple[Worker, ...] = (
    Worker(
        name="process_profiles",
        summary="Builds profiles: primary for HIGH and MEDIUM, secondary for LOW",
        memory_mb=1536,
        timeout_seconds=150,
        tables={
            Table.PROFILES: Use.BOTH,
            Table.JOBS: Use.BOTH,
            Table.SIMILAR: Use.BOTH,
            Table.CONTROL: Use.BOTH,
        },
        sends=(Queue.ANALYSIS, Queue.MEDIA),
        buckets={Bucket.IMAGES: Use.BOTH, Bucket.DOCUMENTS: Use.BOTH},
        upstream=True,
        serves_images=True,
        concurrency={Queue.PROFILE_HIGH: 6, Queue.PROFILE_MEDIUM: 3, Queue.PROFILE_LOW: 2},
    ),
    Worker(
        name="copy_images",
        summary="Copies the images that an answer or a job had no time for",
        memory_mb=1536,
        timeout_seconds=120,
        tables={Table.PROFILES: Use.BOTH, Table.SIMILAR: Use.BOTH, Table.CONTROL: Use.BOTH},
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.BOTH, Bucket.DOCUMENTS: Use.BOTH},
        serves_images=True,
        concurrency={Queue.MEDIA: 2},
    ),
    Worker(
        name="analyze_posts",
        summary="Reads captions: subject, sentiment, language",
        memory_mb=3008,
        timeout_seconds=300,
        tables={Table.PROFILES: Use.BOTH, Table.CONTROL: Use.BOTH},
        sends=(Queue.ANALYSIS,),
        buckets={Bucket.DOCUMENTS: Use.BOTH},
        serves_images=True,
        concurrency={Queue.ANALYSIS: 2},
        is_container=True,
    ),
    Worker(
        name="erase_profiles",
        summary="Erases creators: rows, images, their copies on the CDN, queued work",
        timeout_seconds=120,
        tables={
            Table.PROFILES: Use.BOTH,
            Table.JOBS: Use.BOTH,
            Table.SIMILAR: Use.BOTH,
            Table.CONTROL: Use.BOTH,
        },
        sends=(Queue.ERASURE,),
        buckets={Bucket.IMAGES: Use.BOTH, Bucket.DOCUMENTS: Use.BOTH},
        invalidates_cdn=True,
        concurrency={Queue.ERASURE: 2},
    ),
)

SCHEDULES: tuple[Schedule, ...] = (
    Schedule(
        name="sweep_jobs",
        summary="Sends jobs whose message was lost or whose worker died, and repairs the queue counters",
        timeout_seconds=55,
        tables={Table.JOBS: Use.BOTH, Table.CONTROL: Use.BOTH},
        sends=_PROFILE_QUEUES,
        drains=_PROFILE_QUEUES,
        every_minutes=1,
    ),
    Schedule(
        name="refresh_profiles",
        summary="Has full profiles that are a day old built anew",
        timeout_seconds=55,
        tables={Table.PROFILES: Use.READ},
        sends=_PROFILE_QUEUES,
        every_minutes=15,
    ),
)


def folder(row: Function) -> str:
    """Where its handler lies, from the project's root."""
    if isinstance(row, Operation):
        return f"functions/api/{row.name}"
    is_container = isinstance(row, Worker) and row.is_container
    return f"functions/{'inference' if is_container else 'workers'}/{row.name}"


FUNCTIONS: Mapping[str, Function] = {f.name: f for f in (*OPERATIONS, *WORKERS, *SCHEDULES)}

MAX_RECEIVES = 3
"""Deliveries of one message before SQS itself moves it to the dead-letter queue."""


def operation(name: str) -> Operation:
    found = FUNCTIONS.get(name)
    if not isinstance(found, Operation):
        raise KeyError(f"no operation {name!r} in the catalogue")
    return found


def projection(index: Index) -> str:
    """DynamoDB's word for what an index copies."""
    if index.attributes is None:
        return "ALL"
    return "INCLUDE" if index.attributes else "KEYS_ONLY"


def worker_of(queue: Queue) -> Worker | None:
    return next((w for w in WORKERS if queue in w.concurrency), None)


def environment_name(resource: Table | Queue | Bucket) -> str:
    """The variable that carries a resource's deployed name (a queue's URL): TABLE_JOBS, QUEUE_MEDIA, BUCKET_IMAGES."""
    kind = {Table: "TABLE", Queue: "QUEUE", Bucket: "BUCKET"}[type(resource)]
    return f"{kind}_{resource.value.upper().replace('-', '_')}"


def dead_letter_environment_name(queue: Queue) -> str:
    return f"{environment_name(queue)}_DEAD_LETTER"
