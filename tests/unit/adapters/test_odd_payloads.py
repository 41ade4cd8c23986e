"""Every node of a payload replaced by every odd value: the answer is a valid result or a declared error, and all its
numbers are stated in the payload."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.posts import time_of_shortcode
from creator_search.domain.upstream_errors import UpstreamError

from tests.unit.adapters.provider import DEADLINE, Provider, decodo_body

CODE = "DVb9x2jjQ7-"
OLD = {
    "__typename": "GraphVideo",
    "shortcode": CODE,
    "taken_at_timestamp": 1_700_000_001,
    "display_url": "https://i.test/a.jpg",
    "edge_media_preview_like": {"count": 1011},
    "edge_media_to_comment": {"count": 1012},
    "edge_media_to_caption": {"edges": [{"node": {"text": "Hi"}}]},
    "is_video": True,
    "video_view_count": 1013,
    "pinned_for_users": [{"id": "1"}],
    "location": {"id": "213", "name": "Beach"},
    "edge_media_to_tagged_user": {"edges": [{"node": {"user": {"id": "1", "username": "ben"}}}]},
    "edge_media_to_sponsor_user": {"edges": [{"node": {"sponsor": {"username": "shop"}}}]},
    "coauthor_producers": [{"id": "3", "username": "cleo"}],
    "owner": {"id": "17", "username": "ada"},
    "edge_sidecar_to_children": {"edges": [{"node": {"accessibility_caption": "x"}}]},
    "video_duration": 12.5,
    "clips_music_attribution_info": {"artist_name": "Band", "song_name": "Song"},
}
NEW = {
    "id": "31_17",
    "code": CODE,
    "media_type": 2,
    "product_type": "clips",
    "taken_at": 1_700_000_002,
    "caption": {"text": "Hello"},
    "like_count": 2011,
    "comment_count": 2012,
    "play_count": 2013,
    "like_and_view_counts_disabled": False,
    "image_versions2": {"candidates": [{"url": "https://i.test/b.jpg"}]},
    "location": {"pk": 213, "name": "Beach", "lat": 8.5, "lng": 76.7},
    "usertags": {"in": [{"user": {"pk": 1, "username": "ben"}}]},
    "carousel_media_count": 2,
    "carousel_media": [{"usertags": {"in": [{"user": {"username": "dana"}}]}}],
    "reshare_count": 2042,
    "user": {"pk": "17", "username": "ada"},
    "clips_metadata": {"music_info": {"music_asset_info": {"title": "Song", "display_artist": "Band"}}},
}
USER = {
    "id": "17",
    "username": "ada",
    "full_name": "Ada",
    "is_private": False,
    "is_business_account": True,
    "business_email": "a@b.example",
    "bio_links": [{"url": "https://l.example", "title": "Shop"}],
    "profile_pic_url_hd": "https://i.test/p.jpg",
    "edge_followed_by": {"count": 4011},
    "edge_follow": {"count": 4012},
    "edge_related_profiles": {"edges": [{"node": {"username": "ben", "edge_followed_by": {"count": 3011}}}]},
}
FLAT = {
    "pk": 17,
    "username": "ada",
    "follower_count": 4011,
    "media_count": 4013,
    "is_private": False,
    "account_type": 2,
}
SIMILAR = {"username": "ben", "full_name": "Ben", "is_verified": False, "follower_count": 3011}
COMMENT = {"text": "Lovely", "created_at": 1_700_000_003, "owner": {"username": "ben", "id": "12"}}
TIMELINE = {"count": 4013, "edges": [{"node": OLD}], "page_info": {"end_cursor": "x"}}
CONNECTION = {"edges": [{"node": {"media": NEW}}]}
ADA = Owner("ada", "17")

Fetch = Callable[[Provider], Any]
ANSWERS: list[tuple[Any, Fetch]] = [
    (
        decodo_body({"user": {**USER, "edge_owner_to_timeline_media": TIMELINE}}),
        lambda provider: provider.decodo().fetch_profile("ada", DEADLINE),
    ),
    (
        decodo_body({"user": USER, "xdt_api__v1__feed__user_timeline_graphql_connection": CONNECTION}),
        lambda provider: provider.decodo().fetch_similar("ada", DEADLINE),
    ),
    ({"data": FLAT}, lambda provider: provider.rapidapi().fetch_profile("ada", DEADLINE)),
    (
        {"posts": [{"node": OLD}, {"node": NEW}], "pagination_token": "t"},
        lambda provider: provider.rapidapi().fetch_posts(ADA, 100, DEADLINE),
    ),
    (
        {"reels": [{"node": {"media": NEW}}], "pagination_token": None},
        lambda provider: provider.rapidapi().fetch_reels(ADA, 100, DEADLINE),
    ),
    ({"data": [SIMILAR]}, lambda provider: provider.rapidapi().fetch_similar("ada", DEADLINE)),
    ({"data": {"comments": [COMMENT]}}, lambda provider: provider.comments().fetch_comments(CODE, 10, DEADLINE)),
]
KINDS = ("profile old", "similar decodo", "profile flat", "posts", "reels", "similar", "comments")
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**12, 10**40, 1_700_000_000_000, float("nan"), float("inf")),
    *("", " ", "1,234", "1_0", "5", "+5", "٥", "1.2M", "true", "\ud83d", "not a name!", "2024-01-02", "x" * 70_000),
    *([], [None], [1], {}, {"a": None}, {"text": "t"}, {"count": 7}, {"0": 1}, {"edges": [{"node": {}}]}, [[[[]]]]),
)


def mutations(value: Any) -> Iterator[Any]:
    """Yield the value with each of its nodes replaced by each odd value, and without each of its fields."""
    yield from ODD
    if isinstance(value, dict):
        for name, part in value.items():
            yield {key: other for key, other in value.items() if key != name}
            yield from ({**value, name: changed} for changed in mutations(part))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from ([*value[:number], changed, *value[number + 1 :]] for changed in mutations(part))


def stated(payload: Any) -> set[float]:
    """The numbers in a payload, as numbers or as digits; the lengths of its lists, and the times of its shortcodes."""
    if isinstance(payload, dict):
        return set().union(*map(stated, payload.values()))
    if isinstance(payload, list):
        return {len(payload)}.union(*map(stated, payload))
    is_number = isinstance(payload, int | float) and not isinstance(payload, bool)
    is_text_of_one = isinstance(payload, str) and payload.isascii() and payload.isdigit()
    return {float(payload)} if is_number or is_text_of_one else set()


def numbers(result: Any) -> Iterator[float]:
    if is_dataclass(result):
        for field in fields(result):
            yield from numbers(getattr(result, field.name))
    elif isinstance(result, tuple):
        for part in result:
            yield from numbers(part)
    elif isinstance(result, datetime):
        yield result.timestamp()
    elif isinstance(result, int | float) and not isinstance(result, bool):
        yield result


@pytest.mark.parametrize(("payload", "fetch"), ANSWERS, ids=KINDS)
def test_an_odd_value_anywhere_gives_a_declared_error_or_a_result_without_invented_numbers(
    payload: Any, fetch: Fetch
) -> None:
    assert list(numbers(fetch(Provider(httpx.Response(200, json=payload)))))
    of_the_code = time_of_shortcode(CODE).timestamp()
    for changed in mutations(payload):
        try:
            result = fetch(Provider(httpx.Response(200, content=json.dumps(changed))))
        except (UpstreamError, ProfileNotFound):
            continue
        allowed = stated(changed)
        allowed |= {of_the_code, *(number / 1000 for number in allowed)}  # times may be in milliseconds
        invented = set(numbers(result)) - allowed
        assert not invented, (invented, str(changed)[:1000])
