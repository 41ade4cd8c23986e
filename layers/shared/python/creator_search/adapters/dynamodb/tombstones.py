"""Tombstones, in the table of erasures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import Item, batch_get, format_time, to_wire
from creator_search.adapters.dynamodb.schema.erasures import ERASURES, tombstone_key
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READS_AT_ONCE = 100


class DynamoDBTombstones:
    """Implements Tombstones. The rows never expire, and hold a hash of the username."""

    def __init__(self, client: "DynamoDBClient", *, erasures: str, clock: Clock) -> None:
        self._client = client
        self._table = erasures
        self._clock = clock

    def add_tombstone(self, username: str) -> None:
        item = {**tombstone_key(username), "erased_at": format_time(self._clock())}
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))

    def erased_among(self, usernames: Sequence[str]) -> frozenset[str]:
        if not usernames:
            return frozenset()
        by_hash = {tombstone_key(name)[ERASURES.partition]: name for name in usernames}
        keys, found = [to_wire({ERASURES.partition: each}) for each in by_hash], list[Item]()
        for start in range(0, len(keys), _READS_AT_ONCE):
            wanted = {self._table: {"Keys": keys[start : start + _READS_AT_ONCE]}}
            found += batch_get(self._client, wanted).get(self._table, [])
        return frozenset(by_hash[item[ERASURES.partition]] for item in found)
