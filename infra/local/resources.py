"""Creates the catalogue's tables, queues, buckets, secrets and CDN on an AWS endpoint; idempotent."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import boto3
from botocore.config import Config
from creator_search.adapters.dynamodb.schema import TABLES, TTL_ATTRIBUTE
from creator_search.catalogue import (
    MAX_RECEIVES,
    Bucket,
    Queue,
    Secret,
    Table,
    dead_letter_environment_name,
    environment_name,
    worker_of,
)

RETENTION_SECONDS = 14 * 24 * 3600
_DEFAULT_VISIBILITY = 900


def provision(*, endpoint_url: str | None = None) -> dict[str, str]:
    """Create missing resources. Return the environment variables with which the functions find them."""
    dynamodb = boto3.client("dynamodb", endpoint_url=endpoint_url)
    sqs = boto3.client("sqs", endpoint_url=endpoint_url)
    s3 = boto3.client("s3", endpoint_url=endpoint_url)
    environment: dict[str, str] = {}
    for table in Table:
        _make_table(dynamodb, table)
        environment[environment_name(table)] = table.value
    for queue in Queue:
        url, dead_letter_url = _make_queue(sqs, queue)
        environment[environment_name(queue)] = url
        environment[dead_letter_environment_name(queue)] = dead_letter_url
    for bucket in Bucket:
        _make_bucket(s3, bucket.value)
        environment[environment_name(bucket)] = bucket.value
    return environment


def put_secrets(values: Mapping[Secret, str]) -> dict[str, str]:
    """Create or replace secrets. Return the environment variables with which the functions find them."""
    client = boto3.client("secretsmanager")
    for secret, value in values.items():
        try:
            client.create_secret(Name=secret.value, SecretString=value)
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=secret.value, SecretString=value)
    return {environment_name(secret): secret.value for secret in values}


def delete_secrets() -> None:
    """Delete all secrets. Those that do not exist are ignored. Does not wait long for a service that hangs."""
    quick = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
    client = boto3.client("secretsmanager", config=quick)
    for secret in Secret:
        with suppress(client.exceptions.ResourceNotFoundException):
            client.delete_secret(SecretId=secret.value, ForceDeleteWithoutRecovery=True)


def make_distribution(*, endpoint_url: str | None = None) -> str:
    """Return the id of the CDN's distribution, so that invalidations are real API calls."""
    cloudfront = boto3.client("cloudfront", endpoint_url=endpoint_url)
    found = cloudfront.list_distributions().get("DistributionList", {}).get("Items", [])
    if found:
        return str(found[0]["Id"])
    origin = {
        "Id": "images",
        "DomainName": f"{Bucket.IMAGES.value}.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    configuration: Any = {
        "CallerReference": "creator-search",
        "Comment": "stored images",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "images", "ViewerProtocolPolicy": "redirect-to-https"},
    }
    return cloudfront.create_distribution(DistributionConfig=configuration)["Distribution"]["Id"]


def table_request(table: Table) -> dict[str, Any]:
    """Return the CreateTable request of a table."""
    spec = TABLES[table]
    kinds = {spec.partition: "S", **({spec.sort: "S"} if spec.sort else {})}
    for index in spec.indexes:
        kinds |= {index.partition: "S", index.sort: "N" if index.sort_is_number else "S"}
    request: dict[str, Any] = {
        "TableName": table.value,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": k} for n, k in kinds.items()],
        "KeySchema": _keys(spec.partition, spec.sort),
    }
    if spec.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _keys(index.partition, index.sort),
                "Projection": {"ProjectionType": index.projection}
                | ({"NonKeyAttributes": list(index.attributes)} if index.attributes else {}),
            }
            for index in spec.indexes
        ]
    return request


def _keys(partition: str, sort: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else keys


def _make_table(client: Any, table: Table) -> None:
    request = table_request(table)
    try:
        client.create_table(**request)
    except client.exceptions.ResourceInUseException:
        _add_indexes(client, request)
        return
    client.get_waiter("table_exists").wait(TableName=table.value, WaiterConfig={"Delay": 1})
    client.update_time_to_live(
        TableName=table.value, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
    )


def _add_indexes(client: Any, request: dict[str, Any]) -> None:
    """Create the indexes that a table of an earlier version lacks."""
    found = client.describe_table(TableName=request["TableName"])["Table"].get("GlobalSecondaryIndexes", [])
    there = {index["IndexName"] for index in found}
    for index in request.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] not in there:
            client.update_table(
                TableName=request["TableName"],
                AttributeDefinitions=request["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


def queue_attributes(queue: Queue, dead_letter_arn: str) -> Mapping[str, str]:
    worker = worker_of(queue)
    return {
        "VisibilityTimeout": str(worker.visibility_seconds if worker else _DEFAULT_VISIBILITY),
        "MessageRetentionPeriod": str(RETENTION_SECONDS),
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": MAX_RECEIVES}),
    }


def _make_queue(client: Any, queue: Queue) -> tuple[str, str]:
    dead_letter_url = client.create_queue(
        QueueName=queue.dead_letter, Attributes={"MessageRetentionPeriod": str(RETENTION_SECONDS)}
    )["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead_letter_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    try:
        url = client.get_queue_url(QueueName=queue.value)["QueueUrl"]
        client.set_queue_attributes(QueueUrl=url, Attributes=queue_attributes(queue, arn))
    except client.exceptions.QueueDoesNotExist:
        url = client.create_queue(QueueName=queue.value, Attributes=queue_attributes(queue, arn))["QueueUrl"]
    return url, dead_letter_url


def _make_bucket(client: Any, bucket: str) -> None:
    with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
        client.create_bucket(Bucket=bucket)
