"""Cached sets of similar profiles; one item contains a whole set. Another table finds the sets by their members."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    batch_write,
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
from creator_search.adapters.dynamodb.schema.similar import (
    CACHED_SETS,
    LIVE_SHARDS,
    OLD_LIVE,
    OLD_SET_MEMBERS,
    live_shard,
)
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.similar import (
    MAX_LIMIT,
    MEMBERSHIP_KEPT_FOR,
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
_READS_AT_ONCE = 100


class DynamoDBSimilarStore:
    """Implements SimilarStore."""

    def __init__(self, client: "DynamoDBClient", *, similar: str, memberships: Callable[[], str], clock: Clock) -> None:
        self._client = client
        self._table = similar
        self._memberships = memberships
        self._clock = clock

    def load_similar(self, username: str) -> SimilarRow:
        # Consistent read: a caller that waited for another caller's fetch must find its result.
        item = get(self._client, self._table, {"username": username}, consistent=True)
        if item is None:
            return SimilarRow(None, None)
        usable = "batch_id" in item and not is_expired(item, self._clock())
        return SimilarRow(item.get("generation"), _set(item) if usable else None)

    def load_sets(self, usernames: Sequence[str]) -> Mapping[str, SimilarRow]:
        keys = [to_wire({"username": name}) for name in dict.fromkeys(usernames)]
        found: dict[str, SimilarRow] = {}
        for start in range(0, len(keys), _READS_AT_ONCE):
            request = {"Keys": keys[start : start + _READS_AT_ONCE], "ConsistentRead": True}
            items = batch_get(self._client, {self._table: request}).get(self._table, [])
            found |= {i["username"]: SimilarRow(i.get("generation"), _set(i)) for i in items if "batch_id" in i}
        return found

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        # Stored before the set: a set without its memberships would not be found when a member is erased. Memberships
        # without their set, after a crash or a refused write, are harmless and expire.
        self._write_memberships(
            {"PutRequest": {"Item": to_wire({**_membership(member, new.username), "expires_at": _forgotten_at(new)})}}
            for member in sorted(new.members)
        )
        if seen_generation is None:
            condition, values = "attribute_not_exists(username)", {}
        else:
            condition, values = "generation = :seen OR attribute_not_exists(username)", {":seen": seen_generation}
        return put_if(self._client, self._table, _item(new), condition, None, values) is None

    def shrink_set(self, left: SimilarSet, seen_generation: str | None) -> bool:
        from botocore.exceptions import ClientError

        # `live` stays as it is: a set of an earlier version is still found in the index of those.
        changed = _contents(left) | {"members": sorted(left.members), "generation": uuid.uuid4().hex}
        values = to_wire({f":{name}": value for name, value in changed.items()} | {":seen": seen_generation})
        is_unchanged = "generation = :seen" if seen_generation else "attribute_not_exists(generation)"
        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_wire({"username": left.username}),
                    UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changed),
                    ConditionExpression=f"attribute_exists(batch_id) AND {is_unchanged}",
                    ExpressionAttributeNames={f"#{name}": name for name in changed},
                    ExpressionAttributeValues=values,
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise
            return False
        return True

    def forget_memberships(self, memberships: Iterable[tuple[str, str]]) -> None:
        self._write_memberships(
            {"DeleteRequest": {"Key": to_wire(_membership(*each))}} for each in dict.fromkeys(memberships)
        )

    def _write_memberships(self, writes: Iterable[Any]) -> None:
        batch_write(self._client, self._memberships(), list(writes))

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

    def delete_row(self, username: str) -> None:
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=to_wire({"username": username}))

    def sets_naming(self, username: str) -> Sequence[str]:
        requests: tuple[dict[str, Any], ...] = (
            {
                "TableName": self._memberships(),
                "KeyConditionExpression": "#member = :member",
                "ExpressionAttributeNames": {"#member": "member"},
                "ExpressionAttributeValues": to_wire({":member": username}),
                "ConsistentRead": True,
            },
            {
                "TableName": self._table,
                "IndexName": OLD_SET_MEMBERS.name,
                "KeyConditionExpression": "live = :live",
                "FilterExpression": "contains(members, :member)",
                "ExpressionAttributeValues": to_wire({":live": OLD_LIVE, ":member": username}),
            },
        )
        found = [from_wire(i) for each in requests for page in pages(self._client.query, **each) for i in page["Items"]]
        return sorted({item.get("set_of") or item["username"] for item in found})

    def measure_contents(self) -> CacheContents:
        entries = image_bytes = 0
        number = 0
        for live in (*LIVE_SHARDS, OLD_LIVE):
            for page in pages(
                self._client.query,
                TableName=self._table,
                IndexName=CACHED_SETS.name,
                KeyConditionExpression="live = :live AND expires_at > :now",
                ExpressionAttributeValues=to_wire({":live": live, ":now": epoch(self._clock())}),
            ):
                number += 1
                items = [from_wire(i) for i in page["Items"]]
                entries += len(items)
                image_bytes += sum(i.get("image_bytes", 0) for i in items)
                if number >= _MAX_PAGES and page.get("LastEvaluatedKey"):
                    return CacheContents(entries, image_bytes, is_complete=False)
        return CacheContents(entries, image_bytes, is_complete=True)


def _membership(member: str, username: str) -> dict[str, Any]:
    return {"member": member, "set_of": username}


def _forgotten_at(new: SimilarSet) -> int:
    return epoch(new.fetched_at + MEMBERSHIP_KEPT_FOR)


def _contents(new: SimilarSet) -> dict[str, Any]:
    return {
        "profiles": [_encode_entry(p) for p in new.profiles],
        "unfinished": [_encode_entry(p) for p in new.unfinished],
        "entry_count": len(new.profiles),
        "image_bytes": sum(p.image_bytes for p in new.profiles),
    }


def _item(new: SimilarSet) -> dict[str, Any]:
    return {
        "username": new.username,
        "generation": uuid.uuid4().hex,
        "batch_id": new.batch_id,
        "fetched_at": format_time(new.fetched_at),
        "limit": new.limit,
        "is_complete": new.is_complete,
        **_contents(new),
        "live": live_shard(new.username),
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
