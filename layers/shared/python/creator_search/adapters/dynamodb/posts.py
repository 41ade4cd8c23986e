"""Posts in DynamoDB, in the same partition as their creator's profile, and an index of them by engagement."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    batch_write,
    collect,
    from_wire,
    get,
    pages,
    set_where_exists,
    to_wire,
)
from creator_search.adapters.dynamodb.post_rows import NO_ANALYSIS, decode_post, encode_analysis, encode_post
from creator_search.adapters.dynamodb.profile_rows import decode_profile, image_attributes
from creator_search.adapters.dynamodb.schema.profiles import (
    POST_END,
    POST_PREFIX,
    POSTS_BY_ENGAGEMENT,
    PROFILE_ITEM,
    post_item,
    post_time,
)
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery, PostSort
from creator_search.domain.posts import Post

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READ_AT_ONCE = 250
_KEYS_AT_ONCE = 100
_MAX_BATCHES = 10
"""With a filter, one page by engagement examines at most these many batches of posts."""


class DynamoDBPostStore:
    """Implements PostStore."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def save_posts(self, key: HistoryKey, posts: Sequence[Post]) -> None:
        writes: list[Any] = [{"PutRequest": {"Item": to_wire(encode_post(key, p))}} for p in posts]
        batch_write(self._client, self._table, writes)

    def load_post(self, key: HistoryKey, shortcode: str) -> Post | None:
        request = self._all(key)
        request["FilterExpression"] = "shortcode = :shortcode"
        request["ExpressionAttributeValues"] |= to_wire({":shortcode": shortcode})
        for page in pages(self._client.query, **request):
            for item in page["Items"]:
                return decode_post(from_wire(item))
        return None

    def newest_posts(self, key: HistoryKey) -> Iterator[Post]:
        for page in pages(self._client.query, **self._all(key), Limit=_READ_AT_ONCE):
            for item in page["Items"]:
                yield decode_post(from_wire(item))

    def count_posts(self, key: HistoryKey) -> int:
        return sum(page["Count"] for page in pages(self._client.query, **self._all(key), Select="COUNT"))

    def _all(self, key: HistoryKey) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "username = :username AND begins_with(#item, :post)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": to_wire({":username": key, ":post": POST_PREFIX}),
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }

    def load_first_page(self, username: str, query: PostQuery, limit: int) -> PostPage:
        # The key of the profile sorts after the keys of the posts, so the page of the newest posts can start with it,
        # without another call, unless the history is in another partition.
        with_profile = query.sort is PostSort.RECENT and query.until is None
        page: PostPage | None = None
        if with_profile:
            found, start = collect(self._client, self._request(username, query, with_profile=True), limit + 2, None)
            item: Item | None = found.pop(0) if found and found[0]["item"] == PROFILE_ITEM else None
            page = _page(found, start, query, limit)
        else:
            item = get(self._client, self._table, {"username": username, "item": PROFILE_ITEM})
        profile = decode_profile(item) if item else None
        if profile is None:
            return PostPage((), None, None)
        if page is None or profile.history_key != username:
            page = self.load_page(profile.history_key, query, limit, None)
        return replace(page, profile=profile)

    def load_page(self, key: HistoryKey, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        if query.sort is PostSort.ENGAGEMENT:
            return self._load_by_engagement(key, query, limit, after)
        request = self._request(key, query, with_profile=False)
        found, start = collect(self._client, request, limit + 1, _start_key(key, after))
        return _page(found, start, query, limit)

    def position_of(self, post: Post) -> PostPosition:
        return PostPosition(post_item(post.taken_at, post.shortcode))

    def _load_by_engagement(
        self, key: HistoryKey, query: PostQuery, limit: int, after: PostPosition | None
    ) -> PostPage:
        """The index has only the keys of the posts, so that a change of anything else is not written twice. The posts
        are read by their keys, and filtered here."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": POSTS_BY_ENGAGEMENT.name,
            "KeyConditionExpression": "username = :username",
            "ExpressionAttributeValues": to_wire({":username": key}),
            "ScanIndexForward": False,
        }
        start: Any = _start_key(key, after)
        found: list[tuple[Item, Post]] = []
        for _ in range(_MAX_BATCHES):
            at_once = min(_KEYS_AT_ONCE, _KEYS_AT_ONCE if query.filters else limit + 1 - len(found))
            with failing_as(StoreUnavailable):
                page = self._client.query(**request, Limit=at_once, **({"ExclusiveStartKey": start} if start else {}))
            entries = [from_wire(wire) for wire in page["Items"]]
            posts = self._load_posts(key, [entry["item"] for entry in entries])
            found += [(e, posts[e["item"]]) for e in entries if e["item"] in posts and query.admits(posts[e["item"]])]
            start = page.get("LastEvaluatedKey")
            if not start or len(found) > limit:
                break
        last = found[limit - 1][0] if len(found) > limit else from_wire(start) if start else None
        after = _position(last, query.sort) if last else None
        return PostPage(tuple(post for _, post in found[:limit]), after, None)

    def _load_posts(self, key: HistoryKey, items: Sequence[str]) -> dict[str, Post]:
        """Return the existing posts by their sort keys."""
        if not items:
            return {}
        keys = [to_wire({"username": key, "item": item}) for item in items]
        rows = batch_get(self._client, {self._table: {"Keys": keys}}).get(self._table, [])
        return {row["item"]: decode_post(row) for row in rows}

    def _request(self, partition: str, query: PostQuery, *, with_profile: bool) -> dict[str, Any]:
        """Return the Query for the newest posts."""
        until = f"{post_time(query.until)}#~" if query.until else POST_END
        values: dict[str, Any] = {
            ":username": partition,
            ":low": post_time(query.since) if query.since else POST_PREFIX,
            ":high": PROFILE_ITEM if with_profile else until,
        }
        conditions: list[str] = []
        request: dict[str, Any] = {
            "TableName": self._table,
            "ScanIndexForward": False,
            "KeyConditionExpression": "username = :username AND #item BETWEEN :low AND :high",
            "ExpressionAttributeNames": {"#item": "item"},
        }
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
            request["FilterExpression"] = f"attribute_exists(profile_type) OR ({passes})" if with_profile else passes
        return {**request, "ExpressionAttributeValues": to_wire(values)}

    def posts_without_image(self, key: HistoryKey, limit: int) -> Sequence[Post]:
        found: list[Post] = []
        request = self._all(key)
        request["FilterExpression"] = "attribute_not_exists(image_key) AND attribute_exists(source_image_url)"
        for page in pages(self._client.query, **request):
            found += [decode_post(from_wire(i)) for i in page["Items"]]
            if len(found) >= limit:
                break
        return found[:limit]

    def set_post_image(self, key: HistoryKey, post: Post) -> None:
        set_where_exists(self._client, self._table, _key(key, post), image_attributes(post.image))

    def set_post_analysis(self, key: HistoryKey, post: Post) -> None:
        attributes = encode_analysis(post.analysis) or NO_ANALYSIS
        unchanged = {"caption": post.caption}
        set_where_exists(self._client, self._table, _key(key, post), attributes, unchanged)


def _page(found: list[dict[str, Any]], start: Item | None, query: PostQuery, limit: int) -> PostPage:
    next_page = None
    if len(found) > limit:
        next_page = _position(found[limit - 1], query.sort)
    elif start:
        next_page = _position(start, query.sort)
    return PostPage(tuple(decode_post(item) for item in found[:limit]), next_page, None)


def _key(key: HistoryKey, post: Post) -> dict[str, str]:
    return {"username": key, "item": post_item(post.taken_at, post.shortcode)}


def _start_key(key: HistoryKey, after: PostPosition | None) -> Any:
    if after is None:
        return None
    return to_wire({"username": key, "item": after.key, "engagement_count": after.engagement})


def _position(item: Item, sort: PostSort) -> PostPosition:
    return PostPosition(item["item"], item["engagement_count"] if sort is PostSort.ENGAGEMENT else None)
