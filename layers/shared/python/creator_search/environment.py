"""What can be read from the environment with the standard library alone: names of resources, where the process runs,
and the settings of frequent reads. Everything else is in config.py. No other module reads the environment.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from creator_search.catalogue import (
    SEARCH_ENDPOINT,
    Bucket,
    Queue,
    Table,
    dead_letter_environment_name,
    environment_name,
)

_INITIALIZATION = "AWS_LAMBDA_INITIALIZATION_TYPE"
_WEB_ADAPTER_PORT = "AWS_LWA_PORT"
SNAPSHOT_HOOKS = ("AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH", "AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH")
"""The variables with the paths of the hooks. Source: aws/aws-lambda-web-adapter, "SnapStart"."""
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def _bounded(default: float, **bounds: float) -> Any:
    return field(default=default, metadata=bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """The settings that an answer from the stored documents needs. They are also fields of Config, with the same
    defaults and bounds; here they are parsed without pydantic-settings, which takes as long to import as the rest of
    such a read.
    """

    log_level: str = "INFO"
    metrics_namespace: str = "CreatorSearch"
    cdn_base_url: str = field(default="", metadata={"without_end": "/"})
    document_cache_seconds: float = _bounded(60, ge=0, le=60)
    document_cache_documents: int = _bounded(1000, ge=1, le=100_000)
    document_cache_megabytes: int = _bounded(32, ge=1)
    rate_limit_reads_per_minute: int = _bounded(300, ge=1)
    rate_limit_upstream_per_minute: int = _bounded(10, ge=1)


def read_settings(environ: Mapping[str, str] = os.environ) -> ReadSettings | None:
    """Return the settings, or None if one is not plainly valid: Config then reads it, or names what is wrong."""
    given = {name.lower(): value for name, value in environ.items()}  # as pydantic-settings does
    parsed = {each.name: _parsed(value, each.type, each.metadata) for each in fields(ReadSettings)
              if (value := given.get(each.name, ""))}  # fmt: skip
    return None if None in parsed.values() else ReadSettings(**parsed)


def _parsed(value: str, kind: Any, bounds: Mapping[str, Any]) -> Any:
    if kind is str:
        return value.rstrip(bounds.get("without_end", ""))
    if not _NUMBER.fullmatch(value) or (kind is int and "." in value):
        return None
    number = kind(value)
    return number if bounds["ge"] <= number <= bounds.get("le", number) else None


def resource_name(resource: Table | Queue | Bucket, environ: Mapping[str, str] = os.environ) -> str:
    """Return the deployed name of a table or bucket, or a queue's URL. Raises KeyError with the variable's name."""
    return environ[environment_name(resource)]


def has_any(kind: type[Table] | type[Queue] | type[Bucket], environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a resource of this kind is named."""
    return any(environment_name(resource) in environ for resource in kind)


def dead_letter_url(queue: Queue, environ: Mapping[str, str] = os.environ) -> str:
    return environ[dead_letter_environment_name(queue)]


def search_endpoint(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the URL of the search engine's collection; None if this function uses none."""
    return environ.get(SEARCH_ENDPOINT, "").rstrip("/") or None


def in_lambda(environ: Mapping[str, str] = os.environ) -> bool:
    return "AWS_LAMBDA_FUNCTION_NAME" in environ


def is_served(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is the web server behind the Lambda Web Adapter, not a handler that Lambda calls."""
    return _WEB_ADAPTER_PORT in environ


def web_adapter_port(environ: Mapping[str, str] = os.environ) -> int:
    return int(environ[_WEB_ADAPTER_PORT])


def snapshot_hook_paths(environ: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
    """Return the paths that the Lambda Web Adapter calls before a snapshot and after a restore; None if this instance
    is not initialized for one."""
    if not is_initialized_for_snapshot(environ) or not all(name in environ for name in SNAPSHOT_HOOKS):
        return None
    before, after = (environ[name] for name in SNAPSHOT_HOOKS)
    return before, after


def is_initialized_for_snapshot(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this instance of a Lambda is initialized for a snapshot of SnapStart."""
    return environ.get(_INITIALIZATION) == "snap-start"


def is_initialized_on_demand(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a request waits while this instance of a Lambda is initialized."""
    return environ.get(_INITIALIZATION) == "on-demand"


def is_initialized_ahead(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this instance of a Lambda is initialized before a request needs it: for a snapshot, or for provisioned
    concurrency. Source: AWS Lambda, "Defined runtime environment variables"."""
    return environ.get(_INITIALIZATION) in ("snap-start", "provisioned-concurrency")
