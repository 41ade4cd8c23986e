"""Creators by followers, engagement, category and name: indexes over the profiles table, never a scan."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb import Item, collect, iso, to_wire
from creator_search.domain.jobs import ProfileType
from creator_search.domain.search import Creator, CreatorPage, CreatorPosition, CreatorQuery, CreatorSort, folded
from creator_search.domain.stored import StoredProfile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAME_ITEM = "name"
_LISTED = "creator"
_UNKNOWN = -1
"""Sorts creators whose engagement is not known behind all others."""
_MAX_FOLLOWERS = 10**15


def index_keys(profile: StoredProfile) -> dict[str, Any]:
    """What makes a profile found; nothing of it on a private one."""
    if profile.upstream.is_private:
        return {}
    return {
        **_filtered_by(profile),
        "listed": _LISTED,
        "listed_name": _LISTED,
        "name_key": profile.upstream.username,
        "category_key": folded(profile.upstream.category or "") or None,
    }


def name_item(profile: StoredProfile) -> dict[str, Any]:
    """The item beside a profile by which its full name is found."""
    found = profile.upstream
    item = {
        "username": found.username,
        "item": NAME_ITEM,
        "updated_at": iso(profile.updated_at),
        "followers": found.followers,
        "full_name": found.full_name,
    }
    name = folded(found.full_name)
    if found.is_private or not name:
        return item
    return item | {
        **_filtered_by(profile),
        "following": found.following,
        "posts_count": found.posts_count,
        "is_verified": found.is_verified,
        "category": found.category,
        "category_name": folded(found.category or "") or None,
        "language": profile.language,
        "profile_type": profile.profile_type.value,
        "image_key": profile.image_key,
        "image_version": profile.image_version,
        "listed_name": _LISTED,
        # A key holds at most 1024 bytes.
        "name_key": name[:200],
    }


def _filtered_by(profile: StoredProfile) -> dict[str, Any]:
    rate = profile.engagement.engagement_rate
    return {"engagement_order": _UNKNOWN if rate is None else rate}


class DynamoDBCreatorIndex:
    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        index = _index(query)
        request = {"TableName": self._table, **_request(query, index)}
        prefix = folded(query.prefix or "")

        def is_double(item: Item) -> bool:
            """Found by its username already."""
            return item["item"] == NAME_ITEM and str(item["username"]).startswith(prefix)

        found, start = collect(self._client, request, limit + 1, to_wire(after) if after else None, without=is_double)
        position = None
        if len(found) > limit:
            position = _position(found[limit - 1], index)
        elif start:
            position = _position(start, index)
        return CreatorPage(tuple(_creator(i) for i in found[:limit]), position)


def _index(query: CreatorQuery) -> str:
    if query.prefix or query.sort is CreatorSort.NAME:
        return "creators_by_name"
    if query.sort is CreatorSort.ENGAGEMENT:
        return "creators_by_engagement"
    return "creators_by_category" if query.category else "creators_by_followers"


_KEYS = {
    "creators_by_name": ("listed_name", "name_key"),
    "creators_by_engagement": ("listed", "engagement_order"),
    "creators_by_category": ("category_key", "followers"),
    "creators_by_followers": ("listed", "followers"),
}


def _position(item: Item, index: str) -> CreatorPosition:
    return {name: item[name] for name in ("username", "item", *_KEYS[index])}


def _request(query: CreatorQuery, index: str) -> dict[str, Any]:
    partition, sort = _KEYS[index]
    values: dict[str, Any] = {":partition": _LISTED}
    key, filters = f"{partition} = :partition", []
    low, high = query.min_followers or 0, _MAX_FOLLOWERS if query.max_followers is None else query.max_followers
    if sort == "followers":
        key += " AND followers BETWEEN :low AND :high"
        values |= {":low": low, ":high": high}
    elif query.min_followers is not None or query.max_followers is not None:
        filters.append("followers BETWEEN :low AND :high")
        values |= {":low": low, ":high": high}
    if index == "creators_by_category":
        values[":partition"] = folded(query.category or "")
    elif query.category:
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
        "IndexName": index,
        "KeyConditionExpression": key,
        "ExpressionAttributeValues": to_wire(values),
        "ScanIndexForward": sort == "name_key",
    }
    if filters:
        request["FilterExpression"] = " AND ".join(filters)
    if query.language is not None:
        request["ExpressionAttributeNames"] = {"#language": "language"}
    return request


def _creator(item: Item) -> Creator:
    rate = item["engagement_order"]
    return Creator(
        username=item["username"],
        full_name=item.get("full_name", ""),
        followers=item["followers"],
        following=item.get("following"),
        posts_count=item.get("posts_count"),
        engagement_rate=None if rate == _UNKNOWN else rate,
        is_verified=item["is_verified"],
        category=item.get("category"),
        language=item.get("language"),
        profile_type=ProfileType(item["profile_type"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        image_key=item.get("image_key"),
        image_version=item.get("image_version"),
    )
