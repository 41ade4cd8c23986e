"""The composed API over moto: texts of the contract, and the number of AWS calls per request."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.jobs import Priority, claimed, completed
from fastapi.testclient import TestClient

from tests.seeds import IMAGE_BYTES, store_creator, store_similar

Calls = Callable[[], list[str]]


def complete_job() -> None:
    """Store the job and the profile of ada as after the work of a worker."""
    jobs, now = process_container().job_store, datetime.now(UTC)
    job = jobs.load_job("ada")
    assert job is not None
    busy = claimed(job, now, timedelta(seconds=60))
    jobs.save_job(busy, over=job)
    jobs.save_job(completed(busy, now), over=busy)
    store_creator()


def test_a_new_request_is_answered_as_the_contract_says_in_four_calls(api: TestClient, aws_calls: Calls) -> None:
    answer = api.post("/api/profile/@Ada/request")
    assert answer.status_code == 200
    data = answer.json()["data"]
    request_id = data.pop("request_id")
    assert request_id == answer.headers["x-request-id"]
    assert data == {
        "queued": True,
        "message": "Profile ada added to high priority processing queue",
        "estimated_time": "1-2 minutes",
        "profile_type": "new",
        "status": "pending",
        "priority": "HIGH",
        "queue_position": 1,
        "next_check_recommended": "30 seconds",
    }
    assert aws_calls() == ["BatchGetItem", "UpdateItem", "PutItem", "SendMessage"]


def test_a_request_for_a_queued_profile_takes_one_call(api: TestClient, aws_calls: Calls) -> None:
    first = api.post("/api/profile/ada/request?source=api").json()["data"]
    aws_calls()
    data = api.post("/api/profile/ada/request?source=api").json()["data"]
    assert aws_calls() == ["BatchGetItem"]
    assert data == {
        "queued": True,
        "message": "Profile ada is already in queue (status: PENDING)",
        "estimated_time": "1-2 minutes",
        "profile_type": "queued",
        "status": "pending",
        "priority": "MEDIUM",
        "queue_position": 1,
        "request_id": first["request_id"],
        "skip_reason": "already_in_queue",
    }


def test_a_request_for_a_completed_profile_takes_one_call(api: TestClient, aws_calls: Calls) -> None:
    api.post("/api/profile/ada/request")
    complete_job()
    aws_calls()
    data = api.post("/api/profile/ada/request").json()["data"]
    assert aws_calls() == ["BatchGetItem"]
    assert data["message"] == "Profile ada was recently processed and is now available"
    assert (data["queued"], data["status"], data["skip_reason"]) == (False, "exists", "recently_completed")
    assert data["created_at"].endswith("Z")


def test_a_refresh_takes_the_calls_of_a_new_request_and_one_that_is_too_early_takes_one(
    api: TestClient, aws_calls: Calls
) -> None:
    api.post("/api/profile/ada/request")
    complete_job()
    aws_calls()
    data = api.post("/api/profile/ada/request?refresh=true").json()["data"]
    assert aws_calls() == ["BatchGetItem", "UpdateItem", "PutItem", "SendMessage"]
    assert (data["queued"], data["profile_type"], data["status"]) == (True, "primary", "pending")
    queued = api.post("/api/profile/ada/request?refresh=true").json()["data"]
    assert aws_calls() == ["BatchGetItem"]
    assert (queued["profile_type"], queued["request_id"]) == ("queued", data["request_id"])
    complete_job()
    aws_calls()
    known = api.post("/api/profile/ada/request?refresh=true").json()["data"]
    assert aws_calls() == ["BatchGetItem"]
    assert (known["queued"], known["status"], known["skip_reason"]) == (False, "exists", "already_processed")


def test_simultaneous_refreshes_make_one_job_and_one_message(api: TestClient, aws_calls: Calls) -> None:
    store_creator()
    aws_calls()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: api.post("/api/profile/ada/request?refresh=true"), range(100)))
    found = [answer.json()["data"] for answer in answers]
    assert len({data["request_id"] for data in found}) == 1
    assert sorted(data["profile_type"] for data in found) == ["primary"] + ["queued"] * 99
    assert aws_calls().count("SendMessage") == 1
    assert process_container().job_store.load_counters()[Priority.HIGH].active == 1


def test_reading_the_status_takes_one_call(api: TestClient, aws_calls: Calls) -> None:
    assert api.get("/api/profile/ada/status").json()["data"]["status"] == "not_found"
    assert aws_calls() == ["BatchGetItem"]
    api.post("/api/profile/ada/request")
    aws_calls()
    data = api.get("/api/profile/ada/status").json()["data"]
    assert aws_calls() == ["BatchGetItem"]
    assert (data["completed"], data["status"], data["queue_position"], data["attempts"]) == (False, "pending", 1, 0)
    complete_job()
    data = api.get("/api/profile/ada/status").json()["data"]
    assert (data["completed"], data["status"], data["profile_type"]) == (True, "completed", "primary")


def test_a_similar_cache_hit_takes_one_call(api: TestClient, aws_calls: Calls) -> None:
    store_similar("ben")
    aws_calls()
    answer = api.get("/api/profile/ada/similar-fast")
    assert aws_calls() == ["GetItem"]
    assert answer.json()["message"] == "Found 1 similar profiles (cached)"
    assert answer.json()["data"] == [
        {
            "username": "ben",
            "name": "Ben",
            "rank": 1,
            "profile_image_url": "https://cdn.test/similar/ada/ben_profile.jpg?v=v1",
        }
    ]
    again = api.get("/api/profile/ada/similar-fast", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_similar_profiles_without_a_provider_are_503(api: TestClient) -> None:
    answer = api.get("/api/profile/ada/similar-fast")
    assert answer.status_code == 503
    assert answer.json()["error"] == "Simple similar profiles API not available"
    assert answer.json()["username"] == "ada"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "text"),
    [
        ("POST", "/api/profile/%20/request", 400, "EMPTY_USERNAME", "Username cannot be empty"),
        ("POST", f"/api/profile/{'a' * 31}/request", 400, "INVALID_USERNAME", "Username too long (max 30 characters)"),
        ("GET", "/api/profile/a-b/status", 400, "INVALID_USERNAME", None),
        ("POST", "/api/profile/ada/request?source=a-b", 400, "INVALID_PARAMETER", None),
        ("GET", "/api/profile/ada/similar-fast?limit=0", 400, "INVALID_PARAMETER",
         "limit: must be an integer from 1 to 80"),
        ("GET", "/api/profile/ada/similar-fast?limit=81", 400, "INVALID_PARAMETER", None),
        ("GET", "/api/profile/ada/similar-fast?limit=x", 400, "INVALID_PARAMETER", None),
        ("GET", "/api/profile/ada/similar-fast?force_refresh=x", 400, "INVALID_PARAMETER",
         "force_refresh: must be true or false"),
        ("GET", "/nowhere", 404, "NOT_FOUND", None),
        ("PUT", "/api/profile/ada/status", 405, "METHOD_NOT_ALLOWED", None),
        ("POST", "/api/profiles/request", 400, "INVALID_PARAMETER", None),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_an_error_of_the_same_shape(
    api: TestClient, method: str, path: str, status: int, code: str, text: str | None
) -> None:
    answer = api.request(method, path)
    body = answer.json()
    assert answer.status_code == status
    assert body["error_code"] == code
    assert body["detail"] == body["error"] and (text is None or body["error"] == text)
    assert body["success"] is False and body["timestamp"].endswith("Z") and body["troubleshooting"]
    assert body["request_id"] == answer.headers["x-request-id"]


def test_bulk_rows_are_in_order_and_a_bad_name_fails_only_its_own_row(api: TestClient) -> None:
    names: list[Any] = ["ada", "not a name", "@Ben", "ada", 7, ""]
    rows = api.post("/api/profiles/request", json={"usernames": names}).json()["data"]
    assert [r["username"] for r in rows] == ["ada", "not a name", "ben", "ada", "(int)", ""]
    assert [r["success"] for r in rows] == [True, False, True, True, False, False]
    assert rows[0]["data"]["priority"] == "MEDIUM"
    assert rows[1]["error_code"] == "INVALID_USERNAME" and "data" not in rows[1]


@pytest.mark.parametrize("name", ["\\ud800", "a\\u0000", "\\u202e", "x" * 10_000])
def test_a_name_that_cannot_be_encoded_or_is_huge_fails_only_its_own_row(api: TestClient, name: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.post("/api/profiles/request", content=f'{{"usernames": ["{name}", "ada"]}}', headers=headers)
    assert answer.status_code == 200
    assert [r["success"] for r in answer.json()["data"]] == [False, True]


@pytest.mark.parametrize("usernames", [[], ["a"] * 101, "ada", None])
def test_a_bulk_request_has_one_to_a_hundred_names(api: TestClient, usernames: Any) -> None:
    answer = api.post("/api/profiles/request", json={"usernames": usernames})
    assert answer.status_code == 400
    assert "usernames" in answer.json()["error"]


def test_a_body_that_is_too_large_is_refused(api: TestClient) -> None:
    answer = api.post("/api/profiles/request", content=b"[" + b" " * 300_000)
    assert answer.status_code == 413 and answer.json()["error_code"] == "PAYLOAD_TOO_LARGE"


def test_a_repeated_idempotency_key_gets_the_first_answer_again(api: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = api.post("/api/profile/ada/request", headers=headers)
    again = api.post("/api/profile/ada/request", headers=headers)
    assert first.json() == again.json() and first.json()["data"]["profile_type"] == "new"
    assert again.headers["idempotent-replayed"] == "true"
    other = api.post("/api/profile/ben/request", headers=headers)
    assert other.status_code == 409 and "Idempotency-Key" in other.json()["error"]
    assert "Retry-After" not in other.headers
    assert other.json()["error_code"] == "CONFLICT"


def test_the_queue_status_counts_waiting_jobs_by_priority(api: TestClient) -> None:
    for name, source in [("a", "frontend"), ("b", "crawler"), ("c", "crawler")]:
        api.post(f"/api/profile/{name}/request?source={source}")
    data = api.get("/api/viral-ideas/queue-status").json()["data"]
    assert (data["high_priority"], data["medium_priority"], data["low_priority"]) == (1, 0, 2)
    assert (data["total_pending"], data["processing_count"]) == (3, 0)
    assert data["queues"]["low"]["oldest_age_seconds"] >= 0
    assert data["queues"]["medium"]["oldest_age_seconds"] is None


def test_a_cleared_cache_is_answered_as_the_contract_says(api: TestClient) -> None:
    store_similar("ben")
    process_container().image_store.store_image("similar/ada/ben_profile.jpg", b"jpeg")
    process_container().image_store.store_image("similar/ada2/ben_profile.jpg", b"jpeg")
    body = api.delete("/api/profile/ada/similar-cache").json()
    assert body["message"] == "Cache cleared for @ada"
    data = body["data"]
    assert data["cache_details"] == {
        "profiles_cleared": 1,
        "images_invalidated": 1,
        "cache_type": "similar_profiles",
        "cdn_coordination": "completed",
    }
    assert process_container().image_store.delete_images("similar/ada2/") == 1
    nothing = api.delete("/api/profile/ada/similar-cache").json()
    assert nothing["message"] == "No cached data found for @ada"
    assert nothing["data"]["cache_clearing"]["cache_cleared"] is False
    assert nothing["data"]["cache_details"]["cdn_coordination"] == "no_action_needed"
    assert nothing["data"]["next_steps"]["cache_status"] == "no_cache_found"


def test_statistics_of_the_similar_cache_count_its_sets_and_bytes(api: TestClient) -> None:
    store_similar("ben")
    data = api.get("/api/similar-cache/stats").json()["data"]
    assert (data["entries"], data["bytes"]) == (1, IMAGE_BYTES)
    assert data["hit_rate"] is None and data["notes"]


def test_while_the_store_is_down_reads_are_503_and_requests_are_recovered(api: TestClient) -> None:
    process_container().dynamodb.delete_table(TableName="jobs")
    status = api.get("/api/profile/ada/status")
    assert status.status_code == 503 and "jobs" not in status.text and "Table" not in status.text
    data = api.post("/api/profile/ada/request").json()["data"]
    assert (data["error_recovery"], data["fallback_mode"], data["profile_type"]) == (True, True, "processing")
    assert data["message"] == "Profile ada is being processed (system recovery mode)"


def test_while_the_queue_is_down_a_request_is_503_and_leaves_no_job(api: TestClient, aws: dict[str, str]) -> None:
    process_container().sqs.delete_queue(QueueUrl=aws["QUEUE_PROFILE_HIGH"])
    answer = api.post("/api/profile/ada/request")
    assert answer.status_code == 503 and "retry-after" in answer.headers
    assert api.get("/api/profile/ada/status").json()["data"]["status"] == "not_found"
    assert process_container().job_store.load_counters()[Priority.HIGH].active == 0


def test_an_unexpected_error_gives_the_client_no_details(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(username: str) -> None:
        raise RuntimeError("arn:aws:dynamodb secret")

    monkeypatch.setattr(process_container().job_store, "load_state", broken)
    answer = api.get("/api/profile/ada/status")
    assert answer.status_code == 500
    assert answer.json()["error_code"] == "INTERNAL_ERROR" and "arn" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_the_documentation_is_one_page_that_loads_nothing_from_other_hosts(api: TestClient) -> None:
    page = api.get("/docs")
    assert page.status_code == 200 and "SwaggerUIBundle(" in page.text
    assert '<script src="http' not in page.text and "<link" not in page.text


def test_an_unknown_profile_without_a_provider_is_503(api: TestClient) -> None:
    answer = api.get("/api/profile/ada")
    assert answer.status_code == 503 and "retry-after" in answer.headers
