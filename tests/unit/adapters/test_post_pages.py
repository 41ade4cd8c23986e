"""Posts from RapidAPI, page by page."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.upstream_errors import UpstreamError, UpstreamNotConfigured, UpstreamPayloadInvalid

from tests.unit.adapters.provider import BASE, DEADLINE, Provider, ok

ADA = Owner("ada", "17")
NEWEST = 1_700_000_000


def node(number: int, **fields: Any) -> dict[str, Any]:
    """A post of ada taken this many days before the newest one."""
    user = {"pk": "17", "username": "ada"}
    return {"node": {"code": f"p{number}", "taken_at": NEWEST - 86_400 * number, "user": user, **fields}}


def page(*nodes: dict[str, Any], token: str | None = None) -> httpx.Response:
    return ok({"posts": list(nodes), "pagination_token": token})


def codes(found: FetchedPosts) -> list[str]:
    return [post.shortcode for post in found.posts]


def day(number: int) -> datetime:
    return datetime.fromtimestamp(NEWEST - 86_400 * number, UTC)


def test_posts_are_read_page_by_page_up_to_the_limit_and_are_complete_back_to_the_last_one() -> None:
    upstream = Provider(page(node(0), node(1), token="t1"), page(node(2), node(3), token="t2"))
    found = upstream.rapidapi().fetch_posts(ADA, 3, DEADLINE)
    assert (codes(found), found.complete_since, found.failure) == (["p0", "p1", "p2"], day(2), None)
    forms = [dict(httpx.QueryParams(request.content.decode())) for request in upstream.requests]
    assert forms == [
        {"username_or_url": "ada", "pagination_token": "", "amount": "3"},
        {"username_or_url": "ada", "pagination_token": "t1", "amount": "1"},
    ]
    assert {str(request.url) for request in upstream.requests} == {f"{BASE}/get_ig_user_posts.php"}


@pytest.mark.parametrize(
    "body",
    [
        {"posts": [node(0), node(1)]},
        {"posts": [{"node": {"media": node(0)["node"]}}, node(1)["node"]], "pagination_token": ""},
        {"data": {"posts": [node(0), node(1)], "pagination_token": None}, "status": "ok"},
    ],
)
def test_a_page_is_read_in_every_shape(body: dict[str, Any]) -> None:
    found = Provider(ok(body)).rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (codes(found), found.complete_since) == (["p0", "p1"], day(1))


def test_pinned_posts_do_not_say_how_far_the_page_is_complete() -> None:
    pinned = node(900, timeline_pinned_user_ids=[17])
    upstream = Provider(page(pinned, node(0), node(1), token="t"), page(node(2), pinned))
    found = upstream.rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (codes(found), found.complete_since) == (["p900", "p0", "p1", "p2"], day(2))


def test_when_a_later_page_fails_the_earlier_ones_are_kept_with_the_reason() -> None:
    upstream = Provider(page(node(0), node(1), token="t1"), httpx.Response(403))
    found = upstream.rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (codes(found), found.complete_since) == (["p0", "p1"], day(1))
    assert found.notes("posts") == ("posts: The upstream API refused the request, after 2",)
    with pytest.raises(UpstreamError):
        Provider(httpx.Response(403)).rapidapi().fetch_posts(ADA, 100, DEADLINE)


def test_posts_of_other_owners_are_left_out_of_every_page_and_counted_once() -> None:
    foreign = node(5, user={"pk": "99", "username": "ben"})
    upstream = Provider(page(foreign, node(0), token="t1"), page(foreign, node(6, user={"pk": "98"})))
    found = upstream.rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (codes(found), found.complete_since) == (["p0"], day(0))
    assert found.foreign == {"p5", "p6"}


@pytest.mark.parametrize("repeated", [[], [node(0)]], ids=["empty", "the same posts"])
def test_reading_ends_at_a_page_without_new_posts_although_it_names_another(repeated: list[dict[str, Any]]) -> None:
    upstream = Provider(page(node(0), token="t0"), *(page(*repeated, token=f"t{n}") for n in range(1, 60)))
    found = upstream.rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (codes(found), len(upstream.requests)) == (["p0"], 2)


def test_a_creator_without_posts_has_none() -> None:
    found = Provider(page()).rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert (found.posts, found.complete_since) == ((), None)


@pytest.mark.parametrize("body", [{}, {"posts": None}, {"posts": {}}, [], {"reels": []}, {"data": None}])
def test_an_answer_without_the_list_names_it_and_is_not_retried(body: Any) -> None:
    upstream = Provider(ok(body))
    with pytest.raises(UpstreamPayloadInvalid, match="posts"):
        upstream.rapidapi().fetch_posts(ADA, 100, DEADLINE)
    assert len(upstream.requests) == 1


def test_a_list_of_nulls_is_a_failure_and_not_a_creator_without_posts() -> None:
    with pytest.raises(UpstreamPayloadInvalid):
        Provider(ok({"posts": [None]})).rapidapi().fetch_posts(ADA, 100, DEADLINE)


def test_reels_do_not_say_how_far_the_posts_are_complete() -> None:
    reels = ok({"reels": [{"node": {"media": node(0)["node"]}}]})
    found = Provider(reels).rapidapi().fetch_reels(ADA, 100, DEADLINE)
    assert (codes(found), found.complete_since) == (["p0"], None)


def test_without_a_key_the_provider_is_not_called() -> None:
    upstream = Provider(page())
    with pytest.raises(UpstreamNotConfigured):
        upstream.rapidapi(None).fetch_posts(ADA, 100, DEADLINE)
    with pytest.raises(UpstreamNotConfigured):
        upstream.rapidapi(None).fetch_profile("ada", DEADLINE)
    assert upstream.requests == []
