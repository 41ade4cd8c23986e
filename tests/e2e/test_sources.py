"""The second provider of profiles, and answers about other accounts, through the local system."""

from typing import Any

import httpx
import pytest

from infra.local.sandbox.creators import creator, post
from tests.local_system import System

pytestmark = pytest.mark.system


def get(system: System, path: str, **params: Any) -> Any:
    answer = system.http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_while_decodo_fails_a_profile_is_from_rapidapi_and_its_posts_are_from_the_posts_endpoint(
    system: System,
) -> None:
    name = "kofi.mori"
    system.fault(where="decodo", kind="http_401", times=0, username=name)
    system.request(name)
    system.wait_for(name)
    answer = get(system, f"/api/profile/{name}")
    assert answer["meta"]["source"] == "rapidapi" and answer["profile"]["profile_type"] == "primary"
    assert answer["profile"]["followers"] == creator(name).followers
    assert httpx.get(answer["profile"]["profile_image_url"]).headers["content-type"] == "image/jpeg"
    page = get(system, f"/api/profile/{name}/posts", limit=100)
    assert page["meta"]["source"] == "rapidapi"
    assert [p["shortcode"] for p in page["posts"]] == [post(creator(name), n).shortcode for n in range(100)]
    analytics = get(system, f"/api/profile/{name}/analytics")
    assert analytics["posting_frequency"]["posts"] > 12
    assert not any(note.startswith("history") for note in analytics["engagement"]["notes"])


def test_a_first_read_while_decodo_fails_is_answered_by_rapidapi(system: System) -> None:
    name = "first.read.second.source"
    system.fault(where="decodo", kind="http_403", times=0, username=name)
    answer = get(system, f"/api/profile/{name}")
    assert answer["meta"]["source"] == "rapidapi" and not answer["meta"]["cache_hit"]
    assert answer["profile"]["followers"] == creator(name).followers
    # Posts were not fetched, which is not the same as none.
    assert answer["profile"]["engagement_rate"] is None and answer["analytics"]["notes"]


def test_while_both_providers_fail_the_profile_is_not_available(system: System) -> None:
    name = "no.source"
    for where in ("decodo", "profile"):
        system.fault(where=where, kind="http_403", times=0, username=name)
    answer = system.http.get(f"/api/profile/{name}")
    assert (answer.status_code, answer.json()["error_code"]) == (503, "SERVICE_UNAVAILABLE")


def test_posts_of_another_account_are_left_out_and_noted(system: System) -> None:
    name = "mixed.posts"
    for where in ("posts", "reels"):
        system.fault(where=where, kind="foreign_reels", times=0, username=name)
    system.request(name)
    system.wait_for(name)
    notes = get(system, f"/api/profile/{name}")["profile"]["notes"]
    assert {note for note in notes if "another owner" in note} == {
        "posts: 2 name another owner, left out",
        "reels: 2 name another owner, left out",
    }
    foreign = {post(creator(f"other.{name}"), n).shortcode for n in (0, 1)}
    listed = get(system, f"/api/profile/{name}/posts", limit=100)["posts"]
    assert listed and foreign.isdisjoint(p["shortcode"] for p in listed)
