"""The local API makes its calls with the roles of the functions."""

from contextlib import nullcontext

import pytest
from botocore.exceptions import ClientError
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Bucket, Queue, Table, dead_letter_environment_name, environment_name
from creator_search.config import resource_name
from creator_search.domain.activity import Favorite
from creator_search.domain.listing import Listed
from fastapi.testclient import TestClient

from infra.local import roles


class ReadingStore:
    """Returns no favourites, and reads an item of a table."""

    def __init__(self, table: Table) -> None:
        schema = TABLES[table]
        self._keys = [name for name in (schema.partition, schema.sort) if name]
        self._table = resource_name(table)

    def list_favorites(self, subject: str, limit: int, after: str | None) -> Listed[Favorite]:
        key = {name: {"S": subject} for name in self._keys}
        process_container().dynamodb.get_item(TableName=self._table, Key=key)
        return Listed([], None)


@pytest.mark.parametrize(("table", "status"), [(Table.ACCOUNTS, 200), (Table.SIMILAR, 500)])
def test_a_request_may_read_what_the_role_of_its_function_allows_and_nothing_else(
    api: TestClient, table: Table, status: int
) -> None:
    process_container().__dict__["favorite_store"] = ReadingStore(table)
    assert api.get("/api/me/favorites").status_code == status


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
    error = pytest.raises(ClientError, match="not authorized to perform: sqs:SendMessage")
    with roles.acting_as(function), nullcontext() if is_allowed else error:
        process_container().sqs.send_message(QueueUrl=url, MessageBody="{}")


@pytest.mark.parametrize(("function", "is_allowed"), [("get_similar_profiles_fast", True), ("request_profile", False)])
def test_a_function_stores_only_the_images_that_its_role_allows(
    aws: dict[str, str], function: str, is_allowed: bool
) -> None:
    error = pytest.raises(ClientError, match="not authorized to perform: s3:PutObject")
    with roles.acting_as(function), nullcontext() if is_allowed else error:
        bucket = aws[environment_name(Bucket.IMAGES)]
        process_container().s3.put_object(Bucket=bucket, Key="similar/ada/ben_profile.jpg", Body=b"")
