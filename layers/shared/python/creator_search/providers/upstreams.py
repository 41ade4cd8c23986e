"""The upstreams and the image hosts, with their keys and their share of the rate."""

import base64
import json
import time
from typing import TYPE_CHECKING

from creator_search.catalogue import Table
from creator_search.config import config, resource_name
from creator_search.domain.jobs import Priority
from creator_search.providers.once import once
from creator_search.providers.stores import dynamodb, image_store, now

if TYPE_CHECKING:
    import httpx

    from creator_search.adapters.decodo import DecodoSource
    from creator_search.adapters.rapidapi import RapidApiSource
    from creator_search.adapters.upstream import HttpUpstream
    from creator_search.services.copy_images import CopyImages

# Each priority has its own part of the upstream's rate: HIGH never waits for the others, LOW never starves.
_RATE_SHARES = {Priority.HIGH: 0.6, Priority.MEDIUM: 0.25, Priority.LOW: 0.15}


@once
def copy_images() -> "CopyImages":
    from creator_search.adapters.images import AllowList, HttpImageSource
    from creator_search.services.copy_images import CopyImages

    source = HttpImageSource(
        allow=AllowList(config().image_host_allowlist),
        timeout_seconds=config().image_timeout_seconds,
        clock=now,
    )
    return CopyImages(source, image_store(), now)


@once
def _http() -> "httpx.Client":
    import httpx

    return httpx.Client(follow_redirects=False, limits=httpx.Limits(max_connections=50))


@once
def _secret() -> dict[str, str]:
    """The upstream keys kept in Secrets Manager; empty where the environment has them."""
    name = config().upstream_secret
    if not name:
        return {}
    from aws_lambda_powertools.utilities.parameters import get_secret

    loaded = json.loads(str(get_secret(name, max_age=300)))
    return {name: value for name, value in loaded.items() if value} if isinstance(loaded, dict) else {}


def _decodo_token() -> str | None:
    """The Basic token; a `user:password` pair is encoded as one."""
    key = config().decodo_api_key
    token = key.get_secret_value() if key else _secret().get("DECODO_API_KEY")
    return base64.b64encode(token.encode()).decode() if token and ":" in token else token


def _rapidapi_key() -> str | None:
    key = config().rapidapi_key
    return key.get_secret_value() if key else _secret().get("RAPIDAPI_KEY")


def _upstream(name: str, priority: Priority, per_second: float, timeout_seconds: float) -> "HttpUpstream":
    from creator_search.adapters.dynamodb_control import DynamoDBRateLimit
    from creator_search.adapters.upstream import Budget, HttpUpstream

    limit = DynamoDBRateLimit(dynamodb(), control=resource_name(Table.CONTROL), clock=now)
    budget = Budget(limit, f"{name}#{priority}", per_second * _RATE_SHARES[priority])
    return HttpUpstream(_http(), timeout_seconds=timeout_seconds, clock=now, budget=budget)


@once
def decodo(priority: Priority) -> "DecodoSource | None":
    """None without a key."""
    from creator_search.adapters.decodo import DecodoSource

    token, settings = _decodo_token(), config()
    if not token:
        return None
    http = _upstream("decodo", priority, settings.decodo_requests_per_second, settings.decodo_timeout_seconds)
    return DecodoSource(http, base_url=settings.decodo_base_url, token=token, clock=now, sleep=time.sleep)


@once
def rapidapi(priority: Priority) -> "RapidApiSource | None":
    """None without a key."""
    from creator_search.adapters.rapidapi import RapidApiSource

    key, settings = _rapidapi_key(), config()
    if not key:
        return None
    http = _upstream("rapidapi", priority, settings.rapidapi_requests_per_second, settings.rapidapi_timeout_seconds)
    return RapidApiSource(
        http,
        base_url=settings.rapidapi_base_url,
        host=settings.rapidapi_host,
        key=key,
        clock=now,
        sleep=time.sleep,
    )
