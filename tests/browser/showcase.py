"""Pictures of the console, and the measurement of its first view, from the creators of the sandbox.

`python -m tests.browser.showcase FOLDER` starts a local system; `--api URL` uses one that runs.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra import console
from infra.local.processes import is_healthy
from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS
from tests.local_system import running, until

CREATORS = ("ada.lopez", "juan.novak", "rosa_diaz", "natgeo", "private.person")
PAGES = {
    "discover": "/",
    "creator": "/creators/ada.lopez",
    "private": "/creators/private.person",
    "compare": "/compare?creators=ada.lopez,juan.novak,rosa_diaz",
    "campaigns": "/campaigns",
    "system": "/system",
    "account": "/account",
}
SIZES = {"desktop": DESKTOP, "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SLOWDOWN = 4
RUNS = 5
_READY = """new Promise(done => {
  const look = () => {
    const stands = document.querySelector(".creators li") && document.querySelector("#username");
    if (stands) done(performance.now()); else requestAnimationFrame(look);
  };
  look();
})"""


@contextmanager
def _api(given: str | None) -> Iterator[str]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as state, running(Path(state), "--no-sample") as (_, ports):
        api = f"http://127.0.0.1:{ports['API_PORT']}"
        until(lambda: is_healthy(f"{api}/openapi.json"), "the API")
        yield api


def _fetch_creators(api: str) -> None:
    with httpx.Client(base_url=api, timeout=60) as http:
        for name in CREATORS:
            http.post(f"/api/profile/{name}/request", params={"source": "frontend"}).raise_for_status()
        for name in CREATORS:
            until(lambda name=name: http.get(f"/api/profile/{name}/status").json()["data"]["completed"], name)  # type: ignore[misc]


def _take_pictures(browser: Browser, api: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, path in PAGES.items():
                _show(page, f"{api}{path}")
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png")
            context.close()


def _show(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("load")
    expect(page.get_by_label("Loading")).to_have_count(0)
    images = page.locator("img")
    until(lambda: images.evaluate_all("all => all.every(i => i.complete || i.loading === 'lazy')"), "the images")


def _measure(browser: Browser, api: str) -> tuple[int, list[float]]:
    """Return the compressed bytes of the first view without the API's answers and images, and the milliseconds until
    its list stands and its box takes text, with a slow CPU."""
    size, times = 0, []
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.goto(api)
        times.append(float(page.evaluate(_READY)))
        entries = "performance.getEntriesByType('resource')"
        own = f"{entries}.filter(e => /assets|icon|config/.test(e.name)).reduce((n, e) => n + e.encodedBodySize, 0)"
        size = int(page.evaluate(f"performance.getEntriesByType('navigation')[0].encodedBodySize + {own}"))
        context.close()
    return size, times


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.showcase")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--api", help="the address of a system that runs")
    arguments = parser.parse_args()
    console.build()
    with _api(arguments.api) as api, sync_playwright() as playwright:
        _fetch_creators(api)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        size, times = _measure(browser, api)
        shown = ", ".join(f"{time:.0f}" for time in sorted(times))
        print(f"First view {size / 1000:.1f} KB compressed; interactive after {shown} ms (CPU slowed {SLOWDOWN} x)")
        _take_pictures(browser, api, arguments.folder)
        browser.close()


if __name__ == "__main__":
    main()
