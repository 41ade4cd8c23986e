"""Comments of the newest posts, in the partition of their creator's history: one item per post."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import (
    Item,
    epoch,
    format_time,
    from_wire,
    is_expired,
    member,
    pages,
    parse_time,
    put_if,
    set_where_exists,
    to_wire,
)
from creator_search.adapters.dynamodb.schema.profiles import COMMENTS_PREFIX, comments_item
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.clock import Clock
from creator_search.domain.comments import KEPT_FOR, MAX_COMMENTED_POSTS, Comment, PostComments
from creator_search.domain.posts import Sentiment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBCommentStore:
    """Implements CommentStore. The comments of a post are compressed JSON, which takes about half the
    write units of attributes."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str, clock: Clock) -> None:
        self._client = client
        self._table = profiles
        self._clock = clock

    def save_comments(self, key: HistoryKey, comments: PostComments) -> None:
        condition, values = "attribute_not_exists(read_at) OR read_at < :read_at", {":read_at": _read_at(comments)}
        put_if(self._client, self._table, _encode(key, comments), condition, None, values)

    def set_comment_analyses(self, key: HistoryKey, comments: PostComments) -> None:
        values = {"comments": _packed(comments.comments), "analysis_version": comments.analysis_version}
        unchanged = {"read_at": _read_at(comments)}
        set_where_exists(self._client, self._table, _key(key, comments), values, unchanged)

    def load_comments(self, key: HistoryKey) -> Sequence[PostComments]:
        found: list[PostComments] = []
        for page in pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="username = :key AND begins_with(#item, :comments)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":key": key, ":comments": COMMENTS_PREFIX}),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=MAX_COMMENTED_POSTS,
        ):
            items = [from_wire(wire) for wire in page["Items"]]
            found += [_decode(item) for item in items if not is_expired(item, self._clock())]
            if len(found) >= MAX_COMMENTED_POSTS:
                break
        return found[:MAX_COMMENTED_POSTS]


def _key(key: HistoryKey, comments: PostComments) -> dict[str, str]:
    return {"username": key, "item": comments_item(comments.taken_at, comments.shortcode)}


def _read_at(comments: PostComments) -> str | None:
    return format_time(comments.read_at)


def _encode(key: HistoryKey, comments: PostComments) -> dict[str, Any]:
    return {
        **_key(key, comments),
        "read_at": _read_at(comments),
        "comments": _packed(comments.comments),
        "missing": list(comments.missing),
        "analysis_version": comments.analysis_version,
        "expires_at": epoch(comments.read_at + KEPT_FOR),
    }


def _packed(comments: Sequence[Comment]) -> bytes:
    fields = [
        {
            "text": comment.text,
            "at": comment.written_at and epoch(comment.written_at),
            "by": comment.commenter,
            "sentiment": comment.sentiment,
            "score": comment.sentiment_score,
            "language": comment.language_code,
        }
        for comment in comments
    ]
    given = [{name: value for name, value in found.items() if value is not None} for found in fields]
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(errors="replace"))


def _decode(item: Item) -> PostComments:
    _, taken_at, shortcode = item["item"].split("#", 2)
    return PostComments(
        shortcode=shortcode,
        taken_at=datetime.fromtimestamp(int(taken_at), UTC),
        read_at=parse_time(item.get("read_at")) or datetime.fromtimestamp(0, UTC),
        comments=tuple(map(_decode_comment, _unpacked(item))),
        missing=tuple(item.get("missing", ())),
        analysis_version=item.get("analysis_version"),
    )


def _unpacked(item: Item) -> list[Item]:
    packed = item.get("comments")
    found: list[Item] = json.loads(zlib.decompress(packed.value)) if packed else []
    return found


def _decode_comment(fields: Item) -> Comment:
    comment = Comment(
        text=fields.get("text", ""),
        commenter=fields.get("by"),
        sentiment=member(Sentiment, fields.get("sentiment")),
        sentiment_score=fields.get("score"),
        language_code=fields.get("language"),
    )
    return replace(comment, written_at=datetime.fromtimestamp(fields["at"], UTC)) if "at" in fields else comment
