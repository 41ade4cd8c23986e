"""Names that change hands, through the local system."""

import httpx
import pytest

from infra.local.sandbox.creators import creator
from tests.local_system import System, until

pytestmark = pytest.mark.system


def give(system: System, username: str, account: str | None) -> None:
    answer = httpx.post(f"{system.sandbox}/_names", json={"username": username, "account": account})
    assert answer.status_code == 200, answer.text


def build(system: System, username: str, source: str = "frontend") -> None:
    system.request(username, source)
    system.wait_for(username)


def account_id(system: System, username: str) -> str | None:
    account = system.http.get(f"/api/profile/{username}").json()["profile"]["account"]
    return str(account["id"]) if account else None


def test_a_renamed_account_is_the_same_under_its_new_name_its_old_name_and_its_id(system: System) -> None:
    old, new = "ines.garcia", "ines.now"
    build(system, old)
    before = system.http.get(f"/api/profile/{old}").json()["profile"]
    assert before["account"]["id"] == str(creator(old).pk) and before["account"]["former_usernames"] == []
    give(system, new, old)
    give(system, old, None)
    build(system, new)
    after = system.http.get(f"/api/profile/{new}").json()["profile"]
    assert after["account"] == {**before["account"], "former_usernames": [old]}
    assert after["created_at"] == before["created_at"]
    # A document may be in the memory of the API's process for a while.
    until(lambda: system.http.get(f"/api/profile/{old}", follow_redirects=False).status_code == 301, "the redirect")
    for path in ("", "/posts", "/analytics", "/ai-insights", "/authenticity"):
        moved = system.http.get(f"/api/profile/{old}{path}?x=1", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (301, f"/api/profile/{new}{path}?x=1"), path
        assert moved.json()["error_code"] == "PROFILE_MOVED"
    assert system.http.get(f"/api/profile/{old}/posts", follow_redirects=True).json()["posts"]
    by_id = system.http.get(f"/api/profile/by-id/{creator(old).pk}").json()["profile"]
    assert by_id["username"] == new


def test_a_recycled_name_shows_the_new_account_and_the_old_one_is_kept_under_its_id(system: System) -> None:
    name, other = "omar.patel", "omar.the.second"
    build(system, name, "crawler")
    codes = {post["shortcode"] for post in system.http.get(f"/api/profile/{name}/posts?limit=100").json()["posts"]}
    give(system, name, other)
    system.request(name)
    until(lambda: account_id(system, name) == str(creator(other).pk), "the new account to be stored")
    until(lambda: system.status(name)["profile_type"] == "primary", "the new account to be built")
    shown = system.http.get(f"/api/profile/{name}/posts?limit=100").json()["posts"]
    assert shown and codes and not codes & {post["shortcode"] for post in shown}
    kept = system.http.get(f"/api/profile/by-id/{creator(name).pk}").json()["profile"]
    assert kept["followers"] == creator(name).followers
    assert "username: another account has it now" in kept["notes"]
