"""What callers send about themselves: fields, bodies, and as many at one time as they like."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx import Response

from functions.api.get_openapi_document.handler import DOCUMENT
from tests.owned import OWNED

Send = Callable[..., Response]
NUMBERS = {
    (method.upper(), re.sub(r"{\w+}", "787132", path), parameter["name"]): parameter["schema"]
    for path, item in json.loads(DOCUMENT.read_text())["paths"].items()
    for method, found in item.items()
    for parameter in found.get("parameters", ())
    if parameter["in"] == "query" and {"integer", "number"} & set(re.findall(r"\w+", str(parameter["schema"])))
}


@pytest.mark.parametrize(("method", "path", "name"), NUMBERS)
def test_a_number_in_a_query_has_the_form_of_json(method: str, path: str, name: str, send: Send) -> None:
    is_whole = "integer" in str(NUMBERS[method, path, name])
    odd = ["1_0", "+5", " 5", "5 ", "٥", "５", "true", "NaN", "inf", "0x5", *(["5.0", "1e1"] if is_whole else [])]
    for value in odd:
        answer = send(method, path, "root", params={name: value})
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER"), value
        assert re.match(f"{name}: must be an? (integer|number) from ", answer.json()["detail"])
    for value in ("5", *([] if is_whole else ["5.5", "5e0", *([".5"] if name == "min_engagement" else [])])):
        assert send(method, path, "root", params={name: value}).status_code != 400


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("api-keys", {"name": "a\x00"}, "name: must have no control characters"),
        ("api-keys", {"name": "  "}, "name: must have 1 to 100 characters"),
        ("api-keys", {"name": "a", "expires": 3}, "expires: is not a field of this request"),
        ("webhooks", {"url": "https://a.example", "event": []}, "event: is not a field of this request"),
    ],
)
def test_a_field_that_is_misspelt_or_cannot_be_is_refused(path: str, body: object, detail: str, send: Send) -> None:
    answer = send("POST", f"/api/me/{path}", "alice", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)
    assert send("GET", f"/api/me/{path}", "alice").json()["data"] == []


@pytest.mark.parametrize(("kind", "most"), [("api-keys", 50), ("webhooks", 20)])
def test_requests_at_one_time_do_not_exceed_the_most_that_a_caller_may_have(kind: str, most: int, send: Send) -> None:
    def create(_: int) -> int:
        return send("POST", f"/api/me/{kind}", "alice", json=OWNED[f"/api/me/{kind}"]).status_code

    for number in range(most - 2):
        assert create(number) == 201
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(create, range(16))) <= {201, 409}
    assert len(send("GET", f"/api/me/{kind}?limit=100", "alice").json()["data"]) <= most
    while create(0) == 201:
        pass
    assert len(send("GET", f"/api/me/{kind}?limit=100", "alice").json()["data"]) == most


JSON = {"Content-Type": "application/json"}
NO_NUMBERS = (b"true", b'"1_0"', b'" 5"', b"[5]", b'"many"')
NO_OBJECT = "body: must be a JSON object, with Content-Type: application/json"


@pytest.mark.parametrize(
    ("content", "headers", "detail"),
    [
        (b'{"name": "\xe9"}', JSON, "body: must be valid JSON"),
        (b"[" * 100_000, JSON, "body: must be valid JSON"),
        (b'{"name": "a", "budget": ' + b"9" * 5000 + b"}", JSON, "body: must be valid JSON"),
        (b'{"name": "a", "budget": NaN}', JSON, "budget: must be a number from 0 to 1000000000000"),
        *(((b'{"name": "a", "budget": %s}' % odd), JSON, "budget: must be a number") for odd in NO_NUMBERS),
        (b'"text"', JSON, NO_OBJECT),
        (b'{"name": "a"}', {"Content-Type": "text/plain"}, NO_OBJECT),
        (b'{"name": "a", "id": "x"}', JSON, "id: is not a field of this request"),
    ],
)
def test_a_body_that_cannot_be_read_is_400_and_named(
    content: bytes, headers: dict[str, str], detail: str, send: Send
) -> None:
    answer = send("POST", "/api/campaigns", "alice", content=content, headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/api/profiles/request", {"usernames": []}, "usernames: must be a list of 1 to 100 entries"),
        ("/api/profiles/request", {}, "usernames: is required, and must be a list of 1 to 100 entries"),
        ("/api/profiles/request", {"usernames": ["a"], "source": "a b"}, "source: must be 1 to 20 letters, digits or"),
        ("/api/me/api-keys", {"name": ""}, "name: must be a text of 1 to"),
        ("/api/me/api-keys", {"name": "a", "expires_in_days": 0}, "expires_in_days: must be an integer from 1 to"),
        ("/api/campaigns", {"name": "a", "budget": -1}, "budget: must be a number from 0 to"),
        (
            "/api/campaigns",
            {"name": "a", "currency": "EURO"},
            "currency: must be an ISO 4217 code of three letters, as EUR",
        ),
        ("/api/campaigns", {"name": "a", "hashtags": [7]}, "hashtags.0: must be a text of 1 to 160 characters"),
        ("/api/campaigns", {"name": "a", "hashtags": "a"}, "hashtags: must be a list of 0 to"),
        ("/api/me/webhooks", {"url": 7}, "url: must be a text of 0 to"),
    ],
)
def test_a_field_of_a_body_is_named_with_what_is_allowed(path: str, body: Any, detail: str, send: Send) -> None:
    answer = send("POST", path, "alice", json=body)
    assert answer.status_code == 400 and answer.json()["detail"].startswith(detail), answer.json()["detail"]


def test_an_import_that_is_json_is_told_to_be_csv(send: Send) -> None:
    made = send("POST", "/api/me/lists", "alice", json={"name": "one"}).json()["data"]["id"]
    answer = send("POST", f"/api/me/lists/{made}/import", "alice", json=["ada"])
    assert (answer.status_code, answer.json()["detail"]) == (400, "body: must be CSV, with Content-Type: text/csv")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/me", "DELETE, GET"),
        ("OPTIONS", "/api/campaigns", "GET, POST"),
        ("POST", "/api/campaigns/7", "DELETE, GET, PATCH"),
        ("GET", "/api/me/favorites/%40ada", "DELETE, PUT"),
    ],
)
def test_a_path_says_which_methods_it_has(method: str, path: str, allowed: str, send: Send) -> None:
    answer = send(method, path, "alice")
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_a_file_of_the_size_of_a_full_list_is_imported_and_a_larger_one_is_413(send: Send) -> None:
    made = send("POST", "/api/me/lists", "alice", json={"name": "one"}).json()["data"]["id"]

    def answer(size: int) -> Response:
        content = b"ada\n".ljust(size, b"\n")
        headers = {"Content-Type": "text/csv"}
        return send("POST", f"/api/me/lists/{made}/import", "alice", content=content, headers=headers)

    assert answer(4 * 1024 * 1024).json()["data"]["added"] == 1
    refused = answer(4 * 1024 * 1024 + 1)
    assert (refused.status_code, refused.json()["error_code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert refused.json()["detail"] == "The body is larger than 4096 KB"
