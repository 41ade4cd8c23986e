"""The local API makes its calls with the roles of the functions."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from creator_search.adapters.aws.secrets import read_secret
from creator_search.adapters.dynamodb.items import to_wire
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Bucket, Queue, Secret, Table, dead_letter_environment_name, environment_name
from creator_search.config import resource_name
from creator_search.domain.activity import Favorite
from creator_search.domain.errors import SecretUnavailable
from creator_search.domain.listing import Listed
from fastapi.testclient import TestClient

from infra.local import roles

REFUSED = "is not authorized to perform"


class ReadingStore:
    """Returns no favourites, and reads an item of a table."""

    def __init__(self, table: Table, partition_key: str) -> None:
        schema = TABLES[table]
        names = [name for name in (schema.partition, schema.sort) if name]
        self._key = to_wire({**dict.fromkeys(names, "x"), schema.partition: partition_key})
        self._table = resource_name(table)

    def list_favorites(self, subject: str, limit: int, after: str | None) -> Listed[Favorite]:
        process_container().dynamodb.get_item(TableName=self._table, Key=self._key)
        return Listed([], None)


@pytest.mark.parametrize(
    ("table", "key", "status"),
    [(Table.ACCOUNTS, "caller#ada", 200), (Table.ACCOUNTS, "key#1", 500), (Table.SIMILAR, "ada", 500)],
)
def test_a_request_may_read_what_the_role_of_its_function_allows_and_nothing_else(
    api: TestClient, table: Table, key: str, status: int
) -> None:
    process_container().__dict__["favorite_store"] = ReadingStore(table, key)
    assert api.get("/api/me/favorites").status_code == status
    assert len(roles.take_refusals()) == (status == 500)


def test_credentials_are_verified_with_the_role_of_the_authorizer(api: TestClient) -> None:
    key = api.post("/api/me/api-keys", json={"name": "reports"}).json()["data"]["key"]
    assert api.get("/api/me/favorites", headers={"X-Api-Key": key}).status_code == 200


def refused(what: str = "") -> Any:
    return pytest.raises(ClientError, match=f"{REFUSED}: {what}")


def put(table: str, **item: str) -> dict[str, Any]:
    return {"TableName": table, "Item": to_wire(item)}


def update(table: str, key: dict[str, str]) -> dict[str, Any]:
    return {"TableName": table, "Key": to_wire(key), "UpdateExpression": "REMOVE x"}


def reads(table: str, *keys: dict[str, str]) -> dict[str, Any]:
    return {"RequestItems": {table: {"Keys": [to_wire(key) for key in keys]}}}


def query(condition: str, key: str, **names: str) -> dict[str, Any]:
    return {
        "TableName": "accounts",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": to_wire({":key": key, ":prefix": "x"}),
        "ExpressionAttributeNames": names,
    }


BREAKER, COUNTER, RATE = ({"id": f"{kind}#x"} for kind in ("breaker", "queue", "rate"))
CALLER, API_KEY = ({"owner": f"{kind}#x", "item": "x"} for kind in ("caller", "key"))
PARTITION, BEGINNING = {"#p": "owner"}, {"#i": "item"}


@pytest.mark.parametrize(
    ("function", "operation", "arguments", "is_allowed"),
    [
        ("get_queue_status", "get_item", {"TableName": "control", "Key": to_wire(BREAKER)}, True),
        ("get_queue_status", "get_item", {"TableName": "control", "Key": to_wire(RATE)}, False),
        ("get_queue_status", "batch_get_item", reads("control", BREAKER, RATE), False),
        ("get_profile_status", "batch_get_item", reads("control", COUNTER, BREAKER), True),
        ("get_profile_status", "put_item", put("control", **BREAKER), True),
        ("get_profile_status", "put_item", put("control", **COUNTER), False),
        ("request_profile", "update_item", update("control", COUNTER), True),
        ("request_profile", "update_item", update("control", BREAKER), False),
        ("get_profile", "delete_item", {"TableName": "control", "Key": to_wire(BREAKER)}, False),
        ("manage_api_keys", "transact_write_items", {"TransactItems": [{"Put": put("accounts", **API_KEY)}]}, True),
        (
            "manage_favorites",
            "transact_write_items",
            {"TransactItems": [{"Put": put("accounts", **CALLER)}, {"Put": put("accounts", **API_KEY)}]},
            False,
        ),
        (
            "manage_me",
            "batch_write_item",
            {"RequestItems": {"accounts": [{"DeleteRequest": {"Key": to_wire(CALLER)}}]}},
            True,
        ),
        (
            "manage_activity",
            "batch_write_item",
            {"RequestItems": {"accounts": [{"DeleteRequest": {"Key": to_wire(key)}} for key in (CALLER, API_KEY)]}},
            False,
        ),
        ("manage_favorites", "query", query("#p = :key", "caller#x", **PARTITION), True),
        ("manage_favorites", "query", query("#p = :key", "key#x", **PARTITION), False),
        (
            "manage_favorites",
            "query",
            query("begins_with(#i, :prefix) AND #p=:key", "key#x", **PARTITION, **BEGINNING),
            False,
        ),
    ],
)
@pytest.mark.usefixtures("aws")
def test_a_function_uses_only_the_items_of_a_table_that_its_role_allows(
    function: str, operation: str, arguments: dict[str, Any], is_allowed: bool
) -> None:
    call = getattr(process_container().dynamodb, operation)
    found: list[str] = []
    with roles.acting_as(function):
        try:
            call(**arguments)
        except ClientError as error:
            found = [error.response["Error"]["Code"]]
    assert found == ([] if is_allowed else ["AccessDeniedException"])
    assert len(roles.take_refusals()) == (not is_allowed)


@pytest.mark.parametrize(
    ("function", "queue", "is_dead_letter", "is_allowed"),
    [
        ("request_profile", Queue.PROFILE_HIGH, False, True),
        ("request_profile", Queue.ERASURE, False, False),
        ("process_profiles", Queue.PROFILE_HIGH, True, True),
        ("request_profile", Queue.PROFILE_HIGH, True, False),
    ],
)
def test_a_function_sends_to_the_queues_that_its_role_allows_and_to_no_others(
    aws: dict[str, str], function: str, queue: Queue, is_dead_letter: bool, is_allowed: bool
) -> None:
    url = aws[dead_letter_environment_name(queue) if is_dead_letter else environment_name(queue)]
    with roles.acting_as(function), nullcontext() if is_allowed else refused("sqs:SendMessage"):
        process_container().sqs.send_message(QueueUrl=url, MessageBody="{}")
    roles.take_refusals()


@pytest.mark.parametrize(("function", "is_allowed"), [("get_similar_profiles_fast", True), ("request_profile", False)])
def test_a_function_stores_only_the_images_that_its_role_allows(
    aws: dict[str, str], function: str, is_allowed: bool
) -> None:
    with roles.acting_as(function), nullcontext() if is_allowed else refused("s3:PutObject"):
        bucket = aws[environment_name(Bucket.IMAGES)]
        process_container().s3.put_object(Bucket=bucket, Key="similar/ada/ben_profile.jpg", Body=b"")
    roles.take_refusals()


@pytest.mark.parametrize(
    ("function", "secret", "is_allowed"),
    [
        ("get_profile", Secret.UPSTREAM_KEYS, True),
        ("get_profile_status", Secret.UPSTREAM_KEYS, False),
        ("manage_favorites", Secret.CURSOR_KEY, True),
        ("manage_favorites", Secret.COMMENTER_KEY, False),
        ("authorize_caller", Secret.CURSOR_KEY, False),
    ],
)
def test_a_function_reads_the_secrets_that_its_role_allows_and_no_others(
    aws: dict[str, str], function: str, secret: Secret, is_allowed: bool
) -> None:
    with roles.acting_as(function), nullcontext() if is_allowed else pytest.raises(SecretUnavailable):
        assert read_secret(aws[environment_name(secret)])
    assert len(roles.take_refusals()) == (not is_allowed)


@pytest.mark.parametrize("is_of_images", [True, False])
def test_a_function_invalidates_only_the_distribution_of_the_images(aws: dict[str, str], is_of_images: bool) -> None:
    id_ = aws["CDN_DISTRIBUTION_ID"] if is_of_images else "E123"
    paths: Any = {"Paths": {"Quantity": 1, "Items": ["/a"]}, "CallerReference": "a"}
    call = process_container().cloudfront.create_invalidation
    with roles.acting_as("clear_similar_cache"), nullcontext() if is_of_images else refused("cloudfront"):
        call(DistributionId=id_, InvalidationBatch=paths)
    with roles.acting_as("get_profile"), refused("cloudfront:CreateInvalidation"):
        call(DistributionId=id_, InvalidationBatch=paths)
    assert len(roles.take_refusals()) == 2 - is_of_images


@pytest.mark.usefixtures("aws")
def test_a_function_makes_no_call_of_a_service_that_its_row_does_not_name() -> None:
    now = datetime.now(UTC)
    period: Any = {"MetricDataQueries": [], "StartTime": now - timedelta(hours=1), "EndTime": now}
    with roles.acting_as("get_metrics"):
        process_container().cloudwatch.get_metric_data(**period)
    with roles.acting_as("get_profile"), refused("cloudwatch:GetMetricData"):
        process_container().cloudwatch.get_metric_data(**period)
    with roles.acting_as("get_metrics"), refused("sts:GetCallerIdentity"):
        boto3.client("sts").get_caller_identity()
    assert len(roles.take_refusals()) == 2


@pytest.mark.parametrize(("prefix", "is_allowed"), [("similar/ada/", True), ("", False), ("profiles/", False)])
def test_a_function_lists_only_the_images_that_its_role_allows(
    aws: dict[str, str], prefix: str, is_allowed: bool
) -> None:
    with roles.acting_as("clear_similar_cache"), nullcontext() if is_allowed else refused("s3:ListBucket"):
        process_container().s3.list_objects_v2(Bucket=aws[environment_name(Bucket.IMAGES)], Prefix=prefix)
    assert len(roles.take_refusals()) == (not is_allowed)
