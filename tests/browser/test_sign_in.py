"""Signing in to the console with an OIDC provider. The tokens are those that the API verifies."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Visit
from tests.browser.front import Front
from tests.browser.provider import Provider, served
from tests.local_system import System

pytestmark = pytest.mark.system
STORAGE = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"


@pytest.fixture
def provider(visit: Visit, system: System) -> Iterator[Provider]:
    """A provider, and the console with the settings and the headers of a deployment that uses it."""

    def access_token(subject: str) -> str:
        answer = system.http.post("/_local/tokens", json={"subject": subject})
        return str(answer.json()["token"])

    front = Front(system.api)
    with (
        served(Provider(front.url, f"{system.api}/_local", access_token)) as found,
        front.served(found.settings(), found.url),
    ):
        visit.api = front.url
        yield found
        visit.page.goto("about:blank")  # ends its streams


@pytest.fixture
def anonymous(visit: Visit) -> list[str]:
    """The paths of the requests to the API without a token."""
    found: list[str] = []

    def note(request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/api/") and not request.headers.get("authorization", "").startswith("Bearer ey"):
            found.append(path)

    visit.page.on("request", note)
    return found


def sign_in(visit: Visit, path: str, user: str = "ada") -> None:
    visit.page.goto(f"{visit.api}{path}")
    visit.page.get_by_label("User").fill(user)
    visit.page.get_by_role("button", name="Enter").click()


def test_a_user_signs_in_and_comes_back_to_the_page_with_tokens_in_memory_only(
    visit: Visit, provider: Provider, anonymous: list[str]
) -> None:
    sign_in(visit, "/account?from=mail")
    expect(visit.page.get_by_role("region", name="You")).to_contain_text("ada")
    expect(visit.page).to_have_url(f"{visit.api}/account?from=mail")
    assert visit.page.evaluate(STORAGE) == "[[],[]]"
    visit.page.goto(f"{visit.api}/system")
    expect(visit.page.get_by_text("Live", exact=True)).to_be_visible()
    assert provider.grants == ["authorization_code"] * 2, "a page that is loaded again signs in again, without a form"
    assert anonymous == []


def test_a_refused_token_is_replaced_without_a_form(visit: Visit, provider: Provider, anonymous: list[str]) -> None:
    visit.expected = ("401",)
    sign_in(visit, "/account")
    expect(visit.page.get_by_role("region", name="You")).to_contain_text("ada")
    visit.page.route("**/api/campaigns*", _refuse_once())
    with visit.page.expect_response("**/token"):
        visit.page.get_by_role("link", name="Campaigns").click()
    expect(visit.page.get_by_label("Name", exact=True)).to_be_visible()
    expect(visit.page.get_by_role("alert")).to_have_count(0)
    expect(visit.page).to_have_url(f"{visit.api}/campaigns")
    assert provider.grants == ["authorization_code"] * 2
    assert anonymous == []


def test_a_refresh_token_replaces_a_refused_token_without_leaving_the_page(visit: Visit, provider: Provider) -> None:
    visit.expected = ("401",)
    provider.gives_refresh_tokens = True
    sign_in(visit, "/account")
    expect(visit.page.get_by_role("region", name="You")).to_contain_text("ada")
    name = visit.page.get_by_label("Name of the key")
    name.fill("reporting")
    visit.page.route("**/api/me/api-keys", _refuse_once())
    visit.page.get_by_role("button", name="Make a key").click()
    expect(visit.page.get_by_text(re.compile("^cs_"))).to_be_visible()
    assert provider.grants == ["authorization_code", "refresh_token"]


def test_a_token_that_the_api_never_accepts_is_not_requested_again_and_again(visit: Visit, provider: Provider) -> None:
    visit.expected = ("401",)
    provider.access_token = lambda _: "not.a.token"
    sign_in(visit, "/campaigns")
    expect(visit.page.get_by_role("alert")).to_contain_text("Sign in")
    assert provider.grants == ["authorization_code"]


def test_an_answer_with_another_state_is_refused(visit: Visit, provider: Provider) -> None:
    visit.page.goto(visit.api)
    visit.page.get_by_label("User").wait_for()
    stolen = provider.authorize(
        {**dict(parse_qsl(urlsplit(visit.page.url).query)), "state": "of-somebody-else"}, "mallory"
    )
    visit.page.goto(stolen)
    expect(visit.page.get_by_role("alert")).to_contain_text("does not belong to this sign-in")
    assert provider.grants == []
    assert visit.page.evaluate(STORAGE) == "[[],[]]"


def test_a_user_who_signs_out_has_to_sign_in_again(visit: Visit, provider: Provider) -> None:
    sign_in(visit, "/account")
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_text("You are signed out")).to_be_visible()
    assert provider.sessions == {}
    assert visit.violations() == []
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_label("User")).to_be_visible()


def _refuse_once() -> Callable[[Route], None]:
    refused: list[str] = []

    def refuse(route: Route) -> None:
        if refused:
            return route.fallback()
        refused.append(route.request.url)
        answer = {"detail": "Expired", "error_code": "UNAUTHENTICATED", "troubleshooting": "", "success": False}
        return route.fulfill(status=401, body=json.dumps(answer), content_type="application/json")

    return refuse
