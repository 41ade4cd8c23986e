"""Posts in DynamoDB: `post#<taken_at>#<shortcode>` beside their creator's profile, and an index by engagement."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb import (
    Item,
    batch_write,
    collect,
    from_wire,
    get,
    iso,
    pages,
    set_where_exists,
    to_wire,
)
from creator_search.adapters.dynamodb_profiles import PROFILE_ITEM, stored_profile
from creator_search.domain.browsing import PostPage, PostPosition, PostQuery, PostSort
from creator_search.domain.profiles import MediaType, Post, PostAnalysis, Sentiment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "posts_by_engagement"
_WALK_AT_ONCE = 250
_HIDDEN = -1
"""Sorts posts whose engagement is not known behind all others."""
_AFTER_EVERY_POST = "post#~"


class DynamoDBPostStore:
    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def save(self, username: str, posts: Sequence[Post]) -> None:
        writes: list[Any] = [{"PutRequest": {"Item": to_wire(_post_item(username, p))}} for p in posts]
        batch_write(self._client, self._table, writes)

    def newest(self, username: str) -> Iterator[Post]:
        for page in pages(self._client.query, **self._all(username), Limit=_WALK_AT_ONCE):
            for item in page["Items"]:
                yield _post(from_wire(item))

    def count(self, username: str) -> int:
        return sum(page["Count"] for page in pages(self._client.query, **self._all(username), Select="COUNT"))

    def _all(self, username: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "username = :username AND begins_with(#item, :post)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": to_wire({":username": username, ":post": "post#"}),
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }

    def page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        # The profile's key follows the posts': the newest posts' page has it on top, at no further call.
        profile_on_top = after is None and query.sort is PostSort.RECENT and query.until is None
        request = self._request(username, query, profile_on_top)
        wanted = limit + 1 + profile_on_top
        found, start = collect(self._client, request, wanted, _start_key(username, after))
        profile: Item | None = None
        if profile_on_top:
            profile = found.pop(0) if found and found[0]["item"] == PROFILE_ITEM else None
        elif after is None:
            profile = get(self._client, self._table, {"username": username, "item": PROFILE_ITEM})
        next_page = None
        if len(found) > limit:
            next_page = _position(found[limit - 1], query.sort)
        elif start:
            next_page = _position(start, query.sort)
        posts = tuple(_post(i) for i in found[:limit])
        return PostPage(posts, next_page, stored_profile(profile) if profile else None)

    def _request(self, username: str, query: PostQuery, profile_on_top: bool) -> dict[str, Any]:
        values: dict[str, Any] = {":username": username}
        names: dict[str, str] = {}
        conditions: list[str] = []
        request: dict[str, Any] = {"TableName": self._table, "ScanIndexForward": False}
        if query.sort is PostSort.RECENT:
            names["#item"] = "item"
            values[":low"] = f"post#{_seconds(query.since):012d}" if query.since else "post#"
            until = f"post#{_seconds(query.until):012d}#~" if query.until else _AFTER_EVERY_POST
            values[":high"] = PROFILE_ITEM if profile_on_top else until
            request["KeyConditionExpression"] = "username = :username AND #item BETWEEN :low AND :high"
        else:
            request |= {"IndexName": INDEX, "KeyConditionExpression": "username = :username"}
            for name, at, comparison in (("since", query.since, ">="), ("until", query.until, "<=")):
                if at:
                    conditions.append(f"taken_at {comparison} :{name}")
                    values[f":{name}"] = _seconds(at)
        for attribute, wanted in (
            ("media_type", query.media_type),
            ("ai_content_category", query.category),
            ("ai_sentiment", query.sentiment),
            ("ai_language_code", query.language),
        ):
            if wanted is not None:
                conditions.append(f"{attribute} = :{attribute}")
                values[f":{attribute}"] = str(wanted)
        if conditions:
            passes = " AND ".join(conditions)
            request["FilterExpression"] = f"attribute_exists(profile_type) OR ({passes})" if profile_on_top else passes
        if names:
            request["ExpressionAttributeNames"] = names
        return {**request, "ExpressionAttributeValues": to_wire(values)}

    def without_image(self, username: str, limit: int) -> Sequence[Post]:
        found: list[Post] = []
        request = self._all(username)
        request["FilterExpression"] = "attribute_not_exists(image_key) AND attribute_exists(source_image_url)"
        for page in pages(self._client.query, **request):
            found += [_post(from_wire(i)) for i in page["Items"]]
            if len(found) >= limit:
                break
        return found[:limit]

    def set_image(self, username: str, post: Post) -> None:
        where = {"username": username, "item": _post_key(post)}
        set_where_exists(
            self._client, self._table, where, {"image_key": post.image_key, "image_version": post.image_version}
        )

    def set_analysis(self, username: str, post: Post) -> None:
        where = {"username": username, "item": _post_key(post)}
        none = dict.fromkeys(f"ai_{name}" for name in PostAnalysis.__dataclass_fields__)
        set_where_exists(self._client, self._table, where, analysis_fields(post.analysis) or none)


def _seconds(at: datetime) -> int:
    return max(0, int(at.timestamp()))


def _start_key(username: str, after: PostPosition | None) -> Any:
    if after is None:
        return None
    return to_wire({"username": username, "item": after.key, "engagement_count": after.engagement})


def _position(item: Item, sort: PostSort) -> PostPosition:
    return PostPosition(item["item"], item["engagement_count"] if sort is PostSort.ENGAGEMENT else None)


def _post_key(post: Post) -> str:
    return f"post#{int(post.taken_at.timestamp()):012d}#{post.shortcode}"


def _post_item(username: str, post: Post) -> dict[str, Any]:
    fields = asdict(post)
    del fields["analysis"]
    fields["media_type"] = post.media_type.value
    fields["taken_at"] = int(post.taken_at.timestamp())
    item = {"username": username, "item": _post_key(post), **fields}
    item["engagement_count"] = _HIDDEN if post.engagement is None else post.engagement
    return item | analysis_fields(post.analysis)


def _post(item: Item) -> Post:
    fields = {k: v for k, v in item.items() if k in Post.__dataclass_fields__}
    fields["media_type"] = MediaType(item["media_type"])
    fields["taken_at"] = datetime.fromtimestamp(item["taken_at"], tz=UTC)
    return Post(**fields, analysis=analysis_of(item))


def analysis_fields(analysis: PostAnalysis | None) -> dict[str, Any]:
    """As attributes of an item; none without an analysis."""
    if analysis is None:
        return {}
    fields = {f"ai_{name}": value for name, value in asdict(analysis).items()}
    sentiment = analysis.sentiment.value if analysis.sentiment else None
    return {**fields, "ai_sentiment": sentiment, "ai_analyzed_at": iso(analysis.analyzed_at)}


def analysis_of(item: Item) -> PostAnalysis | None:
    """From the attributes of an item."""
    if "ai_analyzed_at" not in item:
        return None
    fields: dict[str, Any] = {name: item.get(f"ai_{name}") for name in PostAnalysis.__dataclass_fields__}
    fields["sentiment"] = Sentiment(item["ai_sentiment"]) if "ai_sentiment" in item else None
    fields["analyzed_at"] = datetime.fromisoformat(item["ai_analyzed_at"])
    return PostAnalysis(**fields)
