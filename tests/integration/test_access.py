"""Who may call what: every operation of the catalogue, with every kind of caller."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS, Access, Operation
from fastapi.testclient import TestClient
from httpx import Response

from infra.local.gateway import compose
from tests.owned import OWNED

Send = Callable[..., Response]
TEN_SECONDS = timedelta(seconds=10)


def path_of(row: Operation) -> str:
    """A valid path; the ids in it do not exist."""
    given = {"username": "ada", "id": "7", "shortcode": "x", "delivery": "7", "list": "7"}
    return row.path.format(**given)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_an_operation_refuses_whom_it_is_not_for(row: Operation, send: Send) -> None:
    def status(by: str | None) -> int:
        return send(row.method, path_of(row), by).status_code

    if row.access is Access.PUBLIC:
        assert status(None) == 200
        return
    for refused in (None, "mallory"):
        answer = send(row.method, path_of(row), refused)
        assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"] == "A valid token or API key is required"
    if row.access is Access.ADMIN:
        answer = send(row.method, path_of(row), "alice")
        assert (answer.status_code, answer.json()["error_code"]) == (403, "FORBIDDEN")
    else:
        assert status("alice") not in (401, 403)
    assert status("root") not in (401, 403)


def test_a_bad_credential_is_refused_even_on_this_machine_and_none_is_the_local_caller(send: Send) -> None:
    local = TestClient(compose(process_container()), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))
    me = local.get("/api/me").json()["data"]
    assert me == {"subject": "local", "kind": "local", "scopes": ["read", "admin"], "limits": {}}
    for headers in (
        {"Authorization": "Bearer mallory"},
        {"Authorization": ""},
        {"Authorization": "Basic YTpi"},
        {"X-Api-Key": ""},
        {"X-Api-Key": "cs_a_b"},
        {"Origin": "https://attacker.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Origin": "http://[::1"},
        {"Origin": ""},
        {"Host": "attacker.test"},
        {"Host": "127.0.0.1.attacker.test"},
    ):
        assert local.get("/api/me", headers=headers).status_code == 401, headers
    for headers in ({"Origin": "http://127.0.0.1:8000"}, {"Host": "localhost:8000"}, {"Host": "[::1]:8000"}):
        assert local.get("/api/me", headers=headers).status_code == 200, headers


def test_the_local_caller_exists_only_where_it_is_configured(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOCAL_CALLER")
    process_container.cache_clear()
    local = TestClient(compose(process_container()), base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
    assert local.get("/api/me").status_code == 401


def test_a_key_works_like_its_owner_without_admin_and_is_shown_once(send: Send) -> None:
    made = send("POST", "/api/me/api-keys", "root", json={"name": "reports", "expires_in_days": 7})
    assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
    key = made.json()["data"]["key"]
    with_key = {"headers": {"X-Api-Key": key}}
    assert send("GET", "/api/me", **with_key).json()["data"]["subject"] == "root"
    assert send("GET", "/api/audit", **with_key).status_code == 403
    assert send("POST", "/api/me/api-keys", json={"name": "two"}, **with_key).status_code == 403
    assert send("DELETE", "/api/me", **with_key).status_code == 403
    listed = send("GET", "/api/me/api-keys", "root")
    assert key not in listed.text and [row["name"] for row in listed.json()["data"]] == ["reports"]
    assert send("GET", "/api/me/api-keys", "alice").json()["data"] == []
    id_ = listed.json()["data"][0]["id"]
    absent = [send("DELETE", f"/api/me/api-keys/{given}", "alice") for given in (id_, "absent", "a" * 3000, "%00")]
    assert {(answer.status_code, answer.json()["error"]) for answer in absent} == {(404, "The API key does not exist")}
    assert send("DELETE", f"/api/me/api-keys/{id_}", "root").status_code == 204
    [entry] = [e for e in send("GET", "/api/audit", "root").json()["data"] if e["action"] == "delete_api_key"][:1]
    assert entry["subject"] == "root"


def test_a_repeated_request_does_not_get_a_secret_again(send: Send) -> None:
    once = {"json": {"name": "x"}, "headers": {"Idempotency-Key": "k"}}
    assert send("POST", "/api/me/api-keys", "alice", **once).status_code == 201
    again = send("POST", "/api/me/api-keys", "alice", **once)
    assert (again.status_code, again.json()["error_code"]) == (409, "CONFLICT")
    assert "secret" in again.json()["error"]
    assert send("POST", "/api/me/api-keys", "bob", **once).status_code == 201
    assert len(send("GET", "/api/me/api-keys", "alice").json()["data"]) == 1
    tables = [process_container().dynamodb.scan(TableName=name)["Items"] for name in ("control", "accounts")]
    assert "cs_" not in str(tables)


def test_what_a_caller_keeps_and_did_is_that_callers_own(send: Send) -> None:
    assert send("PUT", "/api/me/favorites/@Ada", "alice").status_code == 201
    assert send("PUT", "/api/me/favorites/ada", "alice").status_code == 200
    send("GET", "/api/creators/search?q=ada&limit=5", "alice")
    send("GET", "/api/creators/search?sort=engagement&limit=5", "alice")  # a list of all creators is no search
    process_container().activity_recorder.finish(longest_wait=TEN_SECONDS)
    for path, count in (("favorites", 1), ("searches", 1), ("profiles", 0)):
        assert len(send("GET", f"/api/me/{path}", "alice").json()["data"]) == count
        assert send("GET", f"/api/me/{path}", "bob").json()["data"] == []
    [search] = send("GET", "/api/me/searches", "alice").json()["data"]
    assert (search["query"], search["results"]) == ("q=ada&limit=5", 0)
    assert send("DELETE", "/api/me/favorites/ada", "bob").status_code == 204
    assert len(send("GET", "/api/me/favorites", "alice").json()["data"]) == 1
    assert send("DELETE", "/api/me/searches", "alice").status_code == 204
    assert send("GET", "/api/me/searches", "alice").json()["data"] == []


def test_a_cursor_of_another_caller_is_refused(send: Send) -> None:
    for by in ("alice", "bob"):
        for name in ("ada", "ben", "cleo"):
            send("PUT", f"/api/me/favorites/{name}", by)
    meta = send("GET", "/api/me/favorites?limit=2", "alice").json()["meta"]
    assert meta["has_more"] is True
    cursor = {"params": {"cursor": meta["next_cursor"], "limit": 2}}
    assert [row["username"] for row in send("GET", "/api/me/favorites", "alice", **cursor).json()["data"]] == ["cleo"]
    assert send("GET", "/api/me/favorites", "bob", **cursor).status_code == 400


def test_erasing_oneself_leaves_no_item_with_the_subject(send: Send, aws: dict[str, str]) -> None:
    key = send("POST", "/api/me/api-keys", "alice", json={"name": "x"}).json()["data"]["key"]
    send("PUT", "/api/me/favorites/ada", "alice")
    send("GET", "/api/creators/search?q=ada", "alice")
    send("POST", "/api/profile/ben/request", "alice", headers={"Idempotency-Key": "k"})
    process_container().activity_recorder.finish(longest_wait=TEN_SECONDS)
    assert send("DELETE", "/api/me", "alice").status_code == 204

    def stored() -> str:
        tables = ("profiles", "jobs", "similar", "control", "accounts")
        return str([process_container().dynamodb.scan(TableName=name)["Items"] for name in tables])

    assert "alice" not in stored() and key.split("_")[1] not in stored()
    # The message of the last pass is delayed: it deletes what was recorded meanwhile.
    assert "Messages" not in process_container().sqs.receive_message(QueueUrl=aws["QUEUE_ERASURE"])
    assert send("GET", "/api/me/favorites", "alice").json()["data"] == []


def test_answers_carry_what_is_left_and_a_used_up_limit_is_429(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = process_container().request_limiter.limits
    assert limits == {"reads": 300, "upstream": 10}
    first = send("GET", "/api/creators/search", "alice")
    assert first.headers["ratelimit-policy"] == '"reads";q=300;w=60, "upstream";q=10;w=60'
    assert first.headers["ratelimit"].startswith('"reads";r=299;t=')
    for _ in range(10):
        answer = send("POST", "/api/profiles/request", "bob", json={"usernames": ["ada"]})
        assert answer.headers["ratelimit"].startswith('"upstream";r=')
    refused = send("POST", "/api/profile/ada/request", "bob")
    assert (refused.status_code, refused.json()["error_code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"upstream";r=0;t=')
    assert send("GET", "/api/creators/search", "bob").status_code == 200
    assert "ratelimit" not in send("GET", "/api/me", "bob").headers
    left = send("GET", "/api/me", "bob").json()["data"]["limits"]
    assert (left["upstream"]["remaining"], left["reads"]["remaining"]) == (0, 299)


def test_a_request_that_is_forbidden_counts(send: Send) -> None:
    refused = [send("GET", "/api/audit", "alice") for _ in range(2)]
    assert [(answer.status_code, answer.headers["ratelimit"]) for answer in refused] == [
        (403, '"reads";r=299;t=60'),
        (403, '"reads";r=298;t=60'),
    ]


def test_a_read_of_a_creator_that_is_not_stored_counts_towards_both_limits(send: Send) -> None:
    answer = send("GET", "/api/profile/ada", "alice")  # no key of a provider is configured
    assert answer.status_code == 503
    assert {item.split(";")[0] for item in answer.headers["ratelimit"].split(", ")} == {'"reads"', '"upstream"'}


def test_an_import_that_requests_creators_counts_as_one_that_can_reach_the_upstream(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATE_LIMIT_UPSTREAM_PER_MINUTE", "2")
    made = send("POST", "/api/me/lists", "alice", json={"name": "one"})
    path = f"/api/me/lists/{made.json()['data']['id']}/import"
    answers = [
        send("POST", path, "alice", content=f"a{n}\nb{n}\n", headers={"Content-Type": "text/csv"}) for n in range(3)
    ]
    assert [answer.json()["data"]["requested"] for answer in answers] == [2, 2, 0]
    assert answers[0].headers["ratelimit"].startswith('"upstream";r=1;')
    limits = send("GET", "/api/me", "alice").json()["data"]["limits"]
    assert (limits["reads"]["remaining"], limits["upstream"]["remaining"]) == (300, 0)


def test_admin_actions_are_audited_without_names(send: Send) -> None:
    for method, path in (
        ("DELETE", "/api/profile/grace/data"),
        ("DELETE", "/api/profile/grace/similar-cache"),
        ("POST", "/api/viral-ideas/process-pending?redrive=true"),
    ):
        assert send(method, path, "root").status_code in (200, 202)
        assert send(method, path, "alice").status_code == 403
    entries = send("GET", "/api/audit", "root").json()["data"]
    assert [entry["action"] for entry in entries] == ["process_pending_jobs", "clear_similar_cache", "erase_profile"]
    assert {entry["subject"] for entry in entries} == {"root"}
    assert "grace" not in str(entries) and entries[1]["target"] == entries[2]["target"]
    assert entries[0]["target"] is None


def test_erasing_a_creator_deletes_the_answers_about_it_that_are_kept_for_repeated_requests(send: Send) -> None:
    once = {"headers": {"Idempotency-Key": "k"}}
    send("POST", "/api/profile/grace/request", "alice", **once)
    assert "Idempotent-Replayed" in send("POST", "/api/profile/grace/request", "alice", **once).headers
    assert process_container().caller_rows.delete_creator("grace") == 2  # with the record of the request
    assert "grace" not in str(process_container().dynamodb.scan(TableName="accounts")["Items"])


def test_erasing_a_creator_deletes_the_answers_to_bulk_requests_that_name_it(send: Send) -> None:
    def ask(*usernames: str) -> Response:
        once = {"headers": {"Idempotency-Key": usernames[0]}, "json": {"usernames": usernames}}
        return send("POST", "/api/profiles/request", "alice", **once)

    ask("ada", "ben")
    ask("adam")
    assert process_container().caller_rows.delete_creator("ada") == 2  # with the record of the request
    assert "'ada'" not in str(process_container().dynamodb.scan(TableName="accounts")["Items"])
    assert "Idempotent-Replayed" in ask("adam").headers


def test_erasing_a_creator_deletes_the_searches_for_its_username(send: Send) -> None:
    for query in ("q=%40Ada", "q=ada&verified=true", "q=ad", "q=Ada+Lopez"):
        send("GET", f"/api/creators/search?{query}", "alice")
        process_container().activity_recorder.finish(longest_wait=TEN_SECONDS)
    assert process_container().caller_rows.delete_creator("ada") == 2
    rows = send("GET", "/api/me/searches", "alice").json()["data"]
    assert [row["query"] for row in rows] == ["q=Ada+Lopez", "q=ad"]


WITH_ID = [o for o in OPERATIONS if "{id}" in o.path and o.path.startswith(("/api/me", "/api/campaigns"))]
BODIES = {
    "change_campaign": {"name": "y"},
    "change_list": {"name": "y"},
    "change_webhook": {"enabled": False},
    "put_campaign_post": {"username": "ada"},
}
"""Valid bodies of the operations that need one."""
MALFORMED = ("7", "x" * 300, "%2e%2e%5c", "%00", "%C3%A9", "a%20b", "'--")


@pytest.mark.parametrize("row", WITH_ID, ids=lambda row: row.name)
def test_the_id_of_somebody_else_is_answered_as_one_that_does_not_exist(row: Operation, send: Send) -> None:
    [kind] = [path for path in OWNED if row.path.startswith(f"{path}/")]
    foreign = send("POST", kind, "alice", json=OWNED[kind]).json()["data"]["id"]

    def answer(id_: str) -> tuple[int, object]:
        given = {"id": id_, "username": "ada", "shortcode": "x", "delivery": "7", "list": "7"}
        body = {"content": "ada\n"} if row.name == "import_list" else {"json": BODIES.get(row.name)}
        found = send(row.method, row.path.format(**given), "bob", headers={"If-Match": '"1"'}, **body)
        return found.status_code, found.json()["error"] if found.content else None

    answers = {answer(id_) for id_ in (foreign, "0" * len(foreign), *MALFORMED)}
    is_deletion_of_all = row.method == "DELETE" and row.path == f"{kind}/{{id}}" and kind != "/api/me/api-keys"
    [(status, text)] = answers
    assert (status, text) == (204, None) if is_deletion_of_all else status == 404 and str(text).endswith("not exist")
    [kept] = send("GET", kind, "alice").json()["data"]
    assert (kept["id"], kept.get("name", "x")) == (foreign, "x")


@pytest.mark.parametrize(
    "row", [o for o in WITH_ID if {"{list}", "{delivery}"} & {*o.path.split("/")}], ids=lambda row: row.name
)
def test_the_id_of_somebody_else_in_ones_own_resource_is_as_absent(row: Operation, send: Send) -> None:
    """The second id of a path, where it is not a username or a shortcode, which anybody may add."""
    second = row.path.rpartition("{")[2].partition("}")[0]
    kind = "/api/campaigns" if row.path.startswith("/api/campaigns") else "/api/me/webhooks"
    inner = "/api/me/lists" if second == "list" else kind
    own = send("POST", kind, "bob", json=OWNED[kind]).json()["data"]["id"]
    foreign = send("POST", inner, "alice", json=OWNED[inner]).json()["data"]["id"]
    if second == "delivery":
        foreign = send("POST", f"{inner}/{foreign}/test", "alice").json()["data"]["id"]
    answers = set()
    for id_ in (foreign, "0" * len(foreign), *MALFORMED):
        found = send(row.method, row.path.format(**{"id": own, second: id_}), "bob")
        answers.add((found.status_code, found.json()["error"]))
    assert answers == {(404, f"The {second} does not exist")}
