"""Every operation, worker, schedule and resource of the system, as data.

It is read by `http.endpoint` (paths, statuses, operation ids), `infra` (functions, routes, event sources,
least-privilege grants), `infra.local` (the same on one machine) and the OpenAPI document. It uses only the standard
library, so importing it is cheap.
"""

from collections.abc import Mapping

from creator_search.catalogue.background import SCHEDULES, WORKERS
from creator_search.catalogue.models import CAPTION_MODELS, caption_models
from creator_search.catalogue.operations import OPERATIONS
from creator_search.catalogue.resources import (
    EXPIRE_DAYS,
    MAX_RECEIVES,
    Bucket,
    Queue,
    Table,
    dead_letter_environment_name,
    environment_name,
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
from creator_search.catalogue.settings import DEPLOYED_SETTINGS, PROVIDERS, Provider

__all__ = [
    "API_TIMEOUT_SECONDS",
    "CAPTION_MODELS",
    "DEPLOYED_SETTINGS",
    "EXPIRE_DAYS",
    "FUNCTIONS",
    "MAX_RECEIVES",
    "OPERATIONS",
    "PROVIDERS",
    "SCHEDULES",
    "STREAM_TIMEOUT_SECONDS",
    "WORKERS",
    "Access",
    "Bucket",
    "Function",
    "Operation",
    "Provider",
    "Queue",
    "Schedule",
    "Table",
    "Use",
    "Worker",
    "caption_models",
    "dead_letter_environment_name",
    "environment_name",
    "folder",
    "operation",
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
