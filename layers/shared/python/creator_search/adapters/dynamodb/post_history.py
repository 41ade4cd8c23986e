"""The counts of posts over time: one item per refresh for the young posts, and one for the old ones."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import batch_write, epoch, from_wire, is_expired, member, pages, to_wire
from creator_search.adapters.dynamodb.schema import TTL_ATTRIBUTE
from creator_search.adapters.dynamodb.schema.profiles import POINTS_END, POINTS_PREFIX, points_item, points_time
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.clock import Clock
from creator_search.domain.post_history import DENSE_FOR, PostPoint, is_young
from creator_search.domain.posts import Post, ViewsKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_POSTS_PER_ITEM = 2000
"""At most some 100 bytes each before compression: an item has at most 400 KB."""


class DynamoDBPostHistoryStore:
    """Implements PostHistoryStore."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str, clock: Clock) -> None:
        self._client = client
        self._table = profiles
        self._clock = clock

    def append_points(self, key: HistoryKey, posts: Sequence[Post], seen_at: datetime, *, is_weekly: bool) -> None:
        young = [post for post in posts if is_young(post, seen_at)]
        old = [post for post in posts if not is_young(post, seen_at)]
        expiry = None if is_weekly else epoch(seen_at + DENSE_FOR)
        items = [*_items(key, young, seen_at, "young", None), *_items(key, old, seen_at, "old", expiry)]
        batch_write(self._client, self._table, [{"PutRequest": {"Item": item}} for item in items])

    def load_points(
        self, key: HistoryKey, since: datetime, shortcode: str | None = None
    ) -> Mapping[str, Sequence[PostPoint]]:
        found: dict[str, list[PostPoint]] = {}
        now = self._clock()
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,  # a build reads the points that it has just stored
            KeyConditionExpression="username = :key AND #item BETWEEN :since AND :end",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":key": key, ":since": points_time(since), ":end": POINTS_END}),
        ):
            for item in map(from_wire, page["Items"]):
                if is_expired(item, now):
                    continue
                for code, point in _decode(item, shortcode):
                    found.setdefault(code, []).append(point)
        return found


def _items(
    key: HistoryKey, posts: Sequence[Post], seen_at: datetime, age: str, expiry: int | None
) -> Iterator[dict[str, Any]]:
    for part, start in enumerate(range(0, len(posts), _POSTS_PER_ITEM)):
        yield to_wire(
            {
                "username": key,
                "item": points_item(seen_at, age, part),
                "counts": _encode(posts[start : start + _POSTS_PER_ITEM]),
                TTL_ATTRIBUTE: expiry,
            }
        )


def _encode(posts: Sequence[Post]) -> bytes:
    """Compressed JSON: [likes, comments, views, kind of views] by shortcode, null for what is hidden or missing."""
    counts = {post.shortcode: [post.likes, post.comments, post.views, post.views_kind] for post in posts}
    return zlib.compress(json.dumps(counts, separators=(",", ":")).encode(), 9)


def _decode(item: Mapping[str, Any], shortcode: str | None) -> Iterator[tuple[str, PostPoint]]:
    """Yield the points of an item of any version: a later one may add values to the lists, or kinds of views."""
    if "counts" not in item:
        return
    seconds = item["item"].removeprefix(POINTS_PREFIX).split("#")[0]
    seen_at = datetime.fromtimestamp(int(seconds), UTC)
    counts = json.loads(zlib.decompress(bytes(item["counts"])))
    for code in counts if shortcode is None else {shortcode} & counts.keys():
        likes, comments, views, kind = (*counts[code], None, None, None, None)[:4]
        yield (
            code,
            PostPoint(
                seen_at=seen_at,
                likes=likes,
                comments=comments,
                views=views,
                views_kind=member(ViewsKind, kind),
            ),
        )
