"""The upstream clients against every shape and failure that the contract names."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from creator_search.adapters.decodo import DecodoSource
from creator_search.adapters.rapidapi import RapidApiSource
from creator_search.adapters.upstream import HttpUpstream
from creator_search.domain.errors import (
    ProfileNotFound,
    UpstreamError,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
)
from creator_search.domain.profiles import MediaType

from infra.local.sandbox import wire
from infra.local.sandbox.creators import Creator, creator, post
from tests.fakes import START, FakeClock

BASE = "http://upstream.test"
DEADLINE = START + timedelta(minutes=10)
Answer = Callable[[httpx.Request], httpx.Response]


class Upstream:
    """Answers in order, the last one for ever; keeps the requests."""

    def __init__(self, *answers: Answer | httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.clock = FakeClock()

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def _http(self) -> HttpUpstream:
        client = httpx.Client(transport=httpx.MockTransport(self._handle))
        return HttpUpstream(client, timeout_seconds=30, clock=self.clock)

    def decodo(self) -> DecodoSource:
        return DecodoSource(self._http(), base_url=BASE, token="dG9rZW4=", clock=self.clock, sleep=self.clock.sleep)

    def rapidapi(self) -> RapidApiSource:
        return RapidApiSource(self._http(), base_url=BASE, host="", key="key", clock=self.clock, sleep=self.clock.sleep)


def with_shape(new: bool) -> Creator:
    return next(c for c in (creator(f"name{n}") for n in range(100)) if c.new_shape is new)


def decodo_body(data: Any, *, as_text: bool = False) -> dict[str, Any]:
    content: Any = {"data": data}
    return {"results": [{"content": json.dumps(content) if as_text else content, "status_code": 200}]}


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_both_profile_shapes_give_the_same_profile(new: bool, as_text: bool) -> None:
    owner = with_shape(new)
    upstream = Upstream(ok(decodo_body(wire.decodo_data(owner, BASE), as_text=as_text)))
    found = upstream.decodo().profile(owner.username, DEADLINE)
    assert (found.followers, found.following, found.posts_count) == (
        owner.followers,
        owner.following,
        owner.posts_count,
    )
    assert len(found.posts) == 12 and found.has_more_posts
    expected = [post(owner, n) for n in range(12)]
    assert [p.shortcode for p in found.posts] == [p.shortcode for p in expected]
    assert [p.likes for p in found.posts] == [None if p.likes < 0 else p.likes for p in expected]
    assert [p.views for p in found.posts] == [p.views for p in expected]
    assert [p.caption for p in found.posts] == [p.caption for p in expected]
    assert [p.is_pinned for p in found.posts] == [p.pinned for p in expected]
    assert [p.media_type is MediaType.REEL for p in found.posts] == [p.is_reel for p in expected]
    assert len(found.related) == 20
    [request] = upstream.requests
    assert request.headers["authorization"] == "Basic dG9rZW4="
    assert json.loads(request.content) == {"target": "instagram_graphql_profile", "query": owner.username}


def minimal(**user: Any) -> dict[str, Any]:
    return decodo_body({"user": {"username": "ada", "edge_followed_by": {"count": 5}, **user}})


def test_what_is_not_needed_may_be_missing() -> None:
    found = Upstream(ok(minimal())).decodo().profile("ada", DEADLINE)
    assert (found.followers, found.following, found.posts_count, found.posts) == (5, None, None, ())


def test_play_counts_are_preferred_and_hidden_likes_are_unknown() -> None:
    node = {"code": "x", "taken_at": 1, "play_count": 9, "video_view_count": 5, "like_count": -1, "caption": None}
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": {"media": node}}]})
    [found] = Upstream(ok(body)).decodo().profile("ada", DEADLINE).posts
    assert (found.views, found.likes, found.caption) == (9, None, "")


@pytest.mark.parametrize(
    "drift",
    [
        {"profile_pic_url_hd": {"url": 1}},
        {"edge_follow": "many"},
        {"bio_links": {"url": "x"}},
        {"is_verified": "perhaps"},
        {"biography": ["a"]},
        {"edge_owner_to_timeline_media": []},
        {"edge_owner_to_timeline_media": {"edges": "none", "count": 10**30}},
        {"edge_related_profiles": {"edges": [None, 1, {"node": None}]}},
    ],
)
def test_drift_in_what_is_not_needed_is_ignored(drift: dict[str, Any]) -> None:
    assert Upstream(ok(minimal(**drift))).decodo().profile("ada", DEADLINE).followers == 5


def test_links_that_are_not_web_pages_are_left_out() -> None:
    links = [{"url": "javascript:alert(1)"}, {"url": "https://a.test/"}, {"url": "data:text/html,x"}, {"title": "none"}]
    found = Upstream(ok(minimal(external_url="javascript:alert(1)", bio_links=links))).decodo().profile("ada", DEADLINE)
    assert (found.external_url, found.bio_links) == (None, ("https://a.test/",))


def test_texts_that_could_not_be_written_down_again_are_mended() -> None:
    raw = json.dumps(minimal(biography="half \ud83d pair", full_name="whole \U0001f600")).encode()
    found = Upstream(httpx.Response(200, content=raw)).decodo().profile("ada", DEADLINE)
    assert found.biography.encode() == "half \ufffd pair".encode()
    assert found.full_name == "whole \U0001f600"


def test_a_text_without_end_is_cut_to_what_a_store_can_hold() -> None:
    caption = "🌊" * 100_000
    edges = [{"node": {"code": "ok", "taken_at": 1, "caption": {"text": caption}}}]
    body = minimal(biography="b" * 10**6, edge_owner_to_timeline_media={"count": 1, "edges": edges})
    found = Upstream(ok(body)).decodo().profile("ada", DEADLINE)
    assert found.biography == "b" * 65_536
    assert found.posts[0].caption == "🌊" * (65_536 // 4)


@pytest.mark.parametrize("code", ["../../etc", "a#b", "", "x" * 65, 7])
def test_a_post_whose_code_could_not_name_a_row_or_an_image_is_left_out(code: Any) -> None:
    edges = [{"node": {"code": code, "taken_at": 1}}, {"node": {"code": "ok", "taken_at": 1}}]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": edges})
    assert [p.shortcode for p in Upstream(ok(body)).decodo().profile("ada", DEADLINE).posts] == ["ok"]


def test_a_drifted_post_costs_only_itself_unless_all_are() -> None:
    good, bad = {"code": "x", "taken_at": 1}, {"code": "y"}
    edges = [{"node": bad}, {"node": good}]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": edges})
    assert [p.shortcode for p in Upstream(ok(body)).decodo().profile("ada", DEADLINE).posts] == ["x"]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": [{"node": bad}]})
    with pytest.raises(UpstreamPayloadInvalid, match="taken_at"):
        Upstream(ok(body)).decodo().profile("ada", DEADLINE)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "results"),
        ({"results": []}, "results"),
        ({"results": [{"content": ""}]}, "content"),
        ({"results": [{"content": "{"}]}, "content"),
        ({"results": [{"content": {}}]}, "content"),
        (decodo_body({}), "data.user"),
        (decodo_body({"user": {"username": "ada"}}), "edge_followed_by.count"),
        (decodo_body({"user": {"username": "ada", "edge_followed_by": {"count": "many"}}}), "edge_followed_by.count"),
        (minimal(username="somebody_else"), "username"),
        ([1], "results"),
    ],
)
def test_a_missing_field_is_named_and_the_call_tried_five_times(body: Any, field: str) -> None:
    upstream = Upstream(ok(body))
    with pytest.raises(UpstreamPayloadInvalid, match=field):
        upstream.decodo().profile("ada", DEADLINE)
    assert len(upstream.requests) == 5


@pytest.mark.parametrize(
    "failure",
    [
        *(httpx.Response(status, json={}) for status in (400, 500, 502, 503, 524)),
        ok({"results": [{"content": "", "status_code": 613}]}),
        ok({"status": "failed"}),
        ok({"status_code": 613}),
        httpx.Response(200, content=b"<<< garbage"),
        httpx.Response(302, headers={"location": "http://elsewhere.test"}),
    ],
)
def test_a_failure_that_can_pass_is_tried_again(failure: httpx.Response) -> None:
    upstream = Upstream(failure, ok(minimal()))
    assert upstream.decodo().profile("ada", DEADLINE).followers == 5
    assert len(upstream.requests) == 2
    assert timedelta(seconds=1) <= upstream.clock() - START <= timedelta(seconds=30)


def test_a_connection_that_breaks_is_tried_again() -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("broken", request=request)

    upstream = Upstream(breaks, ok(minimal()))
    assert upstream.decodo().profile("ada", DEADLINE).followers == 5


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_again(status: int) -> None:
    upstream = Upstream(httpx.Response(status))
    with pytest.raises(UpstreamRejected):
        upstream.decodo().profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_a_second_of_too_many_calls_is_waited_out_as_long_as_the_upstream_says() -> None:
    slow_down = httpx.Response(429, headers={"Retry-After": "7"}, json={"message": "per second"})
    upstream = Upstream(slow_down, ok(minimal()))
    upstream.decodo().profile("ada", DEADLINE)
    assert upstream.clock() - START == timedelta(seconds=7)


def test_a_used_up_month_is_not_waited_out() -> None:
    upstream = Upstream(httpx.Response(429, json={"message": "You have exceeded the MONTHLY quota"}))
    with pytest.raises(UpstreamQuotaExhausted):
        upstream.decodo().profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_no_call_is_made_past_the_deadline() -> None:
    upstream = Upstream(httpx.Response(500))
    with pytest.raises(UpstreamError):
        upstream.decodo().profile("ada", START + timedelta(seconds=2))
    assert upstream.clock() <= START + timedelta(seconds=2)


@pytest.mark.parametrize(
    "evidence",
    [
        httpx.Response(404, json={"message": "not found"}),
        ok(decodo_body({"user": None})),
        ok({"results": [{"content": "", "status_code": 404}]}),
    ],
)
def test_only_explicit_evidence_says_that_a_profile_does_not_exist(evidence: httpx.Response) -> None:
    upstream = Upstream(evidence)
    with pytest.raises(ProfileNotFound):
        upstream.decodo().profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_some_servers_404_page_is_no_evidence() -> None:
    page = httpx.Response(404, html="<h1>Not Found</h1>")
    with pytest.raises(UpstreamError):
        Upstream(page).decodo().profile("ada", DEADLINE)


def test_a_private_profile_has_its_counts_and_no_posts() -> None:
    found = Upstream(ok(minimal(is_private=True))).decodo().profile("ada", DEADLINE)
    assert found.is_private and found.followers == 5 and found.posts == ()


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
def test_similar_accounts_come_in_three_shapes(body: Any) -> None:
    upstream = Upstream(ok(body))
    found = upstream.rapidapi().similar("ada", DEADLINE)
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
        (httpx.Response(500), UpstreamError),
    ],
)
def test_similar_makes_one_attempt_and_says_what_went_wrong(answer: httpx.Response, error: type[Exception]) -> None:
    upstream = Upstream(answer)
    with pytest.raises(error):
        upstream.rapidapi().similar("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_nobody_similar_is_an_empty_list() -> None:
    assert Upstream(ok([])).rapidapi().similar("ada", DEADLINE) == ()
    assert Upstream(ok({})).rapidapi().similar("ada", DEADLINE) == ()


def test_reels_are_read_page_by_page_up_to_the_limit() -> None:
    owner = creator("ada")

    def page(request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        return ok(wire.reels_page(owner, form["pagination_token"], BASE))

    upstream = Upstream(page)
    found = upstream.rapidapi().reels("ada", 30, DEADLINE)
    expected = [p for p in (post(owner, n) for n in range(owner.posts_count)) if p.is_reel][:30]
    assert [p.shortcode for p in found] == [p.shortcode for p in expected]
    assert len(upstream.requests) == -(-len(expected) // 12)


def test_a_page_token_that_repeats_ends_the_reading() -> None:
    reel = {"node": {"media": {"code": "x", "taken_at": 1}}}
    upstream = Upstream(ok({"reels": [reel], "pagination_token": "again"}))
    assert len(upstream.rapidapi().reels("ada", 100, DEADLINE)) == 1
    assert len(upstream.requests) == 2


def test_reels_without_their_list_name_it() -> None:
    with pytest.raises(UpstreamPayloadInvalid, match="reels"):
        Upstream(ok({"pagination_token": None})).rapidapi().reels("ada", 10, DEADLINE)


def test_a_body_without_end_is_cut_off() -> None:
    def endless() -> Any:
        while True:
            yield bytes(1024 * 1024)

    upstream = Upstream(lambda _: httpx.Response(200, content=endless()))
    with pytest.raises(UpstreamPayloadInvalid, match="too large"):
        upstream.rapidapi().similar("ada", DEADLINE)
