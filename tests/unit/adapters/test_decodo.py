"""Profiles from Decodo in all shapes of the contract."""

import json
from typing import Any

import httpx
import pytest
from creator_search.domain.links import Link
from creator_search.domain.posts import MediaType, Post, ViewsKind
from creator_search.domain.upstream_errors import UpstreamNotConfigured, UpstreamPayloadInvalid

from infra.local.sandbox import wire
from infra.local.sandbox.creators import SyntheticCreator, creator, post
from tests.unit.adapters.provider import BASE, DEADLINE, Provider, decodo_body, minimal, ok


def with_shape(new: bool) -> SyntheticCreator:
    return next(c for c in (creator(f"name{n}") for n in range(100)) if c.new_shape is new)


@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_both_profile_shapes_give_the_same_profile(new: bool, as_text: bool) -> None:
    owner = with_shape(new)
    upstream = Provider(ok(decodo_body(wire.decodo_data(owner, BASE), as_text=as_text)))
    found = upstream.decodo().fetch_profile(owner.username, DEADLINE)
    assert (found.followers, found.following, found.posts_count) == (
        owner.followers,
        owner.following,
        owner.posts_count,
    )
    assert len(found.posts) == 12
    expected = [post(owner, n) for n in range(12)]
    assert [p.shortcode for p in found.posts] == [p.shortcode for p in expected]
    assert [p.likes for p in found.posts] == [None if p.likes < 0 else p.likes for p in expected]
    assert [p.views for p in found.posts] == [p.plays if new else p.views for p in expected]
    assert [p.caption for p in found.posts] == [p.caption for p in expected]
    assert [p.source_image_url for p in found.posts] == [wire.image_url(BASE, "post", p.shortcode) for p in expected]
    assert [p.is_pinned for p in found.posts] == [p.pinned for p in expected]
    assert [p.media_type is MediaType.REEL for p in found.posts] == [p.is_reel for p in expected]
    assert len(found.related) == 20
    [request] = upstream.requests
    assert request.headers["authorization"] == "Basic dG9rZW4="
    assert json.loads(request.content) == {"target": "instagram_graphql_profile", "query": owner.username}


def test_optional_fields_may_be_missing() -> None:
    found = Provider(ok(minimal())).decodo().fetch_profile("ada", DEADLINE)
    assert (found.followers, found.following, found.posts_count, found.posts) == (5, None, None, ())


def test_play_counts_are_preferred_and_hidden_likes_are_unknown() -> None:
    node = {"code": "x", "taken_at": 1, "play_count": 9, "video_view_count": 5, "like_count": -1, "caption": None}
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": {"media": node}}]})
    [found] = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts
    assert (found.views, found.views_kind, found.likes, found.caption) == (9, ViewsKind.PLAYS, None, "")


@pytest.mark.parametrize("counts", [{"play_count": None}, {"play_count": 0}, {"play_count": -1}, {}])
def test_without_plays_the_views_are_taken_and_named_so(counts: dict[str, int | None]) -> None:
    node = {"shortcode": "x", "taken_at_timestamp": 1, "is_video": True, "video_view_count": 5, **counts}
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": node}]})
    [found] = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts
    assert (found.views, found.views_kind) == (5, ViewsKind.VIEWS)


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
def test_an_optional_field_of_an_unexpected_type_is_ignored(drift: dict[str, Any]) -> None:
    assert Provider(ok(minimal(**drift))).decodo().fetch_profile("ada", DEADLINE).followers == 5


def test_links_that_are_not_web_pages_are_left_out() -> None:
    links = [{"url": "javascript:alert(1)"}, {"url": "https://a.test/"}, {"url": "data:text/html,x"}, {"title": "none"}]
    found = (
        Provider(ok(minimal(external_url="javascript:alert(1)", bio_links=links)))
        .decodo()
        .fetch_profile("ada", DEADLINE)
    )
    assert (found.external_url, found.links) == (None, (Link("https://a.test/"),))


def test_an_unpaired_surrogate_is_replaced_so_that_the_text_can_be_encoded() -> None:
    raw = json.dumps(minimal(biography="half \ud83d pair", full_name="whole \U0001f600")).encode()
    found = Provider(httpx.Response(200, content=raw)).decodo().fetch_profile("ada", DEADLINE)
    assert found.biography.encode() == "half \ufffd pair".encode()
    assert found.full_name == "whole \U0001f600"


def test_a_very_long_text_is_cut_to_the_limit_of_the_store() -> None:
    caption = "🌊" * 100_000
    edges = [{"node": {"code": "ok", "taken_at": 1, "caption": {"text": caption}}}]
    body = minimal(biography="b" * 10**6, edge_owner_to_timeline_media={"count": 1, "edges": edges})
    found = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE)
    assert found.biography == "b" * 65_536
    assert found.posts[0].caption == "🌊" * (65_536 // 4)


@pytest.mark.parametrize("code", ["../../etc", "a#b", "", "x" * 65, 7])
def test_a_post_with_a_code_that_is_invalid_in_a_key_is_left_out(code: Any) -> None:
    edges = [{"node": {"code": code, "taken_at": 1}}, {"node": {"code": "ok", "taken_at": 1}}]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": edges})
    assert [p.shortcode for p in Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts] == ["ok"]


def test_a_malformed_post_is_left_out_unless_all_posts_are_malformed() -> None:
    good, bad = {"code": "x", "taken_at": 1}, {"code": "y"}
    edges = [{"node": bad}, {"node": good}]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": edges})
    assert [p.shortcode for p in Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts] == ["x"]
    body = minimal(edge_owner_to_timeline_media={"count": 2, "edges": [{"node": bad}]})
    with pytest.raises(UpstreamPayloadInvalid, match="taken_at"):
        Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE)


def test_a_private_profile_has_its_counts_and_no_posts() -> None:
    found = Provider(ok(minimal(is_private=True))).decodo().fetch_profile("ada", DEADLINE)
    assert found.is_private and found.followers == 5 and found.posts == ()


@pytest.mark.parametrize(
    ("key", "header"),
    [("dG9rZW4=", "Basic dG9rZW4="), ("Basic dG9rZW4=", "Basic dG9rZW4="), ("name:word", "Basic bmFtZTp3b3Jk")],
)
def test_the_key_is_a_basic_token_or_a_name_and_a_password(key: str, header: str) -> None:
    upstream = Provider(ok(minimal()))
    upstream.decodo(key).fetch_profile("ada", DEADLINE)
    assert upstream.requests[0].headers["authorization"] == header


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_provider_is_not_called(key: str | None) -> None:
    upstream = Provider(ok(minimal()))
    with pytest.raises(UpstreamNotConfigured, match="No profile provider is configured"):
        upstream.decodo(key).fetch_profile("ada", DEADLINE)
    assert upstream.requests == []


@pytest.mark.parametrize("likes", [3, -1, 250])
def test_likes_that_are_hidden_are_unknown_whatever_their_count(likes: int) -> None:
    node = {"code": "x", "taken_at": 1, "like_count": likes, "like_and_view_counts_disabled": True}
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": node}]})
    [found] = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts
    assert found.likes is None


@pytest.mark.parametrize(("media_type", "views"), [(1, None), (8, None), (2, 0)])
def test_images_have_no_plays_although_they_arrive_with_0(media_type: int, views: int | None) -> None:
    node = {"code": "x", "taken_at": 1, "media_type": media_type, "play_count": 0}
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": node}]})
    [found] = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts
    assert found.views == views


def test_no_views_of_a_video_that_hides_its_counts_are_unknown() -> None:
    hidden = {"media_type": 2, "play_count": 0, "view_count": 0, "like_and_view_counts_disabled": True}
    assert (post_of(hidden).views, post_of({**hidden, "play_count": 9}).views) == (None, 9)


def test_an_empty_category_is_none() -> None:
    assert Provider(ok(minimal(category_name=""))).decodo().fetch_profile("ada", DEADLINE).category is None


def post_of(node: dict[str, Any]) -> Post:
    body = minimal(edge_owner_to_timeline_media={"count": 1, "edges": [{"node": {"taken_at": 1, "code": "x", **node}}]})
    [found] = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE).posts
    return found


CANDIDATES = {"candidates": [{"url": "https://i.test/first.jpg"}, {"url": "https://i.test/small.jpg"}]}


@pytest.mark.parametrize(
    "node",
    [
        {"image_versions2": CANDIDATES},
        {"image_versions": {"items": CANDIDATES["candidates"]}},
        {"image_versions": CANDIDATES},
        {"media_type": 8, "image_versions2": None, "carousel_media": [{"image_versions2": CANDIDATES}, {}]},
        {"media_type": 8, "carousel_media": [{"display_url": "https://i.test/first.jpg"}]},
    ],
)
def test_the_cover_is_found_in_every_shape(node: dict[str, Any]) -> None:
    assert post_of(node).source_image_url == "https://i.test/first.jpg"


def test_a_carousel_without_media_has_no_cover() -> None:
    assert post_of({"media_type": 8, "carousel_media": []}).source_image_url is None


@pytest.mark.parametrize("field", ["pinned_for_users", "timeline_pinned_user_ids", "clips_tab_pinned_user_ids"])
def test_a_post_is_pinned_in_the_timeline_or_among_the_reels(field: str) -> None:
    assert post_of({"timeline_pinned_user_ids": [], field: [1]}).is_pinned
    assert not post_of({"timeline_pinned_user_ids": [], field: []}).is_pinned


def test_videos_of_the_separate_timeline_are_posts_too() -> None:
    edges = [{"node": {"__typename": "GraphVideo", "shortcode": code, "taken_at_timestamp": 1}} for code in "ab"]
    body = minimal(
        edge_owner_to_timeline_media={"count": 1, "edges": edges[:1]}, edge_felix_video_timeline={"edges": edges}
    )
    found = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE)
    assert {(p.shortcode, p.media_type) for p in found.posts} == {("a", MediaType.VIDEO), ("b", MediaType.VIDEO)}


def test_related_accounts_are_found_under_both_names_each_once() -> None:
    related, chaining = (
        [{"node": {"username": name}} for name in names] for names in (["ben"], ["ben", "cleo", "ada"])
    )
    body = minimal(edge_related_profiles={"edges": related}, edge_chaining={"edges": chaining})
    found = Provider(ok(body)).decodo().fetch_profile("ada", DEADLINE)
    assert [account.username for account in found.related] == ["ben", "cleo"]
