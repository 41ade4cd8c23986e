"""Comments over moto: from a full build to the answer of the API."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, Queue
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import Comment, FetchedComment, FetchedComments
from creator_search.domain.posts import Post
from creator_search.domain.upstream_errors import UpstreamError, UpstreamRejected
from fastapi.testclient import TestClient

from infra.local.invocation import handler_of
from tests.fakes import FakeCommentSource
from tests.seeds import NOW, numbered_post, sqs_event, store_creator

Calls = Callable[[], list[str]]
NAMES = ("cleo", "dana.k")


def said(number: int) -> FetchedComments:
    texts = ["I love this, thank you so much @dana.k!", "So boring and bad", "😍😍", "@dana.k"] * number
    return FetchedComments(tuple(FetchedComment(text=text, username="cleo") for text in texts))


def posts(number: int) -> list[Post]:
    return [numbered_post(n, comments=24) for n in range(number)]


@pytest.fixture
def source(aws: dict[str, str]) -> FakeCommentSource:
    """The upstream of the process's container, with 24 comments a post."""
    made = FakeCommentSource({"": said(6)})
    process_container().__dict__["comment_source"] = made
    return made


def work(function: str, queue: Queue, body: dict[str, Any]) -> None:
    assert handler_of(FUNCTIONS[function])(sqs_event(queue, json.dumps(body))) == {"batchItemFailures": []}


def read_comments(**fields: Any) -> None:
    work("read_comments", Queue.COMMENTS, {"username": "ada", **fields})


def received(url: str) -> list[Any]:
    answer = process_container().sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return list(answer.get("Messages", []))


def sentiment(api: TestClient) -> Any:
    return api.get("/api/profile/ada/analytics").json()["comment_sentiment"]


def test_comments_are_read_analyzed_and_shown_without_names(
    api: TestClient, aws: dict[str, str], aws_calls: Calls, source: FakeCommentSource
) -> None:
    store_creator(*posts(8))
    assert sentiment(api)["notes"] == ["comment_sentiment: no comments have been read"]
    aws_calls()
    read_comments()
    # The profile, the stored comments and the posts are read. Before each write the creator may have been erased.
    assert aws_calls() == ["GetItem", "Query", "Query", *["GetItem", "PutItem"] * 6, "SendMessage"]
    assert len(source.calls) == 6
    [message] = received(aws["QUEUE_ANALYSIS"])
    work("analyze_posts", Queue.ANALYSIS, json.loads(message["Body"]))
    found = sentiment(api)
    assert found["sample_size"] == 6 * 18 and found["posts"] == 6 and found["read_at"]
    assert found["distribution"]["positive"] > found["distribution"]["negative"] > 0.3
    assert found["languages"] == [{"name": "en", "share": 1.0}] and found["notes"] == []
    stored = str(process_container().comment_store.load_comments(HistoryKey("ada")))
    assert "@user" in stored and not any(name in stored for name in NAMES)
    assert not any(name in api.get("/api/profile/ada/analytics").text for name in NAMES)
    aws_calls()
    read_comments()
    assert aws_calls() == ["GetItem", "Query", "Query"] and len(source.calls) == 6


def test_the_reason_of_a_final_failure_is_with_the_dead_letter(
    api: TestClient, aws: dict[str, str], source: FakeCommentSource
) -> None:
    store_creator(*posts(3))
    source.answers = {"": UpstreamRejected()}
    read_comments(attempt=3)
    [letter] = received(aws["QUEUE_COMMENTS_DEAD_LETTER"])
    assert json.loads(letter["Body"]) == {"username": "ada", "attempt": 3}
    reason = letter["MessageAttributes"]["reason"]["StringValue"]
    assert reason == "the comments of 3 of 3 posts were not read: The upstream API refused the request"
    read_comments(requested_at="yesterday")
    [letter] = received(aws["QUEUE_COMMENTS_DEAD_LETTER"])
    assert "requested_at" in letter["MessageAttributes"]["reason"]["StringValue"]


def test_a_failed_read_leaves_the_comments_that_are_stored(
    api: TestClient, aws: dict[str, str], source: FakeCommentSource
) -> None:
    store_creator(*posts(3))
    source.answers |= {"p00001": UpstreamError()}
    read_comments()
    found = process_container().comment_store.load_comments(HistoryKey("ada"))
    assert len(found) == 2 and "p00001" not in {comments.shortcode for comments in found}


def test_a_private_creators_comments_are_neither_read_nor_shown(
    api: TestClient, aws: dict[str, str], source: FakeCommentSource
) -> None:
    store_creator(*posts(3))
    read_comments()
    store_creator(*posts(3), is_private=True)
    found = sentiment(api)
    assert found["sample_size"] == found["posts"] == 0
    assert found["notes"] == ["comment_sentiment: the profile is private"]
    source.calls.clear()
    read_comments()
    assert source.calls == []


def test_the_key_of_the_hashes_is_read_from_the_secret_if_none_is_given(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMMENTER_SECRET")
    process_container.cache_clear()
    with pytest.raises(RuntimeError, match="COMMENTER_KEY"):
        _ = process_container().commenter_key
    monkeypatch.setenv("COMMENTER_SECRET", aws["COMMENTER_SECRET"])
    process_container.cache_clear()
    assert process_container().commenter_key == "another key for tests"


def test_rows_of_other_versions_are_read(aws: dict[str, str]) -> None:
    fields = [{"text": "a", "later": [1]}, {"by": "0f", "sentiment": "of a later version"}]
    packed = zlib.compress(json.dumps(fields).encode())
    rows: list[Any] = [
        {"item": {"S": "comments#000000000060#new"}, "comments": {"B": packed}, "later": {"M": {}}},
        {"item": {"S": "comments#000000000050#bare"}},
    ]
    for row in rows:
        process_container().dynamodb.put_item(TableName=aws["TABLE_PROFILES"], Item={"username": {"S": "ada"}, **row})
    store = process_container().comment_store
    new, bare = store.load_comments(HistoryKey("ada"))
    assert new.comments == (Comment(text="a"), Comment(text="", commenter="0f"))
    assert bare.shortcode == "bare" and bare.comments == ()
    again = replace(bare, read_at=NOW, comments=(Comment(text="b"),))
    store.save_comments(HistoryKey("ada"), again)
    assert store.load_comments(HistoryKey("ada")) == [new, again]
