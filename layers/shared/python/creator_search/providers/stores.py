"""AWS clients, and the stores, queues and figures over them."""

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.catalogue import Bucket, Queue, Table
from creator_search.config import config, dead_letter_url, resource_name
from creator_search.domain.jobs import Priority
from creator_search.providers.once import once

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from creator_search.adapters.cloudfront import CloudFrontCdn
    from creator_search.adapters.cloudwatch import CloudWatchReader, EmbeddedMetrics
    from creator_search.adapters.documents import DynamoDBDocumentStore
    from creator_search.adapters.dynamodb_analysis import DynamoDBAnalysisCache
    from creator_search.adapters.dynamodb_control import (
        DynamoDBAbsences,
        DynamoDBFlights,
        DynamoDBIdempotencyStore,
        DynamoDBTombstones,
    )
    from creator_search.adapters.dynamodb_jobs import DynamoDBJobStore
    from creator_search.adapters.dynamodb_posts import DynamoDBPostStore
    from creator_search.adapters.dynamodb_profiles import DynamoDBProfileStore
    from creator_search.adapters.dynamodb_search import DynamoDBCreatorIndex
    from creator_search.adapters.dynamodb_similar import DynamoDBSimilarStore
    from creator_search.adapters.s3 import S3ImageStore
    from creator_search.adapters.sqs import SqsJobQueue, SqsTaskQueue

PROFILE_QUEUES = {
    Priority.HIGH: Queue.PROFILE_HIGH,
    Priority.MEDIUM: Queue.PROFILE_MEDIUM,
    Priority.LOW: Queue.PROFILE_LOW,
}


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid.uuid4().hex


@once
def logger(service: str) -> "Logger":
    from aws_lambda_powertools import Logger

    return Logger(service=service, level=config().log_level)


def _client(service: str, **settings: float) -> Any:
    import boto3

    from creator_search.adapters.aws import client_config

    return boto3.client(service, config=client_config(**settings))  # type: ignore[call-overload,arg-type]


@once
def dynamodb() -> "DynamoDBClient":
    client: DynamoDBClient = _client("dynamodb")
    return client


@once
def sqs() -> "SQSClient":
    client: SQSClient = _client("sqs")
    return client


@once
def s3() -> "S3Client":
    client: S3Client = _client("s3", read_timeout=20)
    return client


@once
def cloudfront() -> "CloudFrontClient":
    client: CloudFrontClient = _client("cloudfront")
    return client


@once
def job_store() -> "DynamoDBJobStore":
    from creator_search.adapters.dynamodb_jobs import DynamoDBJobStore

    return DynamoDBJobStore(
        dynamodb(),
        jobs=lambda: resource_name(Table.JOBS),
        profiles=lambda: resource_name(Table.PROFILES),
        control=lambda: resource_name(Table.CONTROL),
        clock=now,
    )


@once
def profile_store() -> "DynamoDBProfileStore":
    from creator_search.adapters.dynamodb_profiles import DynamoDBProfileStore

    return DynamoDBProfileStore(dynamodb(), profiles=resource_name(Table.PROFILES))


@once
def post_store() -> "DynamoDBPostStore":
    from creator_search.adapters.dynamodb_posts import DynamoDBPostStore

    return DynamoDBPostStore(dynamodb(), profiles=resource_name(Table.PROFILES))


@once
def document_store() -> "DynamoDBDocumentStore":
    from creator_search.adapters.documents import DynamoDBDocumentStore

    return DynamoDBDocumentStore(
        dynamodb(),
        s3,
        profiles=resource_name(Table.PROFILES),
        bucket=lambda: resource_name(Bucket.DOCUMENTS),
        clock=now,
    )


@once
def creator_index() -> "DynamoDBCreatorIndex":
    from creator_search.adapters.dynamodb_search import DynamoDBCreatorIndex

    return DynamoDBCreatorIndex(dynamodb(), profiles=resource_name(Table.PROFILES))


@once
def similar_store() -> "DynamoDBSimilarStore":
    from creator_search.adapters.dynamodb_similar import DynamoDBSimilarStore

    return DynamoDBSimilarStore(dynamodb(), similar=resource_name(Table.SIMILAR), clock=now)


@once
def flights() -> "DynamoDBFlights":
    from creator_search.adapters.dynamodb_control import DynamoDBFlights

    return DynamoDBFlights(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@once
def absences() -> "DynamoDBAbsences":
    from creator_search.adapters.dynamodb_control import DynamoDBAbsences

    return DynamoDBAbsences(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@once
def analysis_cache() -> "DynamoDBAnalysisCache":
    from creator_search.adapters.dynamodb_analysis import DynamoDBAnalysisCache

    return DynamoDBAnalysisCache(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@once
def tombstones() -> "DynamoDBTombstones":
    from creator_search.adapters.dynamodb_control import DynamoDBTombstones

    return DynamoDBTombstones(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@once
def idempotency_store() -> "DynamoDBIdempotencyStore":
    from creator_search.adapters.dynamodb_control import DynamoDBIdempotencyStore

    return DynamoDBIdempotencyStore(dynamodb(), control=resource_name(Table.CONTROL), clock=now)


@once
def job_queue() -> "SqsJobQueue":
    from creator_search.adapters.sqs import SqsJobQueue

    return SqsJobQueue(
        sqs(),
        urls={p: resource_name(q) for p, q in PROFILE_QUEUES.items()},
        dead_letter_urls={p: dead_letter_url(q) for p, q in PROFILE_QUEUES.items()},
    )


@once
def task_queue() -> "SqsTaskQueue":
    from creator_search.adapters.sqs import SqsTaskQueue

    # Not every function that may send one kind may send the other: a missing queue fails when it is used.
    return SqsTaskQueue(
        sqs(),
        analysis=lambda: resource_name(Queue.ANALYSIS),
        media=lambda: resource_name(Queue.MEDIA),
        erasure=lambda: resource_name(Queue.ERASURE),
    )


@once
def cursor_key() -> str:
    """What cursors are signed with. Raises RuntimeError where none is configured: a known key would be none."""
    key, secret = config().cursor_key, config().cursor_secret
    if key:
        return key.get_secret_value()
    if not secret:
        raise RuntimeError("neither CURSOR_KEY nor CURSOR_SECRET is set")
    from aws_lambda_powertools.utilities.parameters import get_secret

    return str(get_secret(secret))


def bury(queue: Queue, body: str, reason: str) -> None:
    """Put a message that cannot be understood into its queue's dead-letter queue."""
    from creator_search.adapters.sqs import bury as send

    send(sqs(), dead_letter_url(queue), body, reason)


@once
def image_store() -> "S3ImageStore":
    from creator_search.adapters.s3 import S3ImageStore

    return S3ImageStore(s3(), bucket=resource_name(Bucket.IMAGES))


@once
def cdn() -> "CloudFrontCdn":
    from creator_search.adapters.cloudfront import CloudFrontCdn

    return CloudFrontCdn(cloudfront, base_url=config().cdn_base_url, distribution_id=config().cdn_distribution_id)


@once
def metrics() -> "EmbeddedMetrics":
    from creator_search.adapters.cloudwatch import EmbeddedMetrics

    return EmbeddedMetrics(namespace=config().metrics_namespace)


@once
def metrics_reader() -> "CloudWatchReader":
    from creator_search.adapters.cloudwatch import CloudWatchReader

    return CloudWatchReader(_client("cloudwatch"), namespace=config().metrics_namespace)
