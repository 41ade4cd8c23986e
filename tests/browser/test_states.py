"""What the console shows when the API refuses, fails, is slow, or knows only a stored copy."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import STORED, Visit

pytestmark = pytest.mark.system
UNAVAILABLE = {
    "detail": "The store does not answer",
    "error_code": "UNAVAILABLE",
    "troubleshooting": "Try again later",
    "success": False,
}
HOOK = {
    "id": "0d2f7c1e",
    "url": "https://hooks.example.com/creators",
    "events": ["profile.completed"],
    "created_at": "2026-01-01T00:00:00.000Z",
    "enabled": True,
    "disabled_at": None,
    "disabled_reason": None,
    "failed_in_a_row": 1,
}
DELIVERY = {
    "id": "f00d",
    "message_id": "msg_1",
    "event": "profile.completed",
    "username": STORED,
    "status": "failed",
    "attempts": 8,
    "created_at": "2026-01-01T00:00:00.000Z",
    "last_attempt_at": "2026-01-02T00:00:00.000Z",
    "next_attempt_at": None,
    "response_status": 500,
    "response_ms": 12,
    "error": None,
}


@pytest.mark.parametrize("path", ["/campaigns", f"/creators/{STORED}", f"/compare?creators={STORED}"])
def test_an_unavailable_service_is_an_alert_that_can_be_tried_again(visit: Visit, stored: str, path: str) -> None:
    visit.expected = ("503",)
    pattern = re.compile(r"/api/(campaigns\?|profile/)")
    visit.page.route(pattern, lambda route: route.fulfill(status=503, json=UNAVAILABLE))
    visit.page.goto(f"{visit.api}{path}")
    expect(visit.page.get_by_role("alert").first).to_contain_text("The store does not answer")
    assert visit.violations() == []
    visit.page.unroute(pattern)
    visit.page.get_by_role("button", name="Try again").first.click()
    expect(visit.page.get_by_role("alert")).to_have_count(0)


def test_a_slow_answer_shows_a_skeleton_first(visit: Visit, stored: str) -> None:
    held: list[Route] = []
    visit.page.route("**/api/creators/search*", lambda route: held.append(route))
    visit.open("/", "Discover")
    expect(visit.page.get_by_label("Loading")).to_be_visible()
    assert visit.violations() == []
    held[0].continue_()
    expect(visit.page.get_by_role("region", name="Creators").get_by_role("listitem").first).to_be_visible()
    expect(visit.page.get_by_label("Loading")).to_have_count(0)


def test_a_lost_connection_is_said(visit: Visit) -> None:
    visit.expected = ("ERR_FAILED",)
    visit.page.route("**/api/campaigns*", lambda route: route.abort())
    visit.open("/campaigns", "Campaigns")
    expect(visit.page.get_by_role("alert")).to_contain_text("The API did not answer")


def test_a_stored_copy_is_marked(visit: Visit, stored: str) -> None:
    def age(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["meta"]["stale"] = True
        route.fulfill(response=answer, json=body)

    visit.page.route(re.compile(rf"/api/profile/{STORED}$"), age)
    visit.open(f"/creators/{STORED}", "Ada Lopez")
    expect(visit.page.get_by_text("Stored copy: the provider could not be reached")).to_be_visible()


def test_a_private_creator_has_no_figures(visit: Visit) -> None:
    visit.open("/creators/private.person", "private.person")
    expect(visit.page.get_by_text("This account is private")).to_be_visible()
    expect(visit.page.get_by_role("region", name="At a glance")).to_have_count(0)


def test_a_failed_delivery_is_sent_again_and_a_secret_is_replaced(visit: Visit) -> None:
    sent: list[str] = []
    meta: dict[str, object] = {"next_cursor": None, "notes": []}

    def answer(route: Route) -> None:
        path = route.request.url.split("/api/me/webhooks")[1].split("?")[0]
        if route.request.method == "POST":
            sent.append(path)
        data = {
            "": [HOOK],
            f"/{HOOK['id']}/deliveries": [{**DELIVERY, "status": "pending"} if sent else DELIVERY],
            f"/{HOOK['id']}/deliveries/{DELIVERY['id']}/retry": {**DELIVERY, "status": "pending"},
            f"/{HOOK['id']}/rotate": {**HOOK, "secret": "whsec_of_tests"},
        }[path]
        route.fulfill(json={"success": True, "data": data, "meta": meta})

    visit.page.route("**/api/me/webhooks**", answer)
    visit.open("/account", "My account")
    visit.page.get_by_role("button", name="Deliveries").click()
    row = visit.page.get_by_role("row", name=re.compile("^profile.completed"))
    expect(row).to_contain_text("500 in 12 ms")
    row.get_by_role("button", name="Send again").click()
    expect(row).to_contain_text("Pending")
    visit.page.get_by_role("button", name=re.compile("New secret")).click()
    visit.page.get_by_role("button", name=re.compile("New secret: sure")).click()
    expect(visit.page.get_by_text("whsec_of_tests")).to_be_visible()
    assert visit.violations() == []
    assert sent == [f"/{HOOK['id']}/deliveries/{DELIVERY['id']}/retry", f"/{HOOK['id']}/rotate"]
