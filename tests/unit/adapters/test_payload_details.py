"""Details of posts and profiles in every shape in which they were recorded, and how far a page of posts is complete."""

from datetime import UTC, datetime
from typing import Any

import pytest
from creator_search.adapters.upstreams.instagram import parse_profile, parse_related
from creator_search.adapters.upstreams.posts import parse_posts
from creator_search.domain.contacts import Contact, ContactSource
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.links import Link
from creator_search.domain.posts import Location, Music, Post, time_of_shortcode
from creator_search.domain.upstream_errors import UpstreamPayloadInvalid

ADA = Owner("ada")
BUSINESS, BIO = ContactSource.BUSINESS, ContactSource.BIOGRAPHY
DATED = {"taken_at": 1_700_000_000}
OLD = {
    "__typename": "GraphSidecar",
    "shortcode": "Cx1",
    "taken_at_timestamp": 1_700_000_000,
    "location": {"id": "213", "has_public_page": True, "name": "Odayam Beach", "slug": "odayam-beach"},
    "edge_media_to_tagged_user": {"edges": [{"node": {"user": {"id": "1", "username": "Ben"}, "x": 0.5, "y": 0.5}}]},
    "edge_media_to_sponsor_user": {"edges": [{"node": {"sponsor": {"id": "2", "username": "shop"}}}]},
    "coauthor_producers": [{"id": "3", "username": "cleo"}],
    "edge_sidecar_to_children": {
        "edges": [
            {"node": {"edge_media_to_tagged_user": {"edges": [{"node": {"user": {"username": "dana"}}}]}}},
            {"node": {"edge_media_to_tagged_user": {"edges": [{"node": {"user": {"username": "ben"}}}]}}},
        ]
    },
    "video_duration": 12.5,
    "accessibility_caption": "Photo by Ada. May be an image of a beach.",
    "clips_music_attribution_info": {"artist_name": "Band", "song_name": "Song", "uses_original_audio": False},
}
NEW = {
    **DATED,
    "code": "Cx1",
    "media_type": 8,
    "location": {"pk": 213, "name": "Odayam Beach", "city": "Varkala", "lat": 8.7123456789, "lng": 76.7},
    "usertags": {"in": [{"user": {"pk": 1, "username": "ben"}, "position": [0.5, 0.5]}]},
    "sponsor_tags": [{"permission": False, "sponsor": {"pk": 2, "username": "shop"}}],
    "coauthor_producers": [{"pk": 3, "username": "cleo"}],
    "carousel_media_count": 2,
    "carousel_media": [{"usertags": {"in": [{"user": {"username": "dana"}}]}}, {"usertags": None}],
    "video_duration": 12.5,
    "accessibility_caption": "Photo by Ada. May be an image of a beach.",
    "reshare_count": 42,
    "clips_metadata": None,
    "music_metadata": {
        "music_info": {"music_asset_info": {"title": "Song", "display_artist": "Band"}},
        "original_sound_info": None,
    },
}


def parsed(**fields: Any) -> Post:
    [post] = parse_posts([{"code": "Cx1", **DATED, **fields}], ADA).posts
    return post


@pytest.mark.parametrize("payload", [OLD, NEW])
def test_both_shapes_give_the_same_details(payload: dict[str, Any]) -> None:
    [post] = parse_posts([payload], ADA).posts
    assert post.location and (post.location.name, post.location.id) == ("Odayam Beach", "213")
    assert post.tagged_users == ("ben", "dana")
    assert (post.sponsors, post.co_authors) == (("shop",), ("cleo",))
    assert (post.carousel_count, post.duration_seconds) == (2, 12.5)
    assert post.music == Music(title="Song", artist="Band")
    assert post.alt_text == "Photo by Ada. May be an image of a beach."
    assert post.shares == (42 if payload is NEW else None)


def test_a_location_keeps_its_city_and_coordinates() -> None:
    assert parsed(location=NEW["location"]).location == Location(
        name="Odayam Beach", id="213", city="Varkala", latitude=8.712346, longitude=76.7
    )


def test_an_original_audio_is_music_of_the_account_that_made_it() -> None:
    sound = {"original_audio_title": "Original audio", "ig_artist": {"username": "ada"}}
    post = parsed(clips_metadata={"music_info": None, "original_sound_info": sound}, music_metadata=None)
    assert post.music == Music(title="Original audio", artist="ada")


def test_details_that_the_upstream_does_not_give_are_null() -> None:
    post = parsed(
        location=None, usertags=None, coauthor_producers=None, music_metadata={"music_info": None}, carousel_media=None
    )
    given = (post.location, post.tagged_users, post.co_authors, post.sponsors, post.music, post.carousel_count)
    assert (*given, post.duration_seconds, post.shares, post.alt_text) == (None,) * 9


@pytest.mark.parametrize("owner", [{"owner": {"username": "ben"}}, {"user": {"username": "ben"}}])
def test_of_a_post_of_another_account_its_owner_is_a_co_author_and_the_creator_is_none(owner: dict[str, Any]) -> None:
    assert parsed(**owner, coauthor_producers=[{"username": "ada"}, {"username": "cleo"}]).co_authors == ("ben", "cleo")
    assert parsed(owner={"username": "ada"}, coauthor_producers=[{"username": "cleo"}]).co_authors == ("cleo",)
    assert parsed(owner={"username": "ada"}, coauthor_producers=[]).co_authors == ()


def test_an_empty_value_gives_way_to_the_next_field_that_has_one() -> None:
    found = parse_profile(
        timeline(is_business_account=True, business_email="", public_email="a@b.example"), "ada", "decodo"
    )
    assert found.contact == Contact("a@b.example", BUSINESS)


def test_an_empty_list_of_accounts_is_known_to_be_empty() -> None:
    post = parsed(edge_media_to_tagged_user={"edges": []}, coauthor_producers=[], sponsor_tags=[])
    assert (post.tagged_users, post.co_authors, post.sponsors) == ((), (), ())


@pytest.mark.parametrize(
    "hostile",
    [
        {"location": {"name": "x" * 100_000, "lat": 1e-300, "lng": float("nan")}},
        {"location": {"name": " "}},
        {"location": "Paris"},
        {"usertags": {"in": [None, 1, {"user": None}, {"user": {"username": "not a name"}}]}},
        {"usertags": []},
        {"coauthor_producers": {"username": "x"}},
        {"coauthor_producers": [{"username": f"u{n}"} for n in range(5_000)]},
        {"video_duration": -1},
        {"video_duration": "long"},
        {"reshare_count": -1},
        {"carousel_media": [1, None]},
        {"clips_metadata": {"music_info": {"music_asset_info": {"title": 1}}}},
    ],
)
def test_a_detail_that_is_not_valid_costs_only_itself(hostile: dict[str, Any]) -> None:
    post = parsed(caption={"text": "Hello"}, **hostile)
    assert post.caption == "Hello"
    assert post.location is None or (len(post.location.name) <= 500 and post.location.latitude == 0)
    assert not post.tagged_users and len(post.co_authors or ()) <= 100
    assert (post.duration_seconds, post.shares, post.music) == (None, None, None)


def timeline(*nodes: dict[str, Any], **user: Any) -> dict[str, Any]:
    edges = [{"node": node} for node in nodes]
    media = {"count": 500, "edges": edges}
    return {"user": {"edge_followed_by": {"count": 5}, "edge_owner_to_timeline_media": media, **user}}


def dated(code: str, taken_at: int, **fields: Any) -> dict[str, Any]:
    return {"shortcode": code, "taken_at_timestamp": taken_at, **fields}


def test_the_page_of_the_timeline_is_complete_back_to_its_last_post() -> None:
    pinned = dated("p", 1_500_000_000, pinned_for_users=[{"id": "1"}])
    videos = {"edges": [{"node": dated("v", 1_400_000_000)}]}  # a separate timeline of older videos
    # A payload without the pins: the first post is older than its position.
    unmarked = dated("u", 1_550_000_000)
    for first in (pinned, unmarked):
        data = timeline(first, dated("a", 1_700_000_000), dated("b", 1_690_000_000), edge_felix_video_timeline=videos)
        found = parse_profile(data, "ada", "decodo")
        assert found.complete_since == datetime.fromtimestamp(1_690_000_000, UTC)
        assert len(found.posts) == 4


def test_without_a_page_of_posts_it_is_not_known_how_far_they_are_complete() -> None:
    assert parse_profile(timeline(), "ada", "decodo").complete_since is None
    assert parse_profile(timeline(dated("a", 1_700_000_000), is_private=True), "ada", "decodo").complete_since is None


@pytest.mark.parametrize(
    ("user", "is_professional", "contact"),
    [
        ({"is_business_account": True, "business_email": "a@b.example"}, True, Contact("a@b.example", BUSINESS)),
        ({"is_professional_account": True, "public_email": "a@b.example"}, True, Contact("a@b.example", BUSINESS)),
        ({"account_type": 3, "biography": "Hi!\nMail: a.b+c@d-e.example."}, True, Contact("a.b+c@d-e.example", BIO)),
        ({"account_type": 2, "business_email": "none", "biography": "see x@y"}, True, None),
        ({"is_professional_account": False, "biography": "a@b.example"}, False, None),
        ({"account_type": 1, "business_email": "a@b.example"}, False, None),
        ({"business_email": "a@b.example"}, None, None),
    ],
)
def test_only_a_professional_account_has_a_contact(
    user: dict[str, Any], is_professional: bool | None, contact: Contact | None
) -> None:
    found = parse_profile(timeline(**user), "ada", "decodo")
    assert (found.is_professional, found.contact) == (is_professional, contact)


def test_links_keep_their_titles() -> None:
    links = [{"url": "https://a.test/", "title": " Shop "}, {"url": "https://b.test/", "title": ""}]
    found = parse_profile(timeline(bio_links=links), "ada", "decodo")
    assert found.links == (Link("https://a.test/", "Shop"), Link("https://b.test/"))


def test_related_accounts_keep_their_followers() -> None:
    accounts = [{"username": "ben", "edge_followed_by": {"count": 7}}, {"username": "cleo", "follower_count": 8}]
    found = parse_related([*accounts, {"username": "dana"}], excluding="ada")
    assert [account.followers for account in found] == [7, 8, None]


def test_the_largest_profile_fits_into_an_item_of_the_store() -> None:
    text = "字" * 100_000
    links = [{"url": "https://a.test/" + text[:600], "title": text} for _ in range(100)]
    user = {"full_name": text, "biography": text, "category_name": text, "profile_pic_url": "https://a.test/" + text}
    found = parse_profile(timeline(bio_links=links, **user), "ada", "decodo")
    parts = (found.full_name, found.biography, found.category, found.source_image_url, *map(str, found.links))
    assert found.links and sum(len(str(part).encode()) for part in parts) < 300_000


def test_counts_that_no_account_can_have_are_not_known() -> None:
    user = {"username": "ada", "follower_count": 5, "following_count": -1, "media_count": -1}
    found = parse_profile({"user": user}, "ada", "decodo")
    assert (found.following, found.posts_count) == (None, None)


@pytest.mark.parametrize("count", [True, False, "1_000", "1,234", "1.2M", "+5", "٥", "many", 1.5, float("nan"), 10**30])
def test_what_states_no_number_is_not_one(count: Any) -> None:
    post = parsed(like_count=count, comment_count=count, video_view_count=count, reshare_count=count)
    assert (post.likes, post.comments, post.views, post.shares) == (None, None, None, None)
    assert parsed(edge_media_preview_like={"count": count}).likes is None
    user = {"username": "ada", "follower_count": 5, "following_count": count, "media_count": count}
    assert parse_profile({"user": user}, "ada", "decodo").following is None
    with pytest.raises(UpstreamPayloadInvalid, match="follower"):
        parse_profile({"user": {**user, "follower_count": count}}, "ada", "decodo")


@pytest.mark.parametrize("count", [1234, 1234.0, "1234", " 1234 "])
def test_a_whole_number_is_one_as_text_too(count: Any) -> None:
    assert parsed(like_count=count).likes == 1234


@pytest.mark.parametrize("caption", ["Hello", {"text": "Hello"}, {"text": "Hello", "pk": 1}])
def test_a_caption_is_a_text_or_an_object_with_one(caption: Any) -> None:
    assert parsed(caption=caption).caption == "Hello"


@pytest.mark.parametrize(
    "taken_at",
    [1_700_000_000, "1700000000", 1_700_000_000.5, 1_700_000_000_000, "2023-11-14T22:13:20Z", "2023-11-14T22:13:20"],
)
def test_a_time_is_read_in_every_form(taken_at: Any) -> None:
    post = parsed(taken_at=taken_at)
    assert (post.taken_at, post.taken_at_source) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), "upstream")


@pytest.mark.parametrize("taken_at", [True, 0, -1, "soon", "2023-11-14", 10**30, float("nan"), [1_700_000_000], {}])
def test_the_shortcode_tells_the_time_if_the_upstream_gives_none_that_can_be(taken_at: Any) -> None:
    post = parsed(code="DVb9x2jjQ7-", taken_at=taken_at)
    assert (post.taken_at, post.taken_at_source) == (time_of_shortcode("DVb9x2jjQ7-"), "shortcode")


@pytest.mark.parametrize("is_private", ["yes", 1, "true", [], {}])
def test_a_profile_of_which_nobody_knows_whether_it_is_private_is_a_failure(is_private: Any) -> None:
    with pytest.raises(UpstreamPayloadInvalid, match="is_private"):
        parse_profile(timeline(is_private=is_private), "ada", "decodo")


@pytest.mark.parametrize("username", [5, ["ada"], "ada lovelace", {}])
def test_a_username_that_is_none_is_a_failure_and_not_another_account(username: Any) -> None:
    with pytest.raises(UpstreamPayloadInvalid, match="username"):
        parse_profile(timeline(username=username, id="17"), "ada", "decodo")


def test_a_number_of_images_that_the_store_cannot_hold_is_not_known() -> None:
    [found] = parse_posts([{**NEW, "carousel_media": None, "carousel_media_count": 10**50}], ADA).posts
    assert found.carousel_count is None


@pytest.mark.parametrize("code", [{"a": 1}, ["Cx1"], 7])
def test_a_post_of_the_timeline_whose_shortcode_is_no_text_is_left_out(code: Any) -> None:
    edges = [{"node": NEW}, {"node": {**NEW, "code": code}}]
    user = {"username": "ada", "follower_count": 5, "edge_owner_to_timeline_media": {"edges": edges}}
    found = parse_profile({"user": user}, "ada", "decodo")
    assert [post.shortcode for post in found.posts] == ["Cx1"]
    assert found.complete_since == datetime.fromtimestamp(1_700_000_000, UTC)
