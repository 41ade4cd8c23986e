"""Callers of the local system: its issuer, keys, limits, and what is recorded."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import jwt
import pytest

from tests.local_system import System, until
from tests.tokens import rsa_key

Client = Callable[[str], httpx.Client]
pytestmark = pytest.mark.system


def token(system: System, subject: str, *scopes: str, expires_in: int = 3600) -> str:
    wanted = {"subject": subject, "scopes": scopes, "expires_in": expires_in}
    answer = httpx.post(f"{system.api}/_local/tokens", json=wanted)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


@pytest.fixture
def client(system: System) -> Iterator[Client]:
    """Returns a client with a credential."""
    with ExitStack() as opened:
        yield lambda credential: opened.enter_context(
            httpx.Client(base_url=system.api, headers={"Authorization": f"Bearer {credential}"}, timeout=60)
        )


def data(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()["data"]


def test_a_token_of_the_local_issuer_is_verified_with_its_published_key(system: System, client: Client) -> None:
    good = token(system, "alice")
    [key] = httpx.get(f"{system.api}/_local/jwks.json").json()["keys"]
    claims = jwt.decode(good, jwt.PyJWK(key), algorithms=["RS256"], audience="creator-search")
    assert (claims["sub"], claims["scope"], claims["iss"]) == ("alice", "read", f"{system.api}/_local")
    assert "d" not in key and "p" not in key
    me = data(client(good).get("/api/me"))
    assert (me["subject"], me["kind"], me["scopes"]) == ("alice", "user", ["read"])
    assert client(good).get("/api/audit").status_code == 403
    assert client(token(system, "root", "admin")).get("/api/audit").status_code == 200
    forged = jwt.encode({**claims, "scope": "admin"}, rsa_key(), "RS256", headers={"kid": key["kid"]})
    for bad in (token(system, "alice", expires_in=-1), forged, good[:-3], "x", "x" * 1_000_000):
        answer = client(bad).get("/api/me")
        assert (answer.status_code, answer.json()["detail"]) == (401, "A valid token or API key is required")
    assert data(system.http.get("/api/me"))["kind"] == "local"


def test_tokens_are_not_issued_to_web_pages(system: System) -> None:
    for headers in ({"Origin": "https://attacker.test"}, {"Host": "attacker.test"}):
        answer = httpx.post(f"{system.api}/_local/tokens", json={"subject": "alice"}, headers=headers)
        assert answer.status_code == 403


def test_of_four_hundred_parallel_reads_of_one_caller_the_limit_passes_and_others_are_not_affected(
    system: System, client: Client
) -> None:
    """In two clock minutes at most, so that two limits may pass."""
    mine, others = client(token(system, "busy")), client(token(system, "calm"))
    with ThreadPoolExecutor(20) as pool:
        answers = [*pool.map(lambda _: mine.get("/api/creators/search"), range(400))]
    passed = [a for a in answers if a.status_code == 200]
    refused = [a for a in answers if a.status_code == 429]
    assert len(passed) + len(refused) == 400 and len(passed) in (300, *range(301, 401))
    windows = {int(a.headers["ratelimit"].split("t=")[1]) for a in passed}
    if max(windows) - min(windows) < 55:  # all in one minute
        assert len(passed) == 300
    assert all(int(a.headers["retry-after"]) <= 60 for a in refused)
    assert others.get("/api/creators/search").status_code == 200


def test_opened_profiles_are_recorded_and_leave_with_the_creator(system: System, client: Client) -> None:
    name = "erased.favourite"
    system.request(name)
    system.wait_for(name)
    alice, admin = client(token(system, "carol")), client(token(system, "root", "admin"))
    first = alice.get(f"/api/profile/{name}")
    assert alice.get(f"/api/profile/{name}", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert alice.put(f"/api/me/favorites/{name}").status_code == 201
    until(lambda: [(o["username"], o["times"]) for o in data(alice.get("/api/me/profiles"))] == [(name, 2)], "2")
    assert admin.delete(f"/api/profile/{name}/data").status_code == 202
    until(lambda: not data(alice.get("/api/me/favorites")) and not data(alice.get("/api/me/profiles")), "the erasure")
    assert alice.put(f"/api/me/favorites/{name}").status_code == 404
    assert data(admin.get("/api/audit"))[0]["action"] == "erase_profile"


def test_a_caller_who_was_erased_has_nothing_left_in_any_table(system: System, client: Client) -> None:
    dora = client(token(system, "dora"))
    key = data(dora.post("/api/me/api-keys", json={"name": "x"}))["key"]
    dora.put("/api/me/favorites/ada")
    dora.get("/api/creators/search?q=a")
    until(lambda: data(dora.get("/api/me/searches")), "the search")
    assert httpx.get(f"{system.api}/api/me", headers={"X-Api-Key": key}).status_code == 200
    assert dora.delete("/api/me").status_code == 204
    dynamodb = system.client("dynamodb")
    stored = str([dynamodb.scan(TableName=name)["Items"] for name in dynamodb.list_tables()["TableNames"]])
    assert "dora" not in stored and key.split("_")[1] not in stored
