"""Similar accounts and reels from RapidAPI in all shapes of the contract."""

from typing import Any

import httpx
import pytest
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.posts import TakenAtSource, time_of_shortcode
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamNotConfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
)

from infra.local.sandbox import wire
from infra.local.sandbox.creators import creator, post
from tests.unit.adapters.provider import BASE, DEADLINE, Provider, ok

ACCOUNTS = [{"username": "Ben", "full_name": "Ben B", "profile_pic_url": "http://i.test/b.jpg"}, {"username": "cleo"}]


@pytest.mark.parametrize(
    "body",
    [
        ACCOUNTS,
        {"data": ACCOUNTS},
        {"1": ACCOUNTS[1], "0": ACCOUNTS[0]},
        [*ACCOUNTS, {"username": "ben"}, {"nothing": 1}, {"username": "not valid!"}, {"username": "ada"}, 7],
    ],
)
def test_similar_accounts_are_read_from_all_three_shapes(body: Any) -> None:
    upstream = Provider(ok(body))
    found = upstream.rapidapi().fetch_similar("ada", DEADLINE)
    assert [(a.username, a.name) for a in found] == [("ben", "Ben B"), ("cleo", "")]
    [request] = upstream.requests
    assert request.url.params["username_or_url"] == "ada"
    assert request.headers["x-rapidapi-key"] == "key" and request.headers["x-rapidapi-host"] == "upstream.test"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ok({"error": "User not found"}), ProfileNotFound),
        (ok({"error": "try later"}), UpstreamError),
        (ok({"error": "MONTHLY quota exceeded"}), UpstreamQuotaExhausted),
        (ok({"unknown": "shape"}), UpstreamPayloadInvalid),
        (ok("text"), UpstreamPayloadInvalid),
        (ok([{"account": {"username": "ben"}}, None]), UpstreamPayloadInvalid),
        (ok({"data": None}), UpstreamPayloadInvalid),
        (ok({"accounts": None}), UpstreamPayloadInvalid),
        (ok([None]), UpstreamPayloadInvalid),
        (ok({"data": [], "status": "fail", "message": "Please wait a few minutes"}), UpstreamError),
        (ok({"data": [], "success": False, "message": "User not found"}), ProfileNotFound),
        (httpx.Response(500), UpstreamError),
    ],
)
def test_similar_accounts_are_requested_once_and_each_failure_has_its_error(
    answer: httpx.Response, error: type[Exception]
) -> None:
    upstream = Provider(answer)
    with pytest.raises(error):
        upstream.rapidapi().fetch_similar("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_an_empty_answer_means_no_similar_accounts() -> None:
    assert Provider(ok([])).rapidapi().fetch_similar("ada", DEADLINE) == ()
    assert Provider(ok({})).rapidapi().fetch_similar("ada", DEADLINE) == ()
    assert Provider(ok([{"username": "ada"}])).rapidapi().fetch_similar("ada", DEADLINE) == ()


def test_reels_are_read_page_by_page_up_to_the_limit() -> None:
    owner = creator("ada")

    def page(request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        return ok(wire.reels_page(owner, form["pagination_token"], BASE))

    upstream = Provider(page)
    found = upstream.rapidapi().fetch_reels(Owner("ada"), 30, DEADLINE).posts
    expected = [p for p in (post(owner, n) for n in range(owner.posts_count)) if p.is_reel][:30]
    assert [p.shortcode for p in found] == [p.shortcode for p in expected]
    assert len(upstream.requests) == -(-len(expected) // 12)


def test_reading_ends_at_a_repeated_page_token() -> None:
    reel = {"node": {"media": {"code": "x", "taken_at": 1}}}
    upstream = Provider(ok({"reels": [reel], "pagination_token": "again"}))
    assert len(upstream.rapidapi().fetch_reels(Owner("ada"), 100, DEADLINE).posts) == 1
    assert len(upstream.requests) == 2


@pytest.mark.parametrize("token", [True, {"next": 1}, ["t"], 0, ""])
def test_what_is_no_text_or_number_names_no_further_page(token: Any) -> None:
    upstream = Provider(ok({"reels": [{"node": {"media": {"code": "x", "taken_at": 1}}}], "pagination_token": token}))
    assert len(upstream.rapidapi().fetch_reels(Owner("ada"), 100, DEADLINE).posts) == 1
    assert len(upstream.requests) == 1


def test_an_answer_without_the_list_of_reels_names_the_missing_field() -> None:
    with pytest.raises(UpstreamPayloadInvalid, match="reels"):
        Provider(ok({"pagination_token": None})).rapidapi().fetch_reels(Owner("ada"), 10, DEADLINE)


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_provider_is_not_called(key: str | None) -> None:
    upstream = Provider(ok([]))
    with pytest.raises(UpstreamNotConfigured):
        upstream.rapidapi(key).fetch_similar("ada", DEADLINE)
    with pytest.raises(UpstreamNotConfigured, match="no provider of further posts is configured"):
        upstream.rapidapi(key).fetch_reels(Owner("ada"), 10, DEADLINE)
    assert upstream.requests == []


def test_reels_without_time_and_caption_have_the_time_of_their_shortcode() -> None:
    undated = {"code": "DVb9x2jjQ7-", "product_type": "clips", "play_count": 9, "like_count": 1}
    dated = {**undated, "code": "DVb9x2jjQ70", "taken_at": 1_700_000_000}
    without_id = {**undated, "code": "y"}
    reels = [{"node": {"media": media}} for media in (undated, dated, without_id)]
    first, second = Provider(ok({"reels": reels})).rapidapi().fetch_reels(Owner("ada"), 10, DEADLINE).posts
    assert (first.taken_at, first.taken_at_source) == (time_of_shortcode("DVb9x2jjQ7-"), TakenAtSource.SHORTCODE)
    assert (first.caption, first.views) == ("", 9)
    assert (second.taken_at.timestamp(), second.taken_at_source) == (1_700_000_000, TakenAtSource.UPSTREAM)


@pytest.mark.parametrize("key", ["²", "1" * 5000])
def test_keys_that_are_no_positions_are_a_failure_of_the_provider(key: str) -> None:
    with pytest.raises(UpstreamPayloadInvalid):
        Provider(ok({key: {"username": "ben"}})).rapidapi().fetch_similar("ada", DEADLINE)
