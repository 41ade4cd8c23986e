"""Chromium on the console of the local system."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from infra import console
from infra.toolkit import ROOT
from tests.local_system import System, no_faults, system, until

__all__ = ["no_faults", "system"]

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REQUIRED = bool(os.environ.get("CI")) or os.environ.get("CONSOLE_TESTS") == "required"
PATIENCE_SECONDS = 30
"""How long the browser waits for what a page is to show; the longest work is to fetch a creator from the sandbox."""
MOST_TABS = 120
STORED, OTHER = "ada.lopez", "natgeo"
AXE = ROOT / console.SOURCES / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = (1280, 900), (360, 740)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        _cannot_test("no Chromium: install the package chromium to run the tests of the console")
    try:
        console.build()
    except console.CannotBuild as error:
        _cannot_test(f"the console was not built: {error}")
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def _cannot_test(why: str) -> NoReturn:
    """Fail where the tests must run, else skip."""
    if REQUIRED:
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@dataclass
class Visit:
    """One tab, and what must not have happened in it."""

    page: Page
    api: str
    problems: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of messages that a test provokes."""

    def __post_init__(self) -> None:
        # A violation of the Content-Security-Policy is a message of the console, too.
        self.page.on("console", lambda message: self._note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("request", self._check_host)
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)

    def _note(self, is_problem: bool, text: str) -> None:
        if is_problem and not any(part in text for part in self.expected):
            self.problems.append(text)

    def _check_host(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        self._note(host not in ("127.0.0.1", None), f"request to {request.url}")

    def open(self, path: str, title: str) -> None:
        self.page.goto(f"{self.api}{path}")
        self.page.get_by_role("heading", level=1, name=title).wait_for()

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{MOST_TABS} times Tab do not reach {target}", pytrace=False)

    def violations(self) -> list[str]:
        """What axe-core finds on the page."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
        return [f"{self.page.url}: {name} {html}" for name, html in found]


@pytest.fixture
def visit(browser: Browser, system: System, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A new tab. A parameter is (width, height), and the colour scheme."""
    (width, height), scheme = getattr(request, "param", (DESKTOP, "light"))
    colours: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=colours)
    found = Visit(context.new_page(), system.api)
    yield found
    context.close()
    assert found.problems == []


@pytest.fixture(scope="package")
def stored(system: System) -> str:
    """A creator that is stored and analysed."""
    system.request(STORED)
    system.wait_for(STORED)

    def is_analyzed() -> bool:
        found = system.http.get(f"/api/profile/{STORED}/ai-insights").json()
        return bool(found["ai_insights"]["status"] == "completed")

    until(is_analyzed, "the captions to be analysed")
    return STORED


@pytest.fixture(scope="package")
def other(system: System) -> str:
    """Another creator that is stored."""
    system.request(OTHER)
    system.wait_for(OTHER)
    return OTHER


@pytest.fixture(scope="package")
def campaign(system: System, stored: str) -> str:
    """The path of a campaign with a budget, a creator and posts that were found by a hashtag."""
    answer = system.http.get(f"/api/profile/{stored}/posts", params={"limit": 50}).json()
    hashtags = re.findall(r"#(\w+)", " ".join(post["caption"] or "" for post in answer["posts"]))
    body = {"name": "Autumn run", "hashtags": hashtags[:1], "budget": 900, "currency": "EUR"}
    made = system.http.post("/api/campaigns", json=body).raise_for_status().json()["data"]["id"]
    system.http.put(f"/api/campaigns/{made}/profiles/{stored}").raise_for_status()
    report = system.http.get(f"/api/campaigns/{made}/report").raise_for_status().json()["data"]
    assert report["posts"]
    return f"/campaigns/{made}"
