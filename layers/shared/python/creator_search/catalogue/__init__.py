"""Every operation, worker, schedule and resource of the system, as data.

One catalogue, four readers: `http.endpoint` (paths, statuses, operation ids), `infra` (functions, routes, event
sources, least-privilege grants), `infra.local` (the same on one machine) and the OpenAPI document. Standard library
only, so that anything can import it at no cost.
"""

from collections.abc import Mapping

from creator_search.catalogue.background import SCHEDULES, WORKERS
from creator_search.catalogue.operations import OPERATIONS
from creator_search.catalogue.resources import (
    EXPIRE_DAYS,
    MAX_RECEIVES,
    TABLES,
    TTL_ATTRIBUTE,
    Bucket,
    Index,
    Queue,
    Table,
    TableSpec,
    dead_letter_environment_name,
    environment_name,
    projection,
)
from creator_search.catalogue.rows import (
    API_TIMEOUT_SECONDS,
    STREAM_TIMEOUT_SECONDS,
    Access,
    Function,
    Operation,
    Schedule,
    Use,
    Worker,
    folder,
)

__all__ = [
    "API_TIMEOUT_SECONDS",
    "EXPIRE_DAYS",
    "FUNCTIONS",
    "MAX_RECEIVES",
    "OPERATIONS",
    "SCHEDULES",
    "STREAM_TIMEOUT_SECONDS",
    "TABLES",
    "TTL_ATTRIBUTE",
    "WORKERS",
    "Access",
    "Bucket",
    "Function",
    "Index",
    "Operation",
    "Queue",
    "Schedule",
    "Table",
    "TableSpec",
    "Use",
    "Worker",
    "dead_letter_environment_name",
    "environment_name",
    "folder",
    "operation",
    "projection",
    "worker_of",
]

FUNCTIONS: Mapping[str, Function] = {f.name: f for f in (*OPERATIONS, *WORKERS, *SCHEDULES)}


def operation(name: str) -> Operation:
    found = FUNCTIONS.get(name)
    if not isinstance(found, Operation):
        raise KeyError(f"no operation {name!r} in the catalogue")
    return found


def worker_of(queue: Queue) -> Worker | None:
    return next((w for w in WORKERS if queue in w.concurrency), None)
