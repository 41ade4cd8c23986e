"""Whole paths through the console: by keyboard alone, with a reload and a step back on every page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.system


def test_keyboard_alone_finds_compares_and_campaigns(visit: Visit, stored: str, other: str) -> None:
    page, keys = visit.page, visit.page.keyboard
    visit.open("/", "Discover")
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    visit.tab_to(page.get_by_label("Name starts with"))
    keys.type("ada")
    visit.tab_to(page.get_by_role("region", name="Creators").get_by_role("link", name=re.compile(f"@{stored}")))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Ada Lopez")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    visit.tab_to(page.get_by_label("Type", exact=True))
    keys.type("Carousel")
    expect(page).to_have_url(re.compile("type=carousel"))

    visit.tab_to(page.get_by_role("link", name="Compare", exact=True).first)
    keys.press("Enter")
    for name in (stored, other):
        visit.tab_to(page.get_by_label("Username"))
        keys.type(name)
        keys.press("Enter")
        expect(page.get_by_role("button", name=f"@{name}")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("Engagement rate")

    visit.tab_to(page.get_by_role("link", name="Campaigns", exact=True))
    keys.press("Enter")
    visit.tab_to(page.get_by_label("Name", exact=True))
    keys.type("Spring walk")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Spring walk")).to_be_visible()
    visit.tab_to(page.get_by_label("Username"))
    keys.type(stored)
    keys.press("Enter")
    row = page.get_by_role("row", name=re.compile(f"^@{stored}"))
    expect(row).to_contain_text("Stored")
    visit.tab_to(row.get_by_role("button", name="Remove"))
    keys.press("Enter")
    keys.press("Enter")
    expect(row).to_have_count(0)


def test_every_page_stands_after_a_reload_and_a_step_back(visit: Visit, stored: str, other: str, campaign: str) -> None:
    pages = {
        "/?sort=engagement": "Discover",
        f"/creators/{stored}?type=carousel": "Ada Lopez",
        f"/compare?creators={stored},{other}": "Compare",
        "/campaigns": "Campaigns",
        campaign: "Autumn run",
        "/system": "System",
        "/account": "My account",
    }
    for path, title in pages.items():
        visit.open(path, title)
        visit.page.reload()
        expect(visit.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(visit.page).to_have_url(f"{visit.api}{path}")
        expect(visit.page.get_by_role("alert")).to_have_count(0)
    for path, title in reversed(list(pages.items())[:-1]):
        visit.page.go_back()
        expect(visit.page).to_have_url(f"{visit.api}{path}")
        expect(visit.page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_creators_are_compared_and_removed_and_the_address_keeps_them(visit: Visit, stored: str, other: str) -> None:
    visit.open(f"/creators/{stored}", "Ada Lopez")
    visit.page.get_by_role("link", name="Compare", exact=True).last.click()
    expect(visit.page.get_by_role("heading", level=1, name="Compare")).to_be_visible()
    for name in (stored, other):
        shown = visit.page.get_by_role("button", name=f"@{name}")
        if shown.count() == 0:
            visit.page.get_by_label("Username").fill(f"@{name}")
            visit.page.get_by_role("button", name="Add", exact=True).click()
        expect(shown).to_be_visible()
    table = visit.page.get_by_role("table")
    expect(table).to_contain_text(f"@{stored}")
    expect(table).to_contain_text(f"@{other}")
    expect(visit.page).to_have_url(re.compile("creators="))
    visit.page.get_by_role("button", name=f"@{other}").click()
    expect(visit.page.get_by_text("Add a second creator to compare with.")).to_be_visible()
    expect(table).not_to_contain_text(f"@{other}")
