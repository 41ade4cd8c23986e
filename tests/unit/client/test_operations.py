"""The requests of all methods of the client, and that there is a method for each operation of the API."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from creator_search.catalogue import OPERATIONS
from creator_search_client import Client, InvalidArgument

from tests.scripted_api import ScriptedApi, success

Call = Callable[[Client], Any]
ETAG = '"7"'
PROFILE = "/api/profile/ada"
HOOK = "/api/me/webhooks/w1"
CAMPAIGN = "/api/campaigns/c1"
LIST = "/api/me/lists/l1"

CALLS: list[tuple[Call, str, str, object]] = [
    (lambda c: c.request("ada"), "POST", f"{PROFILE}/request?source=api", None),
    (lambda c: c.request("ada", source="x", refresh=True), "POST", f"{PROFILE}/request?source=x&refresh=true", None),
    (
        lambda c: c.request_many(iter(["ada", "ben"])),
        *("POST", "/api/profiles/request", {"usernames": ["ada", "ben"], "source": "bulk"}),
    ),
    (lambda c: c.status("ada"), "GET", f"{PROFILE}/status", None),
    (Client.queue, "GET", "/api/viral-ideas/queue-status", None),
    (lambda c: c.profile("ada"), "GET", PROFILE, None),
    (lambda c: c.profile_by_id("787132"), "GET", "/api/profile/by-id/787132", None),
    (
        lambda c: next(c.posts("ada", since=date(2026, 1, 1)), None),
        *("GET", f"{PROFILE}/posts?since=2026-01-01&limit=50", None),
    ),
    (lambda c: c.post_history("ada", "Cx1"), "GET", f"{PROFILE}/posts/Cx1/history", None),
    (lambda c: c.analytics("ada"), "GET", f"{PROFILE}/analytics?days=90", None),
    (lambda c: c.authenticity("ada"), "GET", f"{PROFILE}/authenticity", None),
    (lambda c: c.ai_insights("ada"), "GET", f"{PROFILE}/ai-insights", None),
    (lambda c: c.refresh_ai_insights("ada"), "POST", f"{PROFILE}/ai-insights/refresh", None),
    (
        lambda c: c.similar("ada", limit=5, force_refresh=True),
        *("GET", f"{PROFILE}/similar-fast?limit=5&force_refresh=true", None),
    ),
    (lambda c: c.similar_details("ada"), "GET", f"{PROFILE}/similar?limit=20", None),
    (lambda c: next(c.search(q="ad"), None), "GET", "/api/creators/search?q=ad&limit=50", None),
    (lambda c: next(c.outliers(min_score=5), None), "GET", "/api/outliers?min_score=5&limit=50", None),
    (lambda c: c.export("ada", io.BytesIO(), format="json"), "GET", f"{PROFILE}/export?format=json", None),
    (Client.me, "GET", "/api/me", None),
    (Client.erase_me, "DELETE", "/api/me", None),
    (lambda c: c.create_api_key("ci"), "POST", "/api/me/api-keys", {"name": "ci"}),
    (
        lambda c: c.create_api_key("ci", expires_in_days=30),
        *("POST", "/api/me/api-keys", {"name": "ci", "expires_in_days": 30}),
    ),
    (lambda c: next(c.api_keys(), None), "GET", "/api/me/api-keys?limit=100", None),
    (lambda c: c.delete_api_key("k1"), "DELETE", "/api/me/api-keys/k1", None),
    (lambda c: next(c.favorites(), None), "GET", "/api/me/favorites?limit=100", None),
    (lambda c: c.add_favorite("ada"), "PUT", "/api/me/favorites/ada", None),
    (lambda c: c.remove_favorite("ada"), "DELETE", "/api/me/favorites/ada", None),
    (lambda c: next(c.searches(), None), "GET", "/api/me/searches?limit=100", None),
    (Client.clear_searches, "DELETE", "/api/me/searches", None),
    (lambda c: next(c.opened_profiles(), None), "GET", "/api/me/profiles?limit=100", None),
    (lambda c: next(c.webhooks(), None), "GET", "/api/me/webhooks?limit=100", None),
    (lambda c: c.create_webhook("https://h"), "POST", "/api/me/webhooks", {"url": "https://h"}),
    (
        lambda c: c.create_webhook("https://h", events=("profile.failed",)),
        *("POST", "/api/me/webhooks", {"url": "https://h", "events": ["profile.failed"]}),
    ),
    (lambda c: c.update_webhook("w1", enabled=False), "PATCH", HOOK, {"enabled": False}),
    (lambda c: c.delete_webhook("w1"), "DELETE", HOOK, None),
    (lambda c: c.deliveries("w1"), "GET", f"{HOOK}/deliveries", None),
    (lambda c: c.retry_delivery("w1", "d1"), "POST", f"{HOOK}/deliveries/d1/retry", None),
    (lambda c: c.test_webhook("w1"), "POST", f"{HOOK}/test", None),
    (lambda c: c.rotate_webhook("w1"), "POST", f"{HOOK}/rotate", None),
    (lambda c: next(c.campaigns(), None), "GET", "/api/campaigns?limit=100", None),
    (
        lambda c: c.create_campaign("Spring", starts_on=date(2026, 3, 1), budget=10.5, hashtags=["spring"]),
        "POST",
        "/api/campaigns",
        {"name": "Spring", "starts_on": "2026-03-01", "budget": 10.5, "hashtags": ["spring"]},
    ),
    (lambda c: c.campaign("c1"), "GET", CAMPAIGN, None),
    (lambda c: c.delete_campaign("c1"), "DELETE", CAMPAIGN, None),
    (lambda c: c.add_to_campaign("c1", "ada"), "PUT", f"{CAMPAIGN}/profiles/ada", None),
    (lambda c: c.remove_from_campaign("c1", "ada"), "DELETE", f"{CAMPAIGN}/profiles/ada", None),
    (lambda c: c.add_post_to_campaign("c1", "Cx1", "ada"), "PUT", f"{CAMPAIGN}/posts/Cx1", {"username": "ada"}),
    (lambda c: c.remove_post_from_campaign("c1", "Cx1"), "DELETE", f"{CAMPAIGN}/posts/Cx1", None),
    (lambda c: c.campaign_report("c1"), "GET", f"{CAMPAIGN}/report", None),
    (lambda c: c.campaign_report_csv("c1", io.BytesIO()), "GET", f"{CAMPAIGN}/report?format=csv", None),
    (lambda c: next(c.creator_lists(), None), "GET", "/api/me/lists?limit=100", None),
    (lambda c: c.create_creator_list("Travel"), "POST", "/api/me/lists", {"name": "Travel"}),
    (lambda c: c.creator_list("l1"), "GET", LIST, None),
    (lambda c: c.delete_creator_list("l1"), "DELETE", LIST, None),
    (
        lambda c: c.add_to_creator_list("l1", "ada", tags=["x"], note="n"),
        *("PUT", f"{LIST}/profiles/ada", {"tags": ["x"], "note": "n"}),
    ),
    (lambda c: c.remove_from_creator_list("l1", "ada"), "DELETE", f"{LIST}/profiles/ada", None),
    (lambda c: c.export_creator_list("l1", io.BytesIO(), format="xlsx"), "GET", f"{LIST}/export?format=xlsx", None),
    (lambda c: next(c.creator_list_entries("l1"), None), "GET", f"{LIST}/profiles?limit=100", None),
    (lambda c: c.add_list_to_campaign("c1", "l1"), "PUT", f"{CAMPAIGN}/lists/l1", None),
    (lambda c: c.webhook("w1"), "GET", "/api/me/webhooks/w1", None),
    (Client.health, "GET", "/api/health", None),
    (Client.metrics, "GET", "/api/metrics", None),
    (lambda c: c.process_pending(redrive=True), "POST", "/api/viral-ideas/process-pending?redrive=true", None),
    (lambda c: c.clear_similar_cache("ada"), "DELETE", f"{PROFILE}/similar-cache", None),
    (Client.similar_cache_statistics, "GET", "/api/similar-cache/stats", None),
    (lambda c: c.erase("ada"), "DELETE", f"{PROFILE}/data", None),
    (lambda c: c.erase_by_id("787132"), "DELETE", "/api/profile/by-id/787132/data", None),
    (lambda c: next(c.audit(month="2026-01"), None), "GET", "/api/audit?month=2026-01&limit=100", None),
    (
        lambda c: c.create_local_token("alice", scopes=["admin"], expires_in=-5),
        *("POST", "/_local/tokens", {"subject": "alice", "scopes": ["admin"], "expires_in": -5}),
    ),
]
"""A call, the method and the path of its request, and its JSON body."""
TESTED_ELSEWHERE = {
    ("POST", f"{LIST}/import"),
    ("PATCH", CAMPAIGN),
    ("PATCH", LIST),
    ("GET", "/api/streaming/metrics"),
}
DOCUMENTATION = {"get_openapi_document", "get_documentation"}


def answering() -> ScriptedApi:
    return ScriptedApi(success([], status="healthy", posts=[], meta={"next_cursor": None, "has_more": False}))


@pytest.mark.parametrize(("call", "method", "path", "body"), CALLS, ids=[f"{m} {p}" for _, m, p, _ in CALLS])
def test_a_method_sends_its_request(call: Call, method: str, path: str, body: object) -> None:
    api = answering()
    call(api.client())
    [request] = api.requests
    assert (request.method, api.paths) == (method, [path])
    assert (json.loads(request.content) if request.content else None) == body
    assert request.headers.get("Content-Type") == (None if body is None else "application/json")


def test_there_is_a_method_for_each_operation() -> None:
    sent = {(method, path.partition("?")[0]) for _, method, path, _ in CALLS} | TESTED_ELSEWHERE

    def is_sent(method: str, template: str) -> bool:
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        return any(method == m and re.fullmatch(pattern, path) for m, path in sent)

    missing = [row.name for row in OPERATIONS if not is_sent(row.method, row.path)]
    assert set(missing) <= DOCUMENTATION


@pytest.mark.parametrize(
    ("read", "change", "path"),
    [
        (lambda c: c.campaign("c1"), lambda c, known: c.update_campaign(known, name="New", budget=None), CAMPAIGN),
        (lambda c: c.creator_list("l1"), lambda c, known: c.update_creator_list(known, name="New"), LIST),
    ],
)
def test_a_change_is_of_the_version_that_was_read(read: Any, change: Any, path: str) -> None:
    api = ScriptedApi(success({"id": path.rpartition("/")[2]}, headers={"ETag": ETAG}))
    client = api.client()
    known = read(client)
    assert known.etag == ETAG
    change(client, known)
    request = api.requests[1]
    assert (request.method, api.paths[1], request.headers["If-Match"]) == ("PATCH", path, ETAG)
    assert json.loads(request.content) in ({"name": "New", "budget": None}, {"name": "New"})


def test_what_was_read_without_a_version_cannot_be_changed() -> None:
    api = ScriptedApi(success({"id": "c1"}))
    client = api.client()
    with pytest.raises(InvalidArgument, match="read"):
        client.update_campaign(client.campaign("c1"), name="New")
    assert len(api.requests) == 1


@pytest.mark.parametrize("csv", ["usernames\nada\nzoë\n", "usernames\nada\nzoë\n".encode()])
def test_a_list_is_imported_as_csv(csv: str | bytes) -> None:
    api = answering()
    api.client().import_creator_list("l1", csv)
    [request] = api.requests
    assert (request.method, api.paths) == ("POST", [f"{LIST}/import"])
    assert request.headers["Content-Type"].startswith("text/csv")
    assert request.content.decode() == "usernames\nada\nzoë\n" and request.headers["Idempotency-Key"]


def test_metrics_are_available_as_text() -> None:
    api = ScriptedApi(lambda _: httpx.Response(200, text="requests 5\n"))
    assert api.client().metrics_text() == "requests 5\n"
    assert api.requests[0].headers["Accept"] == "text/plain"


def test_an_answer_has_its_message_meta_and_ids() -> None:
    api = ScriptedApi(
        success([], message="Found 0", meta={"stale": True}, headers={"X-Request-Id": "r-1", "ETag": ETAG})
    )
    answer = api.client().similar("ada")
    assert (answer.message, answer.meta, answer.request_id, answer.etag) == ("Found 0", {"stale": True}, "r-1", ETAG)
    assert answer.status == 200 and answer.data == []


def test_the_client_can_be_used_in_a_with_statement() -> None:
    api = answering()
    with api.client() as client:
        client.me()
    with pytest.raises(RuntimeError):
        client.me()
