"""Whose account an answer is about, and posts that belong to others."""

from typing import Any

import pytest
from creator_search.adapters.upstreams.instagram import parse_profile
from creator_search.adapters.upstreams.posts import parse_posts
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.profiles import FetchedProfile
from creator_search.domain.upstream_errors import WrongAccount

from tests.unit.adapters.provider import DEADLINE, Provider, minimal, ok

ADA = Owner("ada", "17")


def node(code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "taken_at": 1_700_000_000, **fields}


def profile(*nodes: dict[str, Any], **user: Any) -> FetchedProfile:
    media = {"count": 500, "edges": [{"node": n} for n in nodes]}
    data = {"user": {"edge_followed_by": {"count": 5}, "edge_owner_to_timeline_media": media, **user}}
    return parse_profile(data, "ada", "decodo")


@pytest.mark.parametrize("user", [{"id": "17"}, {"pk": 17}, {"pk": "17", "id": "x"}, {"id": 17, "username": "Ada"}])
def test_the_id_of_the_account_is_read_in_every_shape(user: dict[str, Any]) -> None:
    found = profile(**user)
    assert (found.account_id, found.owner, found.source) == ("17", ADA, "decodo")


@pytest.mark.parametrize(
    "user", [{}, {"id": ""}, {"id": "me"}, {"pk": 0}, {"pk": True}, {"pk": [17]}, {"id": "9" * 21}]
)
def test_a_value_that_is_no_id_gives_no_id(user: dict[str, Any]) -> None:
    assert profile(**user).account_id is None


def test_without_an_id_of_the_user_that_of_the_owner_of_its_posts_is_taken() -> None:
    own = [node("a", owner={"id": "17", "username": "Ada"}), node("b", user={"pk": 17, "username": "ada"})]
    foreign = node("c", owner={"id": "99", "username": "ben"})
    unnamed = node("d", owner={"id": "98"})
    assert profile(*own, foreign, unnamed).account_id == "17"
    assert profile(foreign, unnamed).account_id is None
    assert profile(*own, node("e", owner={"id": "18", "username": "ada"})).account_id is None  # they disagree


@pytest.mark.parametrize(("user", "account_id"), [({"id": "99"}, "99"), ({}, None)])
def test_an_answer_about_another_account_is_retried_and_says_which_it_is_about(
    user: dict[str, Any], account_id: str | None
) -> None:
    upstream = Provider(ok(minimal(username="Ben", **user)))
    with pytest.raises(WrongAccount) as raised:
        upstream.decodo().fetch_profile("ada", DEADLINE)
    error = raised.value
    assert (error.asked, error.username, error.account_id) == ("ada", "ben", account_id)
    assert len(upstream.requests) == 5
    passing = Provider(ok(minimal(username="ben", id="99")), ok(minimal(id="17")))
    assert passing.decodo().fetch_profile("ada", DEADLINE).account_id == "17"


OWN = [
    node("own_id", owner={"id": "17", "username": "ada"}),
    node("old_name", user={"pk": 17, "username": "ada_before"}),
    node("name_only", owner={"username": "Ada"}),
    node("unnamed"),
    node("behind_the_id", id="3597631270905977008_17"),
]
FOREIGN = [
    node("other_id", owner={"id": "99", "username": "ben"}),
    node("same_name", owner={"id": "99", "username": "ada"}),
    node("other_name", user={"username": "ben"}),
    node("other_behind_the_id", id="3597631270905977008_99"),
    node("of_others", owner={"id": "99"}, coauthor_producers=[{"id": "98", "username": "cleo"}]),
]
SHARED = [
    node("by_id", owner={"id": "99", "username": "ben"}, coauthor_producers=[{"pk": 17, "username": "ada_before"}]),
    node("by_name", user={"username": "ben"}, coauthor_producers=[{"username": "ada"}, {"username": "cleo"}]),
]


def test_posts_of_another_owner_are_left_out_and_counted() -> None:
    found = parse_posts([*OWN, *FOREIGN, FOREIGN[0], *SHARED], ADA)
    assert [p.shortcode for p in found.posts] == [n["code"] for n in (*OWN, *SHARED)]
    assert found.foreign == {n["code"] for n in FOREIGN}
    assert found.notes("reels") == ("reels: 5 name another owner, left out",)


def test_a_post_of_another_account_with_the_creator_as_co_author_is_kept_and_names_the_others() -> None:
    by_id, by_name = parse_posts(SHARED, ADA).posts
    assert (by_id.co_authors, by_name.co_authors) == (("ben",), ("ben", "cleo"))


def test_a_creator_is_no_co_author_of_its_own_post_under_an_earlier_name() -> None:
    own = node("x", owner={"id": "17", "username": "ada_before"}, coauthor_producers=[{"id": "3", "username": "cleo"}])
    [found] = parse_posts([own], ADA).posts
    assert found.co_authors == ("cleo",)


def test_without_an_id_of_the_creator_the_name_decides() -> None:
    found = parse_posts([*OWN, *FOREIGN], Owner("ada"))
    assert found.foreign == {"old_name", "other_id", "other_name"}


def test_an_answer_that_has_only_posts_of_others_has_none_and_is_no_failure() -> None:
    found = profile(FOREIGN[0], node("x", taken_at=None), id="17")
    assert (found.posts, found.complete_since) == ((), None)
    assert found.notes == ("posts: 1 names another owner, left out",)
