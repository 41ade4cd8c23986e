"""Cached sets of similar profiles: one item holds one whole set."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws import failing_as
from creator_search.adapters.dynamodb import Item, epoch, from_wire, get, is_expired, iso, pages, put_if, to_wire
from creator_search.domain.answers import CacheContents, Clock, SimilarRow
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.similar import STALE_FOR, SimilarProfile, SimilarSet

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOMBSTONE_LIFETIME = timedelta(hours=1)
"""Longer than any fetch that a clear must outlast."""
_MAX_PAGES = 20


class DynamoDBSimilarStore:
    def __init__(self, client: "DynamoDBClient", *, similar: str, clock: Clock) -> None:
        self._client = client
        self._table = similar
        self._clock = clock

    def read(self, username: str) -> SimilarRow:
        # Consistent: whoever waited for somebody's fetch must see what it stored.
        item = get(self._client, self._table, {"username": username}, consistent=True)
        if item is None:
            return SimilarRow(None, None)
        usable = "batch_id" in item and not is_expired(item, self._clock())
        return SimilarRow(item["generation"], _set(item) if usable else None)

    def replace(self, new: SimilarSet, seen_generation: str | None) -> bool:
        if seen_generation is None:
            condition, values = "attribute_not_exists(username)", {}
        else:
            condition, values = "generation = :seen OR attribute_not_exists(username)", {":seen": seen_generation}
        return put_if(self._client, self._table, _item(new), condition, None, values) is None

    def clear(self, username: str) -> SimilarSet | None:
        with failing_as(StoreUnavailable):
            answer = self._client.put_item(
                TableName=self._table,
                Item=to_wire(
                    {
                        "username": username,
                        "generation": uuid.uuid4().hex,
                        "expires_at": epoch(self._clock() + TOMBSTONE_LIFETIME),
                    }
                ),
                ReturnValues="ALL_OLD",
            )
        item = from_wire(answer.get("Attributes", {}))
        return _set(item) if "batch_id" in item else None

    def naming(self, username: str) -> Sequence[str]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "members",
            "KeyConditionExpression": "live = :yes",
            "FilterExpression": "contains(members, :username)",
            "ExpressionAttributeValues": to_wire({":yes": "yes", ":username": username}),
        }
        return [str(from_wire(i)["username"]) for page in pages(self._client.query, **request) for i in page["Items"]]

    def contents(self) -> CacheContents:
        entries = image_bytes = 0
        for number, page in enumerate(
            pages(
                self._client.query,
                TableName=self._table,
                IndexName="live",
                KeyConditionExpression="live = :yes AND expires_at > :now",
                ExpressionAttributeValues=to_wire({":yes": "yes", ":now": epoch(self._clock())}),
            ),
            start=1,
        ):
            items = [from_wire(i) for i in page["Items"]]
            entries += len(items)
            image_bytes += sum(i["image_bytes"] for i in items)
            if number == _MAX_PAGES and page.get("LastEvaluatedKey"):
                return CacheContents(entries, image_bytes, is_complete=False)
        return CacheContents(entries, image_bytes, is_complete=True)


def _item(new: SimilarSet) -> dict[str, Any]:
    return {
        "username": new.username,
        "generation": uuid.uuid4().hex,
        "batch_id": new.batch_id,
        "fetched_at": iso(new.fetched_at),
        "limit": new.limit,
        "is_complete": new.is_complete,
        "profiles": [asdict(p) for p in new.profiles],
        "unfinished": [asdict(p) for p in new.unfinished],
        "live": "yes",
        "members": sorted(new.members),
        "entry_count": len(new.profiles),
        "image_bytes": sum(p.image_bytes for p in new.profiles),
        # Kept past its 24 h to stand in while the upstream is down; `is_fresh` decides what is served as fresh.
        "expires_at": epoch(new.fetched_at + STALE_FOR),
    }


def _set(item: Item) -> SimilarSet:
    return SimilarSet(
        username=item["username"],
        batch_id=item["batch_id"],
        fetched_at=datetime.fromisoformat(item["fetched_at"]),
        limit=item["limit"],
        is_complete=item["is_complete"],
        profiles=tuple(SimilarProfile(**p) for p in item["profiles"]),
        unfinished=tuple(SimilarProfile(**p) for p in item["unfinished"]),
    )
