"""Campaigns and lists over the API and moto: what callers see, concurrency, imports, exports and reports."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.posts import ViewsKind
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from starlette.types import Receive, Scope, Send

from infra.local.gateway import compose
from tests.seeds import numbered_post, store_creator

JANUARY = {"starts_on": "2026-01-01", "ends_on": "2026-01-31"}
MIDDLE = datetime(2026, 1, 15, 12, tzinfo=UTC)


class _As:
    """The app behind a gateway whose authorizer found this caller."""

    def __init__(self, app: FastAPI, subject: str) -> None:
        self._app = app
        self._caller = {"subject": subject, "kind": "user", "scopes": "read"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context = {"authorizer": self._caller, "requestId": "r"}
        await self._app({**scope, "aws.event": {"requestContext": context}}, receive, send)


@pytest.fixture
def callers(aws: dict[str, str]) -> tuple[TestClient, TestClient]:
    app = compose(process_container())
    alice, bob = (TestClient(_As(app, name), raise_server_exceptions=False) for name in ("alice", "bob"))
    return alice, bob


@pytest.fixture
def alice(callers: tuple[TestClient, TestClient]) -> TestClient:
    return callers[0]


def campaign(api: TestClient, **fields: Any) -> str:
    answer = api.post("/api/campaigns", json={"name": "Spring", **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def new_list(api: TestClient) -> str:
    return str(api.post("/api/me/lists", json={"name": "Runners"}).json()["data"]["id"])


def report(api: TestClient, id_: str) -> dict[str, Any]:
    answer = api.get(f"/api/campaigns/{id_}/report")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_a_campaign_is_created_read_changed_and_deleted(alice: TestClient) -> None:
    id_ = campaign(
        alice, **JANUARY, budget=1500.5, currency="EUR", hashtags=["#AcmeRun", "acmerun"], mentions=["@Acme"]
    )
    found = alice.get(f"/api/campaigns/{id_}")
    data = found.json()["data"]
    assert (data["budget"], data["currency"], data["hashtags"], data["mentions"]) == (
        1500.5,
        "EUR",
        ["acmerun"],
        ["acme"],
    )
    assert found.headers["etag"] == '"1"' and data["profiles"] == [] and data["posts"] == []
    changed = alice.patch(f"/api/campaigns/{id_}", json={"budget": None, "brand": "Acme"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["data"]["budget"], changed.json()["data"]["name"]) == (None, "Spring")
    assert alice.delete(f"/api/campaigns/{id_}").status_code == 204
    assert alice.get(f"/api/campaigns/{id_}").status_code == 404


def test_of_two_changes_of_one_version_one_is_made(alice: TestClient) -> None:
    id_ = campaign(alice)
    answers = [
        alice.patch(f"/api/campaigns/{id_}", json={"name": name}, headers={"If-Match": '"1"'}) for name in ("a", "b")
    ]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert answers[1].json()["error_code"] == "PRECONDITION_FAILED"
    missing = alice.patch(f"/api/campaigns/{id_}", json={"name": "c"})
    assert (missing.status_code, missing.json()["error_code"]) == (428, "PRECONDITION_REQUIRED")
    assert alice.delete(f"/api/campaigns/{id_}", headers={"If-Match": '"1"'}).status_code == 412
    assert alice.get(f"/api/campaigns/{id_}").json()["data"]["name"] == "a"


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "   "},
        {"name": None},
        {"budget": -1},
        {"budget": 1.234},
        {"currency": "EURO"},
        {"currency": "QQQ"},
        {"budget": "1_000"},
        {"hashtags": ["two words"]},
        {"mentions": ["no one!"]},
        {"starts_on": "2026-02-01", "ends_on": "2026-01-01"},
        {"unknown": 1},
        {"name": "a\x85b"},
        {"starts_on": 0},
        {"starts_on": "2026-01-01T00:00:00Z"},
        {"ends_on": "2026-02-30"},
        {"ends_on": ""},
    ],
)
def test_an_invalid_campaign_is_refused(alice: TestClient, given: dict[str, Any]) -> None:
    answer = alice.post("/api/campaigns", json={"name": "Spring", **given})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert answer.json()["detail"].split(":")[0].split(".")[0] in given
    id_ = campaign(alice)
    answer = alice.patch(f"/api/campaigns/{id_}", json=given, headers={"If-Match": "*"})
    assert answer.status_code == 400


def test_a_repeated_request_gets_the_version_again(alice: TestClient) -> None:
    once: Any = {"json": {"name": "Spring", "budget": -0.0}, "headers": {"Idempotency-Key": "k"}}
    first, again = alice.post("/api/campaigns", **once), alice.post("/api/campaigns", **once)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    assert '"budget":0.0,' in first.text and first.text == again.text


def test_callers_see_only_their_own_campaigns_and_lists(callers: tuple[TestClient, TestClient]) -> None:
    alice, bob = callers
    id_, list_id = campaign(alice), new_list(alice)
    assert bob.get("/api/campaigns").json()["data"] == bob.get("/api/me/lists").json()["data"] == []
    texts = set()
    for kind, ids in (("campaigns", (id_, "0" * 12 + "-absent", "bad%20id", "..%2f")), ("me/lists", (list_id, "x"))):
        for found in ids:
            base = f"/api/{kind}/{found}"
            part = f"{base}/profiles/ada"
            answers = [
                bob.get(base),
                bob.patch(base, json={"name": "x"}, headers={"If-Match": '"1"'}),
                bob.put(part),
                bob.delete(part),
                bob.get(f"{base}/report" if kind == "campaigns" else f"{base}/export"),
            ]
            assert {a.status_code for a in answers} == {404}, (base, [a.text for a in answers])
            texts |= {a.json()["error"] for a in answers if "%2f" not in base}
            assert bob.delete(base).status_code == (404 if "%2f" in base else 204)  # known or not
    assert texts == {"The campaign does not exist", "The list does not exist"}
    assert bob.put(f"/api/campaigns/{campaign(bob)}/lists/{list_id}").status_code == 404
    assert alice.get(f"/api/campaigns/{id_}").json()["data"]["profiles"] == []


def test_campaigns_are_listed_newest_first_in_pages(alice: TestClient) -> None:
    ids = [campaign(alice, name=f"n{n}") for n in range(5)]
    found, cursor = [], ""
    while True:
        page = alice.get(f"/api/campaigns?limit=2&cursor={cursor}").json()
        found += [c["id"] for c in page["data"]]
        cursor = page["meta"]["next_cursor"]
        if not page["meta"]["has_more"]:
            break
    assert sorted(found) == sorted(ids) and found == sorted(found, reverse=True)


def test_creators_and_posts_are_added_once_and_removed_known_or_not(alice: TestClient) -> None:
    base = f"/api/campaigns/{campaign(alice)}"
    assert [alice.put(f"{base}/profiles/@Ada").status_code for _ in range(2)] == [201, 200]
    put = [alice.put(f"{base}/posts/Abc", json={"username": name}).status_code for name in ("ada", "ada", "ben")]
    assert put == [201, 200, 200]
    found = alice.get(base)
    assert [c["username"] for c in found.json()["data"]["profiles"]] == ["ada"]
    assert [(p["shortcode"], p["username"]) for p in found.json()["data"]["posts"]] == [("Abc", "ben")]
    assert found.headers["etag"] == '"1"'
    for part in ("profiles/ada", "posts/Abc") * 2:
        assert alice.delete(f"{base}/{part}").status_code == 204
    assert alice.get(base).json()["data"]["profiles"] == alice.get(base).json()["data"]["posts"] == []


def test_a_report_has_the_posts_by_hand_and_those_that_match_within_the_dates(alice: TestClient) -> None:
    shown = {"taken_at": MIDDLE, "likes": 90, "comments": 10, "views": 1000, "views_kind": ViewsKind.PLAYS}
    store_creator(
        numbered_post(1, caption="run #AcmeRun", **shown),
        numbered_post(2, caption="#acmerunner is another word", **shown),
        numbered_post(3, caption="thanks @Acme", **{**shown, "likes": None}),
        numbered_post(4, caption="no word of it", **{**shown, "views_kind": ViewsKind.PLAYS, "views": 3000}),
        numbered_post(5, caption="#acmerun", **{**shown, "taken_at": datetime(2026, 2, 1, tzinfo=UTC)}),
        numbered_post(6, caption="#acmerun", **{**shown, "taken_at": datetime(2026, 1, 31, 23, 59, tzinfo=UTC)}),
    )
    store_creator(numbered_post(7, caption="#acmerun", **shown), username="secret", is_private=True)
    id_ = campaign(alice, **JANUARY, budget=600, currency="EUR", hashtags=["acmerun"], mentions=["acme"])
    for name in ("ada", "secret", "nobody"):
        alice.put(f"/api/campaigns/{id_}/profiles/{name}")
    alice.put(f"/api/campaigns/{id_}/posts/p00004", json={"username": "ada"})
    alice.put(f"/api/campaigns/{id_}/posts/p00007", json={"username": "secret"})
    found = report(alice, id_)
    sources = {p["shortcode"]: p["source"] for p in found["posts"]}
    assert sources == {"p00001": "matched", "p00003": "matched", "p00006": "matched", "p00004": "manual"}
    totals = found["totals"]
    assert (totals["posts"], totals["likes"], totals["engagement"], totals["sample_size"]) == (4, 270, 300, 3)
    assert (totals["plays"], totals["views"]) == (6000, None)
    assert (totals["engagement_rate_mean"], totals["engagement_rate_median"]) == (10.0, 10.0)
    assert totals["engagement_rate_by_plays_median"] == 10.0
    assert found["cost"] == {
        "budget": 600.0,
        "currency": "EUR",
        "per_engagement": 2.0,
        "per_thousand_views": 100.0,
        "views_kind": "plays",
    }
    states = {row["username"]: row["state"] for row in found["creators"]}
    assert states == {"ada": "stored", "nobody": "requested", "secret": "private"}
    assert [row["figures"] for row in found["creators"] if row["username"] != "ada"] == [None, None]
    assert [(day["day"], day["figures"]["posts"]) for day in found["timeline"]] == [
        ("2026-01-15", 3),
        ("2026-01-31", 1),
    ]
    assert any("likes or comments are hidden" in note for note in found["notes"])
    assert alice.get("/api/profile/nobody/status").json()["data"]["status"] == "pending"
    as_csv = alice.get(f"/api/campaigns/{id_}/report?format=csv")
    rows = list(csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff"), newline="")))
    assert {row["shortcode"]: row["source"] for row in rows} == sources
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"


def test_plays_and_views_are_not_added(alice: TestClient) -> None:
    at = {"taken_at": MIDDLE, "caption": "#x1", "views": 100}
    store_creator(
        numbered_post(1, **at, views_kind=ViewsKind.PLAYS), numbered_post(2, **at, views_kind=ViewsKind.VIEWS)
    )
    id_ = campaign(alice, budget=10, hashtags=["x1"])
    alice.put(f"/api/campaigns/{id_}/profiles/ada")
    found = report(alice, id_)
    assert (found["totals"]["plays"], found["totals"]["views"]) == (100, 100)
    assert found["cost"]["per_thousand_views"] is None and found["cost"]["currency"] is None
    assert any("no start or no end" in note for note in found["notes"])


def test_an_empty_campaign_has_a_report_without_numbers(alice: TestClient) -> None:
    found = report(alice, campaign(alice))
    assert (found["totals"]["posts"], found["totals"]["likes"], found["cost"]) == (0, None, None)
    assert "cost: the campaign has no budget" in found["notes"]


def test_a_list_is_imported_exported_and_taken_by_a_campaign(alice: TestClient) -> None:
    store_creator(username="ada")
    id_ = new_list(alice)
    text = (
        '\ufeffName;Username;note;tags\r\nA;@Ada;"=1+1; ""q""";fast,tall\r\nB;https://www.instagram.com/ben.x/?hl=de;;\r\n'
        "C;not a name!;;\r\n;;;\r\nD;ADA;;\r\nE;;;\r\n"
    )
    answer = alice.post(f"/api/me/lists/{id_}/import", content=text.encode(), headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["added"], data["known"], data["requested"], data["refused_total"]) == (2, 1, 1, 2)
    assert [(r["line"], r["value"]) for r in data["refused"]] == [(4, "not a name!"), (7, "")]
    assert alice.get("/api/profile/ben.x/status").json()["data"]["status"] == "pending"
    entries = alice.get(f"/api/me/lists/{id_}/profiles").json()["data"]
    assert [(e["username"], e["tags"], e["note"]) for e in entries] == [
        ("ada", ["fast", "tall"], '=1+1; "q"'),
        ("ben.x", [], None),
    ]
    exported = alice.get(f"/api/me/lists/{id_}/export").text
    rows = list(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff"), newline="")))
    assert [(r["username"], r["note"]) for r in rows] == [("ada", '\'=1+1; "q"'), ("ben.x", "")]
    again = new_list(alice)
    alice.post(f"/api/me/lists/{again}/import", content=exported.encode(), headers={"Content-Type": "text/csv"})
    assert alice.get(f"/api/me/lists/{again}/profiles").json()["data"][0]["note"] == '=1+1; "q"'
    base = f"/api/campaigns/{campaign(alice)}"
    assert alice.put(f"{base}/lists/{id_}").json()["data"] == {"added": 2, "known": 0}
    assert alice.put(f"{base}/lists/{id_}").json()["data"] == {"added": 0, "known": 2}


def test_a_workbook_has_text_as_text(alice: TestClient) -> None:
    id_ = new_list(alice)
    note = '=HYPERLINK("http://x.test")'
    alice.put(f"/api/me/lists/{id_}/profiles/ada", json={"note": note, "tags": ["+1", "http://x.test"]})
    answer = alice.get(f"/api/me/lists/{id_}/export?format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    [header, row] = list(sheet.iter_rows())
    assert [cell.value for cell in header] == ["username", "tags", "note", "added_at"]
    assert [cell.value for cell in row][:3] == ["ada", "+1,http://x.test", note]
    assert {cell.data_type for cell in row} == {"s"} and not any(cell.hyperlink for cell in row)


def test_a_list_is_renamed_by_one_of_two_writers_and_keeps_its_entries(alice: TestClient) -> None:
    id_ = new_list(alice)
    put = [alice.put(f"/api/me/lists/{id_}/profiles/ada", json=body).status_code for body in ({"note": "a"}, {})]
    assert put == [201, 200]
    renamed = [
        alice.patch(f"/api/me/lists/{id_}", json={"name": name}, headers={"If-Match": '"1"'}).status_code
        for name in ("a", "b")
    ]
    assert renamed == [200, 412]
    assert alice.get(f"/api/me/lists/{id_}/profiles").json()["data"][0]["note"] is None
    assert alice.delete(f"/api/me/lists/{id_}/profiles/ada").status_code == 204
    assert alice.delete(f"/api/me/lists/{id_}").status_code == 204
    assert alice.get(f"/api/me/lists/{id_}/profiles").status_code == 404


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\n".join(b"u%d" % n for n in range(1001))])
def test_a_file_without_usernames_or_with_too_many_is_refused(alice: TestClient, content: bytes) -> None:
    answer = alice.post(
        f"/api/me/lists/{new_list(alice)}/import", content=content, headers={"Content-Type": "text/csv"}
    )
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER")
