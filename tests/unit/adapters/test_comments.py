"""Comments from RapidAPI in all shapes that clients of it know."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from creator_search.domain.comments import FetchedComment, FetchedComments
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamNotConfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
    UpstreamThrottled,
)

from infra.local.sandbox.comments import page as comments_page
from tests.unit.adapters.provider import DEADLINE, Provider, ok

SECONDS = 1_768_000_000
AT = datetime.fromtimestamp(SECONDS, UTC)
OWNED = {"text": " Lovely 👏 ", "created_at": SECONDS, "owner": {"username": "Ben", "id": "12"}}
USED = {"text": "Lovely 👏", "created_at": SECONDS, "user": {"username": "Ben", "pk": 12}, "pk": "7", "like_count": 3}
LOVELY = FetchedComment(text="Lovely 👏", written_at=AT, account_id="12", username="Ben")


def fetch(upstream: Provider, limit: int = 100, key: str | None = "key") -> FetchedComments:
    return upstream.comments(key).fetch_comments("Cx_1-", limit, DEADLINE)


@pytest.mark.parametrize(
    "body",
    [
        {"comments": [OWNED]},
        {"comments": [USED], "pagination_token": "next"},
        {"data": {"comments": [USED]}},
        {"data": [OWNED]},
        {"data": {"items": [USED], "count": 1}},
        {"comments": {"edges": [{"node": OWNED}]}},
        {"comments": {"0": OWNED}},
        [USED],
        {"comments": [OWNED | {"created_at": SECONDS * 1000}]},
        {"comments": [OWNED | {"created_at": str(SECONDS)}]},
        {"comments": [OWNED | {"created_at": AT.isoformat()}]},
        {"comments": [OWNED | {"created_at": AT.replace(tzinfo=None).isoformat()}]},
        {"comments": [{"text": None}, {"owner": {}}, 7, None, {"text": " "}, {"text": 5}, OWNED]},
    ],
)
def test_comments_are_read_from_every_shape_without_those_that_have_no_text(body: Any) -> None:
    upstream = Provider(ok(body))
    assert fetch(upstream) == FetchedComments((LOVELY,))
    [request] = upstream.requests
    assert request.method == "GET" and request.url.path == "/get_post_comments.php"
    assert dict(request.url.params) == {"media_code": "Cx_1-", "sort_order": "recent"}
    assert request.headers["x-rapidapi-key"] == "key" and request.headers["x-rapidapi-host"] == "upstream.test"


@pytest.mark.parametrize(
    ("entry", "expected", "missing"),
    [
        ({"text": "a"}, FetchedComment(text="a"), ("created_at", "owner")),
        ({"text": "a", "created_at": "soon", "owner": 5}, FetchedComment(text="a"), ("created_at", "owner")),
        ({"text": "a", "created_at": -(10**18)}, FetchedComment(text="a"), ("created_at", "owner")),
        ({"text": "a", "owner": {"id": "3"}}, FetchedComment(text="a", account_id="3"), ("created_at",)),
        (
            {"text": "a", "created_at": SECONDS, "user": {"username": "ben", "pk": None}},
            FetchedComment(text="a", written_at=AT, username="ben"),
            (),
        ),
    ],
)
def test_fields_that_no_comment_has_are_named(entry: Any, expected: FetchedComment, missing: tuple[str, ...]) -> None:
    assert fetch(Provider(ok({"comments": [entry]}))) == FetchedComments((expected,), missing)


def test_a_field_that_one_comment_has_is_not_missing() -> None:
    assert fetch(Provider(ok([{"text": "a"}, OWNED]))).missing == ()


def test_text_that_utf_8_cannot_encode_is_replaced() -> None:
    body = httpx.Response(200, content=b'{"comments": [{"text": "a\\ud83d"}]}')
    assert [comment.text for comment in fetch(Provider(body)).comments] == ["a\ufffd"]


def test_no_more_comments_than_the_limit_are_returned_in_the_order_of_the_upstream() -> None:
    body = {"comments": [{"text": str(n)} for n in range(50)]}
    assert [comment.text for comment in fetch(Provider(ok(body)), limit=3).comments] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "answer",
    [
        ok({"comments": []}),
        ok({"data": {"comments": []}}),
        ok([]),
        ok({"error": "Media not found or unavailable"}),
        ok({"error": "The post does not exist"}),
        httpx.Response(404, json={"message": "This post was deleted"}),
    ],
)
def test_a_post_without_comments_and_one_that_does_not_exist_have_none(answer: httpx.Response) -> None:
    assert fetch(Provider(answer)) == FetchedComments(())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ok({"unknown": "shape"}), UpstreamPayloadInvalid),
        (ok({"data": {"data": {"data": {"data": {"data": []}}}}}), UpstreamPayloadInvalid),
        (ok({"comments": "none"}), UpstreamPayloadInvalid),
        (ok({"comments": None}), UpstreamPayloadInvalid),
        (ok({"data": None}), UpstreamPayloadInvalid),
        (ok([None]), UpstreamPayloadInvalid),
        (ok({"comments": [], "status": "fail", "message": "Please wait a few minutes"}), UpstreamError),
        (ok({}), UpstreamPayloadInvalid),
        (ok("text"), UpstreamPayloadInvalid),
        (ok({"error": "data not found. Please try again later."}), UpstreamError),
        (ok({"error": "rate limit per second"}), UpstreamThrottled),
        (httpx.Response(429, json={"message": "per second"}), UpstreamThrottled),
        (httpx.Response(500), UpstreamError),
    ],
)
def test_a_failure_that_can_pass_is_tried_five_times(answer: httpx.Response, error: type[UpstreamError]) -> None:
    upstream = Provider(answer)
    with pytest.raises(error):
        fetch(upstream)
    assert len(upstream.requests) == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ok({"error": "MONTHLY quota exceeded"}), UpstreamQuotaExhausted),
        (httpx.Response(429, json={"message": "You have exceeded the MONTHLY quota"}), UpstreamQuotaExhausted),
        (httpx.Response(403), UpstreamRejected),
        (httpx.Response(404, json={"message": "Endpoint '/post' does not exist"}), UpstreamMisconfigured),
        (
            httpx.Response(404, content="<p>Media not found", headers={"content-type": "text/html"}),
            UpstreamMisconfigured,
        ),
    ],
)
def test_a_failure_that_lasts_is_raised_at_once(answer: httpx.Response, error: type[UpstreamError]) -> None:
    upstream = Provider(answer)
    with pytest.raises(error):
        fetch(upstream)
    assert len(upstream.requests) == 1


def test_comments_without_any_text_name_the_missing_field() -> None:
    with pytest.raises(UpstreamPayloadInvalid, match=r"comments\.text"):
        fetch(Provider(ok({"comments": [{"id": 1}, {"comment": "b"}]})))


def test_without_a_key_nothing_is_called() -> None:
    upstream = Provider(ok([]))
    with pytest.raises(UpstreamNotConfigured):
        fetch(upstream, key=None)
    assert upstream.requests == []


def test_the_comments_of_the_sandbox_are_read_in_both_of_its_shapes() -> None:
    codes = [f"C{n}abcdefghi" for n in range(20)]
    bodies = [comments_page(code) for code in codes]
    assert {next(iter(body)) for body in bodies} == {"comments", "data"}
    for body in bodies:
        found = fetch(Provider(ok(body)))
        assert 20 <= len(found.comments) <= 60 and found.missing == ()
        assert all(comment.account_id and comment.username and comment.written_at for comment in found.comments)


@pytest.mark.parametrize("wrong", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", -(10**11), 10**30])
def test_a_comment_with_a_time_that_cannot_be_has_none(wrong: Any) -> None:
    found = fetch(Provider(ok({"comments": [OWNED | {"created_at": wrong}, OWNED]})))
    assert [comment.written_at for comment in found.comments] == [None, AT]


@pytest.mark.parametrize("key", ["²", "1" * 5000])
def test_keys_that_are_no_positions_are_a_failure_of_the_provider(key: str) -> None:
    with pytest.raises(UpstreamPayloadInvalid):
        fetch(Provider(ok({"comments": {key: OWNED}})))
