"""The rows of the catalogue: functions, operations, workers and schedules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from creator_search.catalogue.resources import Bucket, Queue, Table

API_TIMEOUT_SECONDS = 28
"""Every API function ends before the gateway's own limit of 29 s."""
STREAM_TIMEOUT_SECONDS = 150
"""For streams: the gateway waits up to 15 minutes for them."""


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


@dataclass(frozen=True, slots=True)
class Function:
    """What every function has, whatever invokes it."""

    name: str
    summary: str
    memory_mb: int = 512
    timeout_seconds: int = API_TIMEOUT_SECONDS
    tables: Mapping[Table, Use] = field(default_factory=dict)
    sends: tuple[Queue, ...] = ()
    drains: tuple[Queue, ...] = ()
    """Queues whose depth it reads, and whose dead letters it receives and sends again."""
    buckets: Mapping[Bucket, Use] = field(default_factory=dict)
    upstream: bool = False
    serves_images: bool = False
    """Whether its answers contain URLs of images on the CDN."""
    seals_cursors: bool = False
    """Whether it signs cursors."""
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

    models: tuple[str, ...] = ()
    """The exported models that it uses; with any it is a container image that contains them, under
    functions/inference."""

    @property
    def is_container(self) -> bool:
        return bool(self.models)

    @property
    def visibility_seconds(self) -> int:
        """Six times the time-out, as AWS advises for event sources."""
        return 6 * self.timeout_seconds


@dataclass(frozen=True, slots=True)
class Schedule(Function):
    """One function that runs at an interval."""

    every_minutes: int = 1


def folder(row: Function) -> str:
    """The folder of its handler, from the root of the project."""
    if isinstance(row, Operation):
        return f"functions/api/{row.name}"
    is_container = isinstance(row, Worker) and row.is_container
    return f"functions/{'inference' if is_container else 'workers'}/{row.name}"
