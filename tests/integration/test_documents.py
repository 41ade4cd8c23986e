"""Stored documents over moto: the cost of reads, staleness, and which document is served."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName, document
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from tests.local_client import local_client
from tests.seeds import NOW, another_process, numbered_post, store_creator

Calls = Callable[[], list[str]]


READS = [
    ("/api/profile/ada", timedelta(hours=24)),
    ("/api/profile/ada/analytics", timedelta(hours=6)),
    ("/api/profile/ada/posts", timedelta(hours=12)),
]


@pytest.mark.parametrize(("path", "fresh_for"), READS)
def test_reading_a_fresh_document_takes_one_call_and_none_while_the_process_keeps_it(
    aws_calls: Calls, path: str, fresh_for: timedelta
) -> None:
    store_creator(numbered_post(1), numbered_post(2), age=fresh_for - timedelta(hours=1))
    reader = local_client(compose(another_process()), raises=True)
    aws_calls()
    fresh = reader.get(path)
    assert aws_calls() == ["GetItem"]
    assert fresh.json()["meta"]["stale"] is False and fresh.headers["cache-control"] == "private, max-age=60"
    again = reader.get(path, headers={"If-None-Match": fresh.headers["etag"]})
    assert again.status_code == 304
    assert aws_calls() == []


@pytest.mark.parametrize(("path", "fresh_for"), READS)
def test_the_first_read_of_a_stale_document_requests_a_new_build_in_four_more_calls(
    aws_calls: Calls, aws: dict[str, str], path: str, fresh_for: timedelta
) -> None:
    store_creator(numbered_post(1), numbered_post(2), age=fresh_for)
    reader = local_client(compose(another_process()), raises=True)
    aws_calls()
    stale = reader.get(path)
    # The document; the breaker, the lock, the count of refreshes on read, the message.
    assert aws_calls() == ["GetItem", "GetItem", "PutItem", "UpdateItem", "SendMessage"]
    assert stale.json()["meta"]["stale"] is True and stale.headers["cache-control"] == "no-store"
    assert stale.json()["meta"]["age_seconds"] >= fresh_for.total_seconds()
    assert reader.get(path).json()["meta"]["stale"] is True
    assert aws_calls() == []
    [message] = process_container().sqs.receive_message(QueueUrl=aws["QUEUE_PROFILE_MEDIUM"])["Messages"]
    assert json.loads(message["Body"])["source"] == "refresh"


@pytest.mark.parametrize(("path", "fresh_for"), READS)
def test_a_client_whose_copy_is_current_gets_304(api: TestClient, path: str, fresh_for: timedelta) -> None:
    store_creator(numbered_post(1), numbered_post(2))
    etag = api.get(path).headers["etag"]
    again = api.get(path, headers={"If-None-Match": f'"other", {etag}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == etag
    store_creator(numbered_post(1), numbered_post(2), numbered_post(0), followers=77)
    assert api.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_profile_answers_as_the_contract_says(api: TestClient) -> None:
    store_creator(numbered_post(1), numbered_post(2))
    body = api.get("/api/profile/ada").json()
    assert list(body) == ["success", "profile", "ai_insights", "analytics", "meta"]
    assert body["profile"]["followers"] == 1000 and body["profile"]["profile_type"] == "primary"
    assert body["profile"]["profile_image_url"] == "https://cdn.test/profiles/ada/profile.jpg?v=v1"
    assert body["ai_insights"]["status"] == "pending"
    assert body["analytics"]["avg_likes"] == (37 + 74) / 2 and body["analytics"]["sample_size"] == 2
    assert body["analytics"]["influence_score"] is not None
    assert (body["meta"]["cache_hit"], body["meta"]["stale"], body["meta"]["source"]) == (True, False, "decodo")
    assert body["meta"]["ai_analysis_coverage"] == "0%"


def test_a_profile_stored_before_its_provider_was_recorded_is_from_the_store(api: TestClient) -> None:
    store_creator(numbered_post(1), source=None)
    for path in ("", "/posts", "/analytics", "/analytics?days=30", "/ai-insights"):
        assert api.get(f"/api/profile/ada{path}").json()["meta"]["source"] == "store"
    store_creator(numbered_post(1), source="rapidapi")
    for path in ("", "/posts", "/analytics", "/analytics?days=30", "/ai-insights"):
        assert api.get(f"/api/profile/ada{path}").json()["meta"]["source"] == "rapidapi"


def test_a_document_that_is_too_large_for_an_item_is_served_from_the_bucket(
    api: TestClient, aws: dict[str, str]
) -> None:
    quotes = '"' * 250_000  # twice as long in JSON as in the profile's own item
    stored = store_creator(numbered_post(1), biography=quotes)
    assert len(process_container().s3.list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])["Contents"]) == 1
    reader = local_client(compose(another_process()), raises=True)
    assert reader.get("/api/profile/ada").json()["profile"]["biography"] == quotes
    later = replace(stored, updated_at=NOW + timedelta(hours=1), biography="short")
    process_container().profile_store.save_profile(later, fence=1, over=None)
    process_container().document_writer.write("ada")
    assert api.get("/api/profile/ada").json()["profile"]["biography"] == "short"
    assert "Contents" not in process_container().s3.list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])


def test_a_large_document_whose_object_is_missing_is_built_again(aws: dict[str, str]) -> None:
    quotes = '"' * 250_000
    store_creator(numbered_post(1), biography=quotes)
    for found in process_container().s3.list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])["Contents"]:
        process_container().s3.delete_object(Bucket=aws["BUCKET_DOCUMENTS"], Key=found["Key"])
    reader = local_client(compose(another_process()), raises=True)
    assert reader.get("/api/profile/ada").json()["profile"]["biography"] == quotes


@pytest.mark.usefixtures("aws")
def test_an_expired_document_is_never_served() -> None:
    store_creator(numbered_post(1))
    key: Any = {"username": {"S": "ada"}, "item": {"S": "document#profile"}}
    process_container().dynamodb.update_item(
        TableName="profiles",
        Key=key,
        UpdateExpression="SET body = :body, expires_at = :past",
        ExpressionAttributeValues={":body": {"S": '{"old": true}'}, ":past": {"N": "1"}},
    )
    reader = local_client(compose(another_process()), raises=True)
    assert reader.get("/api/profile/ada").json()["profile"]["username"] == "ada"


@pytest.mark.usefixtures("aws")
def test_an_older_document_never_replaces_a_newer_one() -> None:
    documents = process_container().document_store
    new = document(DocumentName.PROFILE, '{"new": true}', NOW, NOW, "0%")
    documents.save_document("ada", DocumentName.PROFILE, new)
    documents.save_document(
        "ada", DocumentName.PROFILE, document(DocumentName.PROFILE, "{}", NOW, NOW - timedelta(days=1), "0%")
    )
    assert documents.load_document("ada", DocumentName.PROFILE) == new


def test_a_creator_that_does_not_exist_is_the_same_error_on_every_path(api: TestClient) -> None:
    process_container().absences.remember_absence("no.such.name", timedelta(hours=1))
    for path in (
        "",
        "/posts",
        "/posts?stream=true",
        "/analytics",
        "/analytics?days=7",
        "/analytics?stream=true",
        "/export",
    ):
        answer = api.get(f"/api/profile/no.such.name{path}")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "PROFILE_NOT_FOUND"), path


def test_analytics_of_another_period_are_computed_from_the_posts(api: TestClient, aws_calls: Calls) -> None:
    store_creator(*(numbered_post(n * 24) for n in range(40)))
    aws_calls()
    body = api.get("/api/profile/ada/analytics?days=7").json()
    assert aws_calls() == ["GetItem", "Query", "Query", "GetItem", "Query"]
    assert (body["days"], body["posting_frequency"]["posts"]) == (7, 7)
    assert body["engagement"]["sample_size"] == 12
    assert api.get("/api/profile/ada/analytics?days=0").json()["error"] == "days: must be an integer from 1 to 365"
