"""Builds adapters and services once per process, at first use, and hands them out.

The one place that knows which adapter implements which port. `reset()` forgets them all.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from creator_search.catalogue import Bucket, Queue, Table
from creator_search.config import config, dead_letter_url, resource_name
from creator_search.domain.jobs import Job, Priority

if TYPE_CHECKING:
    import httpx
    from aws_lambda_powertools import Logger
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from creator_search.adapters.cloudfront import CloudFrontCdn
    from creator_search.adapters.cloudwatch import CloudWatchReader, EmbeddedMetrics
    from creator_search.adapters.decodo import DecodoSource
    from creator_search.adapters.dynamodb_control import DynamoDBFlights, DynamoDBIdempotencyStore
    from creator_search.adapters.dynamodb_jobs import DynamoDBJobStore
    from creator_search.adapters.dynamodb_profiles import DynamoDBProfileStore
    from creator_search.adapters.dynamodb_similar import DynamoDBSimilarStore
    from creator_search.adapters.rapidapi import RapidApiSource
    from creator_search.adapters.s3 import S3ImageStore
    from creator_search.adapters.sqs import SqsJobQueue, SqsTaskQueue
    from creator_search.adapters.upstream import HttpUpstream
    from creator_search.services.build_profile import BuildProfile, FinishImages
    from creator_search.services.clear_similar_cache import ClearSimilarCache
    from creator_search.services.copy_images import CopyImages
    from creator_search.services.process_profile import ProcessProfile
    from creator_search.services.request_profile import RequestProfile
    from creator_search.services.similar_profiles import FinishSimilarImages, SimilarProfiles
    from creator_search.services.sweep_jobs import SweepJobs

PROFILE_QUEUES = {
    Priority.HIGH: Queue.PROFILE_HIGH,
    Priority.MEDIUM: Queue.PROFILE_MEDIUM,
    Priority.LOW: Queue.PROFILE_LOW,
}
# Each priority has its own part of the upstream's rate: HIGH never waits for the others, LOW never starves.
_RATE_SHARES = {Priority.HIGH: 0.6, Priority.MEDIUM: 0.25, Priority.LOW: 0.15}

_built: list[Any] = []

P = ParamSpec("P")
T = TypeVar("T")


def _once(build: Callable[P, T]) -> Callable[P, T]:
    cached = cache(build)
    _built.append(cached)
    return cached  # type: ignore[return-value]


def reset() -> None:
    """Forget everything built, for the tests: each has its own world."""
    for cached in _built:
        cached.cache_clear()
    config.cache_clear()


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid.uuid4().hex


@_once
def logger(service: str) -> "Logger":
    from aws_lambda_powertools import Logger

    return Logger(service=service, level=config().log_level)


def _client(service: str, **settings: float) -> Any:
    import boto3

    from creator_search.adapters.aws import client_config

    return boto3.client(service, config=client_config(**settings))  # type: ignore[call-overload,arg-type]


@_once
def dynamodb() -> "DynamoDBClient":
    client: DynamoDBClient = _client("dynamodb")
    return client


@_once
def sqs() -> "SQSClient":
    client: SQSClient = _client("sqs")
    return client


@_once
def s3() -> "S3Client":
    client: S3Client = _client("s3", read_timeout=20)
    return client


@_once
def cloudfront() -> "CloudFrontClient":
    client: CloudFrontClient = _client("cloudfront")
    return client


@_once
def job_store() -> "DynamoDBJobStore":
    from creator_search.adapters.dynamodb_jobs import DynamoDBJobStore

    return DynamoDBJobStore(
        dynamodb(),
        jobs=lambda: resource_name(Table.JOBS),
        profiles=lambda: resource_name(Table.PROFILES),
        control=lambda: resource_name(Table.CONTROL),
        clock=now,
    )


@_once
def profile_store() -> "DynamoDBProfileStore":
    from creator_search.adapters.dynamodb_profiles import DynamoDBProfileStore

    return DynamoDBProfileStore(dynamodb(), profiles=resource_name(Table.PROFILES))


@_once
def similar_store() -> "DynamoDBSimilarStore":
    from creator_search.adapters.dynamodb_similar import DynamoDBSimilarStore

    return DynamoDBSimilarStore(dynamodb(), similar=resource_name(Table.SIMILAR), clock=now)


@_once
def flights() -> "DynamoDBFlights":
    from creator_search.adapters.dynamodb_control import DynamoDBFlights

    return DynamoDBFlights(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@_once
def idempotency_store() -> "DynamoDBIdempotencyStore":
    from creator_search.adapters.dynamodb_control import DynamoDBIdempotencyStore

    return DynamoDBIdempotencyStore(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@_once
def job_queue() -> "SqsJobQueue":
    from creator_search.adapters.sqs import SqsJobQueue

    return SqsJobQueue(
        sqs(),
        urls={p: resource_name(q) for p, q in PROFILE_QUEUES.items()},
        dead_letter_urls={p: dead_letter_url(q) for p, q in PROFILE_QUEUES.items()},
    )


@_once
def task_queue() -> "SqsTaskQueue":
    from creator_search.adapters.sqs import SqsTaskQueue

    # Not every function that may send one kind may send the other: a missing queue fails when it is used.
    return SqsTaskQueue(sqs(), analysis=lambda: resource_name(Queue.ANALYSIS), media=lambda: resource_name(Queue.MEDIA))


def bury(queue: Queue, body: str, reason: str) -> None:
    """Put a message that cannot be understood into its queue's dead-letter queue."""
    from creator_search.adapters.sqs import bury as send

    send(sqs(), dead_letter_url(queue), body, reason)


@_once
def image_store() -> "S3ImageStore":
    from creator_search.adapters.s3 import S3ImageStore

    return S3ImageStore(s3(), bucket=resource_name(Bucket.IMAGES))


@_once
def cdn() -> "CloudFrontCdn":
    from creator_search.adapters.cloudfront import CloudFrontCdn

    return CloudFrontCdn(cloudfront, base_url=config().cdn_base_url, distribution_id=config().cdn_distribution_id)


@_once
def metrics() -> "EmbeddedMetrics":
    from creator_search.adapters.cloudwatch import EmbeddedMetrics

    return EmbeddedMetrics(namespace=config().metrics_namespace)


@_once
def metrics_reader() -> "CloudWatchReader":
    from creator_search.adapters.cloudwatch import CloudWatchReader

    return CloudWatchReader(_client("cloudwatch"), namespace=config().metrics_namespace)


@_once
def copy_images() -> "CopyImages":
    from creator_search.adapters.images import AllowList, HttpImageSource
    from creator_search.services.copy_images import CopyImages

    source = HttpImageSource(
        allow=AllowList(config().image_host_allowlist),
        timeout_seconds=config().image_timeout_seconds,
        clock=now,
    )
    return CopyImages(source, image_store(), now)


@_once
def _http() -> "httpx.Client":
    import httpx

    return httpx.Client(follow_redirects=False, limits=httpx.Limits(max_connections=50))


@_once
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


@_once
def decodo(priority: Priority) -> "DecodoSource | None":
    """None without a key."""
    from creator_search.adapters.decodo import DecodoSource

    token, settings = _decodo_token(), config()
    if not token:
        return None
    http = _upstream("decodo", priority, settings.decodo_requests_per_second, settings.decodo_timeout_seconds)
    return DecodoSource(http, base_url=settings.decodo_base_url, token=token, clock=now, sleep=time.sleep)


@_once
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


@_once
def request_profile() -> "RequestProfile":
    from creator_search.services.request_profile import RequestProfile

    return RequestProfile(job_store(), job_queue(), now, new_id)


@_once
def sweep_jobs() -> "SweepJobs":
    from creator_search.services.sweep_jobs import SweepJobs

    return SweepJobs(job_store(), job_queue(), now)


@_once
def similar_profiles(priority: Priority = Priority.HIGH) -> "SimilarProfiles":
    from creator_search.services.similar_profiles import SimilarProfiles

    return SimilarProfiles(
        source=rapidapi(priority) or decodo(priority),
        store=similar_store(),
        flights=flights(),
        images=image_store(),
        copy_images=copy_images(),
        tasks=task_queue(),
        metrics=metrics(),
        clock=now,
        sleep=time.sleep,
        new_id=new_id,
    )


@_once
def finish_similar_images() -> "FinishSimilarImages":
    from creator_search.services.similar_profiles import FinishSimilarImages

    return FinishSimilarImages(similar_store(), copy_images(), task_queue())


@_once
def finish_images() -> "FinishImages":
    from creator_search.services.build_profile import FinishImages

    return FinishImages(profile_store(), copy_images(), task_queue())


@_once
def clear_similar_cache() -> "ClearSimilarCache":
    from creator_search.services.clear_similar_cache import ClearSimilarCache

    return ClearSimilarCache(similar_store(), image_store(), cdn(), metrics())


def _build_profile(priority: Priority) -> "BuildProfile":
    from creator_search.services.build_profile import BuildProfile

    return BuildProfile(
        profiles=profile_store(),
        source=decodo(priority),
        reels=rapidapi(priority),
        similar=similar_profiles(priority),
        copy_images=copy_images(),
        tasks=task_queue(),
        clock=now,
    )


@_once
def process_profile(priority: Priority) -> "ProcessProfile":
    from creator_search.services.claim_job import ClaimJob
    from creator_search.services.process_profile import ProcessProfile

    lease = timedelta(seconds=config().job_lease_seconds)

    def log_failure(job: Job, error: Exception) -> None:
        logger("process_profiles").warning(
            "attempt failed",
            exc_info=error,
            extra={"username": job.username, "job_request_id": job.request_id, "attempts": job.attempts},
        )

    return ProcessProfile(
        jobs=job_store(),
        queue=job_queue(),
        claim=ClaimJob(job_store(), now, new_id, lease),
        build=_build_profile(priority),
        clock=now,
        lease=lease,
        on_error=log_failure,
    )
