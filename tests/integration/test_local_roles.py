"""The local API makes its calls with the roles of the functions."""

import pytest
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.activity import Favorite
from creator_search.domain.listing import Listed
from fastapi.testclient import TestClient


class ReadingStore:
    """Lists the favourites of nobody, and reads a table on the way."""

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
