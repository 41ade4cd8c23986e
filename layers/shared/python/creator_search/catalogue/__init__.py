"""Every operation, worker, schedule and resource of the system, as data.

It is read by `http.endpoint` (paths, statuses, operation ids), `infra` (functions, routes, event sources,
least-privilege grants), `infra.local` (the same on one machine) and the OpenAPI document. It uses only the standard
library, so importing it is cheap.
"""

import functools
import re
from collections.abc import Mapping

from creator_search.catalogue.background import INDEXERS, SCHEDULES, WORKERS
from creator_search.catalogue.models import CAPTION_MODELS, caption_models
from creator_search.catalogue.operations import APIS, AUTHORIZER, OPERATIONS
from creator_search.catalogue.resources import (
    EXPIRE_DAYS,
    EXPIRE_PREFIXES,
    IMAGE_COPY_SECONDS,
    MAX_RECEIVES,
    PROBE_KEY,
    SEARCH_ENDPOINT,
    SEARCH_INDEX,
    SIMILAR_IMAGES,
    Bucket,
    IndexName,
    Items,
    Queue,
    Secret,
    Table,
    dead_letter_environment_name,
    environment_name,
)
from creator_search.catalogue.rows import (
    API_TIMEOUT_SECONDS,
    STREAM_TIMEOUT_SECONDS,
    Access,
    Api,
    Authorizer,
    Function,
    Limit,
    Operation,
    Part,
    Schedule,
    Use,
    Worker,
    folder,
    has_snapshot,
    route_module,
)
from creator_search.catalogue.settings import DEPLOYED_SETTINGS, ISSUER_SETTINGS, PROVIDERS, Provider

__all__ = [
    "APIS",
    "API_FUNCTIONS",
    "API_TIMEOUT_SECONDS",
    "AUTHORIZER",
    "CAPTION_MODELS",
    "DEPLOYED_SETTINGS",
    "EXPIRE_DAYS",
    "EXPIRE_PREFIXES",
    "FUNCTIONS",
    "IMAGE_COPY_SECONDS",
    "INDEXERS",
    "ISSUER_SETTINGS",
    "MAX_RECEIVES",
    "OPERATIONS",
    "OPTIONAL_FUNCTIONS",
    "PROBE_KEY",
    "PROVIDERS",
    "SCHEDULES",
    "SEARCH_ENDPOINT",
    "SEARCH_INDEX",
    "SIMILAR_IMAGES",
    "STREAM_TIMEOUT_SECONDS",
    "WORKERS",
    "Access",
    "Api",
    "Authorizer",
    "Bucket",
    "Function",
    "IndexName",
    "Items",
    "Limit",
    "Operation",
    "Part",
    "Provider",
    "Queue",
    "Schedule",
    "Secret",
    "Table",
    "Use",
    "Worker",
    "api_of",
    "caption_models",
    "dead_letter_environment_name",
    "environment_name",
    "folder",
    "function_of",
    "has_snapshot",
    "operation",
    "operation_at",
    "operations_at",
    "route_module",
    "worker_of",
]

_SERVED_BY: Mapping[str, Api] = {operation.name: api for api in APIS for operation in api.operations}
_OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
API_FUNCTIONS: tuple[Function, ...] = (*(o for o in OPERATIONS if o.name not in _SERVED_BY), *APIS)
"""The functions that serve the operations."""
FUNCTIONS: Mapping[str, Function] = {f.name: f for f in (*API_FUNCTIONS, AUTHORIZER, *WORKERS, *SCHEDULES)}
"""The functions of every stage, by name."""
OPTIONAL_FUNCTIONS: Mapping[str, Function] = {f.name: f for f in INDEXERS}
"""The functions of stages with an option, by name."""


def operation(name: str) -> Operation:
    """Raises KeyError."""
    return _OPERATIONS[name]


def operation_at(method: str, path: str) -> Operation | None:
    """Return the operation with this method and this path of the catalogue, None if there is none."""
    return next((row for row in OPERATIONS if (row.method, row.path) == (method, path)), None)


def operations_at(path: str) -> list[Operation]:
    """Return the operations, of any method, that serve this path of a request."""
    return [row for row in OPERATIONS if _pattern(row.path).fullmatch(path)]


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def api_of(name: str) -> Api | None:
    """Return the Api that serves an operation; None if it has a function of its own, or does not exist."""
    return _SERVED_BY.get(name)


def function_of(row: Operation) -> Function:
    """Return the function that serves an operation: one of its own, or that of an Api."""
    return api_of(row.name) or row


def worker_of(queue: Queue) -> Worker | None:
    return next((w for w in WORKERS if queue in w.concurrency), None)
