"""Cached sets of similar profiles; one item contains a whole set."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import (
    Item,
    epoch,
    format_time,
    from_wire,
    get,
    is_expired,
    pages,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.profile_rows import decode_image, image_attributes
from creator_search.adapters.dynamodb.schema.similar import CACHED_SETS, LIVE, SET_MEMBERS
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.similar import (
    MAX_LIMIT,
    SIMILAR_STALE_FOR,
    CacheContents,
    SimilarProfile,
    SimilarRow,
    SimilarSet,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLEARED_LIFETIME = timedelta(hours=1)
"""Longer than any fetch: a fetch that started before the clear must still find the new generation."""
_MAX_PAGES = 20


class DynamoDBSimilarStore:
    """Implements SimilarStore."""

    def __init__(self, client: "DynamoDBClient", *, similar: str, clock: Clock) -> None:
        self._client = client
        self._table = similar
        self._clock = clock

    def load_similar(self, username: str) -> SimilarRow:
        # Consistent read: a caller that waited for another caller's fetch must find its result.
        item = get(self._client, self._table, {"username": username}, consistent=True)
        if item is None:
            return SimilarRow(None, None)
        usable = "batch_id" in item and not is_expired(item, self._clock())
        return SimilarRow(item.get("generation"), _set(item) if usable else None)

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        if seen_generation is None:
            condition, values = "attribute_not_exists(username)", {}
        else:
            condition, values = "generation = :seen OR attribute_not_exists(username)", {":seen": seen_generation}
        return put_if(self._client, self._table, _item(new), condition, None, values) is None

    def clear_set(self, username: str) -> SimilarSet | None:
        with failing_as(StoreUnavailable):
            answer = self._client.put_item(
                TableName=self._table,
                Item=to_wire(
                    {
                        "username": username,
                        "generation": uuid.uuid4().hex,
                        "expires_at": epoch(self._clock() + CLEARED_LIFETIME),
                    }
                ),
                ReturnValues="ALL_OLD",
            )
        item = from_wire(answer.get("Attributes", {}))
        return _set(item) if "batch_id" in item else None

    def sets_naming(self, username: str) -> Sequence[str]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": SET_MEMBERS.name,
            "KeyConditionExpression": "live = :live",
            "FilterExpression": "contains(members, :username)",
            "ExpressionAttributeValues": to_wire({":live": LIVE, ":username": username}),
        }
        return [str(from_wire(i)["username"]) for page in pages(self._client.query, **request) for i in page["Items"]]

    def measure_contents(self) -> CacheContents:
        entries = image_bytes = 0
        for number, page in enumerate(
            pages(
                self._client.query,
                TableName=self._table,
                IndexName=CACHED_SETS.name,
                KeyConditionExpression="live = :live AND expires_at > :now",
                ExpressionAttributeValues=to_wire({":live": LIVE, ":now": epoch(self._clock())}),
            ),
            start=1,
        ):
            items = [from_wire(i) for i in page["Items"]]
            entries += len(items)
            image_bytes += sum(i.get("image_bytes", 0) for i in items)
            if number == _MAX_PAGES and page.get("LastEvaluatedKey"):
                return CacheContents(entries, image_bytes, is_complete=False)
        return CacheContents(entries, image_bytes, is_complete=True)


def _item(new: SimilarSet) -> dict[str, Any]:
    return {
        "username": new.username,
        "generation": uuid.uuid4().hex,
        "batch_id": new.batch_id,
        "fetched_at": format_time(new.fetched_at),
        "limit": new.limit,
        "is_complete": new.is_complete,
        "profiles": [_encode_entry(p) for p in new.profiles],
        "unfinished": [_encode_entry(p) for p in new.unfinished],
        "live": LIVE,
        "members": sorted(new.members),
        "entry_count": len(new.profiles),
        "image_bytes": sum(p.image_bytes for p in new.profiles),
        # Kept longer than it is fresh, so that it can be served while the upstream is down.
        "expires_at": epoch(new.fetched_at + SIMILAR_STALE_FOR),
    }


def _set(item: Item) -> SimilarSet:
    return SimilarSet(
        username=item["username"],
        batch_id=item["batch_id"],
        fetched_at=datetime.fromisoformat(item["fetched_at"]),
        limit=item.get("limit", 0),
        is_complete=item.get("is_complete", False),
        profiles=tuple(_decode_entry(p) for p in item.get("profiles", ())),
        unfinished=tuple(_decode_entry(p) for p in item.get("unfinished", ())),
    )


def _encode_entry(entry: SimilarProfile) -> dict[str, Any]:
    return {
        "username": entry.username,
        "name": entry.name,
        "rank": entry.rank,
        "followers": entry.followers,
        "is_verified": entry.is_verified,
        "source_image_url": entry.source_image_url,
        "image_bytes": entry.image_bytes,
        **image_attributes(entry.image),
    }


def _decode_entry(item: Item) -> SimilarProfile:
    return SimilarProfile(
        username=item["username"],
        name=item.get("name", ""),
        rank=item.get("rank", MAX_LIMIT),
        followers=item.get("followers"),
        is_verified=item.get("is_verified"),
        source_image_url=item.get("source_image_url"),
        image=decode_image(item),
        image_bytes=item.get("image_bytes", 0),
    )
