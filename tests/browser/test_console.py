"""The console in a real browser, on the real local system."""

import json
import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.local_system import System

pytestmark = pytest.mark.system

HOSTILE = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"


def test_an_unknown_creator_is_fetched_until_the_page_stands(visit: Visit) -> None:
    visit.open("/", "Discover")
    visit.page.get_by_label("Instagram username").fill("@Juan.Novak")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("region", name="Progress")).to_be_visible()
    expect(visit.page.get_by_role("heading", level=1, name="Juan Novak")).to_be_visible()
    expect(visit.page.get_by_role("region", name="At a glance")).to_contain_text("Engagement rate")
    expect(visit.page.get_by_role("list", name="Posts").get_by_role("listitem").first).to_be_visible()
    expect(visit.page).to_have_url(re.compile("/creators/juan.novak$"))
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", level=1, name="Discover")).to_be_visible()


def test_a_creator_that_does_not_exist_is_said_to_be_absent(visit: Visit) -> None:
    visit.open("/creators/missing.person", "@missing.person")
    expect(visit.page.get_by_text("There is no such creator")).to_be_visible()


def test_filters_are_in_the_address_and_survive_a_reload(visit: Visit, stored: str) -> None:
    visit.open("/", "Discover")
    found = visit.page.get_by_role("region", name="Creators").get_by_role("listitem")
    expect(found.filter(has_text=f"@{stored}")).to_be_visible()
    visit.page.get_by_label("Name starts with").fill("ada")
    expect(visit.page).to_have_url(re.compile(r"q=ada"))
    visit.page.reload()
    expect(visit.page.get_by_label("Name starts with")).to_have_value("ada")
    expect(found).to_have_count(1)
    visit.page.get_by_label("Followers from").select_option("10000000")
    expect(visit.page.get_by_text("No stored creator matches")).to_be_visible()
    visit.page.get_by_role("button", name="Clear the filters").click()
    expect(found.filter(has_text=f"@{stored}")).to_be_visible()


def test_creators_are_sorted(visit: Visit, stored: str, other: str) -> None:
    visit.open("/", "Discover")
    found = visit.page.get_by_role("region", name="Creators").get_by_role("listitem")
    orders = {}
    for label, sort in (("Engagement", "engagement"), ("Name", "name")):
        visit.page.get_by_label("Sort by").select_option(label)
        expect(visit.page).to_have_url(re.compile(f"sort={sort}"))
        answer = visit.page.request.get(f"{visit.api}/api/creators/search?limit=24&sort={sort}").json()["data"]
        orders[sort] = [f"@{row['username']}" for row in answer]
        expect(found).to_contain_text(orders[sort])
    assert orders["name"] == sorted(orders["name"])


def test_the_posts_are_filtered_by_type(visit: Visit, stored: str) -> None:
    visit.open(f"/creators/{stored}", "Ada Lopez")
    visit.page.get_by_label("Type", exact=True).select_option("carousel")
    posts = visit.page.get_by_role("list", name="Posts").get_by_role("listitem")
    expect(posts.filter(has_not_text="Carousel")).to_have_count(0)
    expect(posts.first).to_be_visible()
    expect(visit.page).to_have_url(re.compile(r"type=carousel"))


def test_a_dead_letter_is_redriven(visit: Visit, system: System) -> None:
    letters = system.queue_url("profile-low-dead-letter")
    system.client("sqs").send_message(QueueUrl=letters, MessageBody=json.dumps({"username": "rosa_diaz"}))
    visit.open("/system", "System")
    expect(visit.page.get_by_role("rowheader", name="Upstream API")).to_be_visible()
    expect(visit.page.get_by_text("Live", exact=True)).to_be_visible()
    queue = visit.page.get_by_role("row", name=re.compile("^Profiles, low"))
    expect(queue.get_by_role("cell").last).to_have_text("1")
    visit.page.get_by_role("button", name="Redrive dead letters").click()
    visit.page.get_by_role("button", name="Redrive them all").click()
    expect(visit.page.get_by_text("Redriven: 1")).to_be_visible()
    expect(queue.get_by_role("cell").last).to_have_text("0")
    system.wait_for("rosa_diaz")


def test_a_key_is_made_works_and_is_revoked_by_keyboard_alone(visit: Visit, system: System) -> None:
    visit.open("/account", "My account")
    visit.tab_to(visit.page.get_by_label("Name of the key"))
    visit.page.keyboard.type("reporting")
    visit.page.keyboard.press("Enter")
    key = visit.page.get_by_text(re.compile("^cs_")).inner_text()
    assert system.http.get("/api/me", headers={"X-Api-Key": key}).json()["data"]["kind"] == "api_key"
    row = visit.page.get_by_role("row", name=re.compile("^reporting"))
    row.get_by_role("button", name="Revoke").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("You have no keys.")).to_be_visible()


def test_a_campaign_has_a_report(visit: Visit, stored: str) -> None:
    visit.open("/campaigns", "Campaigns")
    visit.page.get_by_label("Name", exact=True).fill("Winter walk")
    visit.page.get_by_role("button", name="Create").click()
    expect(visit.page.get_by_role("heading", level=1, name="Winter walk")).to_be_visible()
    visit.page.get_by_label("Username").fill(stored)
    visit.page.get_by_role("button", name="Add the creator").click()
    expect(visit.page.get_by_role("row", name=re.compile(f"^@{stored}"))).to_contain_text("Stored")
    visit.page.reload()
    expect(visit.page.get_by_role("region", name="Totals")).to_contain_text("The campaign has no budget")
    assert visit.violations() == []


SCREENS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.mark.parametrize("visit", SCREENS, indirect=True, ids=lambda screen: f"{screen[0][0]} {screen[1]}")
def test_no_page_has_barriers_or_is_wider_than_the_screen(visit: Visit, stored: str, other: str, campaign: str) -> None:
    pages = {
        "/": "Discover",
        f"/creators/{stored}": "Ada Lopez",
        "/creators/private.person": "private.person",
        f"/compare?creators={stored},{other}": "Compare",
        "/campaigns": "Campaigns",
        campaign: "Autumn run",
        "/system": "System",
        "/account": "My account",
        "/nowhere": "Page not found",
    }
    for path, title in pages.items():
        visit.open(path, title)
        expect(visit.page.get_by_label("Loading")).to_have_count(0)
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_refused_request_says_when_to_try_again(visit: Visit) -> None:
    visit.expected = ("429", "503")
    answer = {"detail": "Too many reads", "error_code": "RATE_LIMITED", "troubleshooting": "Wait", "success": False}

    def refuse(route: Route) -> None:
        route.fulfill(status=429, headers={"Retry-After": "2"}, json=answer)

    visit.page.route("**/api/creators/search*", refuse)
    visit.open("/", "Discover")
    expect(visit.page.get_by_role("alert")).to_contain_text("Too many reads")
    expect(visit.page.get_by_role("button", name=re.compile("Try again in"))).to_be_disabled()
    visit.page.unroute("**/api/creators/search*")
    visit.page.get_by_role("button", name="Try again", exact=True).click()
    expect(visit.page.get_by_role("alert")).to_have_count(0)


def test_hostile_names_and_captions_are_shown_as_text(visit: Visit, stored: str) -> None:
    def poison(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if "profile" in body:
            body["profile"] |= {"full_name": HOSTILE, "biography": HOSTILE, "category": HOSTILE}
        for post in body.get("posts", []):
            post["caption"] = HOSTILE
        route.fulfill(response=answer, json=body)

    visit.page.route(re.compile(rf"/api/profile/{stored}(/posts.*)?$"), poison)
    visit.page.goto(f"{visit.api}/creators/{stored}")
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    expect(visit.page.get_by_role("list", name="Posts").get_by_role("listitem").first).to_contain_text(HOSTILE)
    assert visit.page.locator("img[src=x]").count() == 0
    assert "taken over" not in visit.page.evaluate("document.title.replace(/onerror.*/, '')")


def test_files_have_strict_headers_and_api_paths_keep_their_errors(browser: Browser, system: System) -> None:
    page = system.http.get("/creators/some.name")
    assert page.headers["cache-control"] == "no-store"
    assert "unsafe" not in page.headers["content-security-policy"]
    script = re.search(r'src="(/assets/[^"]+\.js)"', page.text)
    assert script and "immutable" in system.http.get(script[1]).headers["cache-control"]
    assert system.http.get("/assets/absent.js").status_code == 404
    assert system.http.get("/api/nothing").json()["error_code"] == "NOT_FOUND"
    assert system.http.get("/config.json").json() == {}
    assert system.http.get("/assets/..%2f..%2fpackage.json").status_code == 404
    assert system.http.post("/creators/some.name").status_code == 404
