"""Searches creators by followers, engagement, category and name with indexes of the profiles table, without scans."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import Item, member, to_wire
from creator_search.adapters.dynamodb.profile_rows import LISTED, UNKNOWN_RATE, decode_image
from creator_search.adapters.dynamodb.schema.profiles import (
    CREATORS_BY_CATEGORY,
    CREATORS_BY_ENGAGEMENT,
    CREATORS_BY_FOLLOWERS,
    CREATORS_BY_NAME,
    NAME_ITEM,
    partitions_of,
)
from creator_search.adapters.dynamodb.shards import ShardedQuery
from creator_search.adapters.dynamodb.tables import Index
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.search import CreatorPage, CreatorPosition, CreatorQuery, CreatorSort, ListedCreator, folded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_FOLLOWERS = 10**15


class DynamoDBCreatorIndex:
    """Implements CreatorIndex."""

    positions = "shards"

    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        index = _index(query)
        request = {"TableName": self._table, **_request(query, index)}
        partitions = [folded(query.category or "")] if index is CREATORS_BY_CATEGORY else partitions_of(LISTED)
        prefix = folded(query.prefix or "")

        def is_duplicate(item: Item) -> bool:
            """Whether the search also finds this creator by username."""
            return item["item"] == NAME_ITEM and str(item["username"]).startswith(prefix)

        key = ("username", "item")
        sharded = ShardedQuery(self._client, index, request, partitions, key=key, without=is_duplicate)
        found, positions = sharded.read(limit, after)
        return CreatorPage(tuple(map(_creator, found)), positions)


def _index(query: CreatorQuery) -> Index:
    if query.prefix or query.sort is CreatorSort.NAME:
        return CREATORS_BY_NAME
    if query.sort is CreatorSort.ENGAGEMENT:
        return CREATORS_BY_ENGAGEMENT
    return CREATORS_BY_CATEGORY if query.category else CREATORS_BY_FOLLOWERS


def _request(query: CreatorQuery, index: Index) -> dict[str, Any]:
    sort = index.sort
    values: dict[str, Any] = {}
    key, filters = f"{index.partition} = :partition", []
    low, high = query.min_followers or 0, _MAX_FOLLOWERS if query.max_followers is None else query.max_followers
    if sort == "followers":
        key += " AND followers BETWEEN :low AND :high"
        values |= {":low": low, ":high": high}
    elif query.min_followers is not None or query.max_followers is not None:
        filters.append("followers BETWEEN :low AND :high")
        values |= {":low": low, ":high": high}
    if query.category and index is not CREATORS_BY_CATEGORY:
        filters.append("(category_key = :category OR category_name = :category)")
        values[":category"] = folded(query.category)
    if query.min_engagement is not None:
        if sort == "engagement_order":
            key += " AND engagement_order >= :engagement"
        else:
            filters.append("engagement_order >= :engagement")
        values[":engagement"] = query.min_engagement
    if sort == "name_key" and query.prefix:
        key += " AND begins_with(name_key, :prefix)"
        values[":prefix"] = folded(query.prefix)
    for attribute, wanted in (("#language", query.language), ("is_verified", query.verified)):
        if wanted is not None:
            filters.append(f"{attribute} = :{attribute.strip('#')}")
            values[f":{attribute.strip('#')}"] = wanted
    request: dict[str, Any] = {
        "IndexName": index.name,
        "KeyConditionExpression": key,
        "ExpressionAttributeValues": to_wire(values),
        "ScanIndexForward": sort == "name_key",
    }
    if filters:
        request["FilterExpression"] = " AND ".join(filters)
    if query.language is not None:
        request["ExpressionAttributeNames"] = {"#language": "language"}
    return request


def _creator(item: Item) -> ListedCreator:
    rate = item.get("engagement_order", UNKNOWN_RATE)
    return ListedCreator(
        username=item["username"],
        full_name=item.get("full_name", ""),
        followers=item["followers"],
        following=item.get("following"),
        posts_count=item.get("posts_count"),
        engagement_rate=None if rate == UNKNOWN_RATE else rate,
        is_verified=item.get("is_verified", False),
        category=item.get("category"),
        language=item.get("language"),
        profile_type=member(ProfileType, item.get("profile_type")) or ProfileType.SECONDARY,
        updated_at=datetime.fromisoformat(item["updated_at"]),
        image=decode_image(item),
    )
