"""The rows of the catalogue: functions, operations, workers and schedules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto

from creator_search.catalogue.resources import Bucket, IndexName, Items, Queue, Secret, Table

API_TIMEOUT_SECONDS = 28
"""Less than the gateway's limit of 29 s."""
STREAM_TIMEOUT_SECONDS = 150
"""Time-out of functions that stream; the gateway's limit for them is 15 minutes."""


class Access(StrEnum):
    """Who may call an operation."""

    PUBLIC = "public"
    CALLER = "caller"
    ADMIN = "admin"


class Limit(StrEnum):
    """The limit of a caller that every request of an operation counts towards. A request that reaches the upstream only
    sometimes is counted when it does (`services.limits.UpstreamAllowance`)."""

    NONE = "none"
    READ = "read"
    UPSTREAM = "upstream"


class Use(Flag):
    """What a function may do with a table, some of its items, or a bucket."""

    READ = auto()
    ADD = auto()
    """Put items or objects. IAM cannot distinguish a new one from a replacement."""
    UPDATE = auto()
    """Update items."""
    CHECK = auto()
    """Check items in transactions that write others."""
    DELETE = auto()
    """Delete items or objects one by one."""
    BATCH = auto()
    """Put and delete items in batches. IAM has one action for both."""
    WRITE = ADD | UPDATE | CHECK | DELETE | BATCH
    BOTH = READ | WRITE


Part = Table | Items
"""A table that is granted as a whole, or some of its items."""

STATE_TABLES: Mapping[Part, Use] = dict.fromkeys((Table.PROFILES, Table.JOBS, Table.ERASURES, Table.CONTROL), Use.READ)
"""The tables from which the state of a creator is read, in one batch. A batch fails as a whole, and AWS does not
document whether a condition on the keys of one table applies to those of the others. Therefore all items of the control
table may be read."""


@dataclass(frozen=True, slots=True)
class Function:
    """The properties of every function, independent of what invokes it."""

    name: str
    summary: str
    memory_mb: int = 512
    timeout_seconds: int = API_TIMEOUT_SECONDS
    tables: Mapping[Part, Use] = field(default_factory=dict)
    """The tables, or items of tables, that its own work uses; see `all_parts`."""
    indexes: tuple[IndexName, ...] = ()
    """The indexes that it queries."""
    sends: tuple[Queue, ...] = ()
    drains: tuple[Queue, ...] = ()
    """Queues whose dead letters it receives and deletes."""
    watches: tuple[Queue, ...] = ()
    """Queues whose depth it reads, with that of their dead-letter queues."""
    abandons: tuple[Queue, ...] = ()
    """Queues to whose dead-letter queues it sends. A worker does so for all that it consumes."""
    buckets: Mapping[Bucket, Use] = field(default_factory=dict)
    image_prefix: str = ""
    """The prefix of the images that it may use; it may use no others."""
    upstream: bool = False
    serves_images: bool = False
    """Whether its answers contain URLs of images on the CDN."""
    signs_cursors: bool = False
    """Whether it signs cursors."""
    hashes_commenters: bool = False
    """Whether it stores hashes of the accounts that wrote comments."""
    search: Use | None = None
    """What it may do with the index of the search engine, in a stage that has one."""
    invalidates_cdn: bool = False
    reads_metrics: bool = False
    is_waited_for: bool = False
    """Whether people wait for its answer. It then has a reservation in an account with enough concurrency
    (infra/concurrency.py), and is restored from a snapshot (`has_snapshot`), unless it starts quickly."""
    starts_quickly: bool = False
    """Whether most answers of a new instance need neither the web framework nor a web server: a snapshot, which is
    charged by the month and the gigabyte of memory, would make them only a little faster
    (docs/decisions/0021-stacks.md)."""

    @property
    def all_parts(self) -> Mapping[Part, Use]:
        """The tables and items that it may use: those of its work, and the circuit breakers of the stores and the
        upstreams."""
        found = dict(self.tables)
        if self.tables or self.indexes or self.buckets:
            found[Items.BREAKERS] = Use.READ | Use.ADD
        return found

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets that it reads."""
        needed = {
            Secret.UPSTREAM_KEYS: self.upstream,
            Secret.CURSOR_KEY: self.signs_cursors,
            Secret.COMMENTER_KEY: self.hashes_commenters,
        }
        return tuple(secret for secret, is_needed in needed.items() if is_needed)

    @property
    def all_tables(self) -> frozenset[Table]:
        """The tables that it may use as a whole or in part."""
        return frozenset(part.table if isinstance(part, Items) else part for part in self.all_parts)


@dataclass(frozen=True, slots=True)
class Operation(Function):
    """One HTTP operation. `name` is its operation id and its log service, and its folder under functions/api unless an
    Api serves it, which then has the tables and all other properties of the function."""

    method: str = "GET"
    path: str = "/"
    access: Access = Access.CALLER
    limit: Limit = Limit.READ
    tag: str = "requests"
    status: int = 200
    errors: tuple[int, ...] = ()
    """Error statuses of this operation, in addition to those that every operation can return."""
    is_audited: bool = False
    """Whether each request is recorded in the audit log before it is carried out."""
    records_activity: bool = False
    """Whether it records the activity of the caller."""
    answers_secret: bool = False
    """Whether its answer contains a secret. Such an answer is not stored for a repeated request."""
    max_body_kilobytes: int = 256
    """The maximum size of its body; a larger one is answered with 413."""
    cache_seconds: int = 0
    """How long a client may cache the answer; 0 disables caching."""
    document: str | None = None
    """The name of what is stored and is its answer while it is fresh, and nothing else is asked for: a document, or the
    set of similar profiles (answers/ready.py). The function then answers with it without the web framework (stored/);
    its route is in operation.py, not in handler.py."""
    alternative: str | None = None
    """A second media type of its answer, which the client selects with Accept."""
    streams: str | None = None
    """The media type of its streamed answer, if it has one; the function then runs a web server behind the Lambda Web
    Adapter."""

    @property
    def is_timed(self) -> bool:
        """Whether the duration of its answer has a limit: an export takes as long as its size requires, and the
        operations under /api/streaming answer until the client disconnects."""
        return self.streams != "text/csv" and not self.path.startswith("/api/streaming/")

    @property
    def all_parts(self) -> Mapping[Part, Use]:
        """In addition, the counts of callers' requests if it has a limit, the audit log if it is audited, and the items
        of callers if it stores answers by Idempotency-Key."""
        found = super(Operation, self).all_parts  # with explicit arguments: @dataclass(slots=True) creates a new class
        if self.limit is not Limit.NONE:
            found = _with(found, Items.REQUEST_COUNTS, Use.UPDATE)
        if self.is_audited:
            found = _with(found, Table.AUDIT, Use.ADD)
        if self.method == "POST" and self.access is not Access.PUBLIC:
            found = _with(found, Items.CALLERS, Use.ADD | Use.DELETE)
        return found


@dataclass(frozen=True, slots=True)
class Api(Function):
    """One function that serves all operations of a resource; `name` is its folder under functions/api."""

    operations: tuple[Operation, ...] = ()

    @property
    def all_parts(self) -> Mapping[Part, Use]:
        found = super(Api, self).all_parts
        for operation in self.operations:
            for part, use in operation.all_parts.items():
                found = _with(found, part, use)
        return found


@dataclass(frozen=True, slots=True)
class Authorizer(Function):
    """The function that verifies the credential of a request before API Gateway calls the function of the operation."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """In addition, the key that CloudFront sends with a request, in a stage with an edge."""
        return (*super(Authorizer, self).secrets, Secret.ORIGIN_KEY)


@dataclass(frozen=True, slots=True)
class Worker(Function):
    """One queue consumer; `concurrency` limits how many batches of each queue run at the same time."""

    concurrency: Mapping[Queue, int] = field(default_factory=dict)
    batch_size: int = 1

    models: tuple[str, ...] = ()
    """The exported models that it uses. If there are any, the function is a container image under functions/inference.
    """

    @property
    def is_container(self) -> bool:
        return bool(self.models)

    @property
    def visibility_seconds(self) -> int:
        """Six times the time-out, as AWS recommends for event sources."""
        return 6 * self.timeout_seconds


@dataclass(frozen=True, slots=True)
class Schedule(Function):
    """One function that runs at an interval."""

    every_minutes: int = 1


def _with(parts: Mapping[Part, Use], part: Part, use: Use) -> Mapping[Part, Use]:
    return {**parts, part: parts.get(part, Use(0)) | use}


def has_snapshot(row: Function) -> bool:
    """Whether SnapStart is on, so that a new instance is restored from a snapshot. Containers have none."""
    is_container = isinstance(row, Worker) and row.is_container
    return row.is_waited_for and not row.starts_quickly and not is_container


def route_module(row: Function) -> str:
    """The module with the routes, in the folder of the handler."""
    return "operation" if isinstance(row, Operation) and row.document else "handler"


def folder(row: Function) -> str:
    """The folder of the handler, relative to the project root."""
    if isinstance(row, Operation | Api):
        return f"functions/api/{row.name}"
    if isinstance(row, Authorizer):
        return f"functions/authorizers/{row.name}"
    is_container = isinstance(row, Worker) and row.is_container
    return f"functions/{'inference' if is_container else 'workers'}/{row.name}"
