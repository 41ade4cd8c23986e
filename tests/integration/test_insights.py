"""Insights over moto: from captions to API answers."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, Queue
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.invocation import handler_of
from tests.integration.pages import post_codes
from tests.local_client import local_client
from tests.seeds import another_process, numbered_post, sqs_event, store_creator

Calls = Callable[[], list[str]]


ANALYZE = handler_of(FUNCTIONS["analyze_posts"])


def analyze_ada() -> None:
    """Run the analysis worker with one message."""
    assert ANALYZE(sqs_event(Queue.ANALYSIS, '{"username": "ada"}')) == {"batchItemFailures": []}


def test_insights_are_pending_until_the_captions_are_analyzed(
    api: TestClient, aws: dict[str, str], aws_calls: Calls
) -> None:
    captions = ["Amazing concert last night 🎶 #music", "New song out now", "Horrible traffic, car broke down", ""]
    store_creator(*(numbered_post(n, caption=caption) for n, caption in enumerate(captions)))
    pending = api.get("/api/profile/ada/ai-insights").json()
    assert pending["ai_insights"]["status"] == "pending" and pending["coverage"]["analyzed_posts"] == 0
    assert pending["ai_insights"]["ai_primary_content_type"] is None
    asked = api.post("/api/profile/ada/ai-insights/refresh")
    assert asked.json()["data"] == {"username": "ada", "queued": True}
    [message] = process_container().sqs.receive_message(QueueUrl=aws["QUEUE_ANALYSIS"])["Messages"]
    assert json.loads(message["Body"])["username"] == "ada"
    analyze_ada()

    reader = local_client(compose(another_process()), raises=True)
    aws_calls()
    found = reader.get("/api/profile/ada/ai-insights").json()
    assert aws_calls() == ["GetItem"]
    assert found["ai_insights"]["status"] == "completed" and found["meta"]["ai_analysis_coverage"] == "100%"
    assert found["content"]["primary_category"] == "music"
    assert found["languages"]["primary_language"] == "en"
    assert found["engines"] == [{"engine": "rules", "version": "rules-2", "posts": 4}]
    assert api.get("/api/profile/ada").json()["ai_insights"] == found["ai_insights"]
    first = api.get("/api/profile/ada/posts").json()["posts"][0]
    assert (first["ai_content_category"], first["ai_sentiment"], first["ai_engine"]) == ("music", "positive", "rules")
    assert first["ai_analysis_raw"]["category_words"] == {"music": 5}
    assert first["ai_analysis_raw"]["sentiment"]["rule"] == "linear"
    assert first["ai_analysis_raw"]["language"]["tag"] == "en"
    assert post_codes(api, sentiment="negative") == ["p00002"]
    assert [c["username"] for c in api.get("/api/creators/search?language=en").json()["data"]] == ["ada"]
    assert api.get("/api/profile/ada/analytics").json()["content_mix"]["categories"]


def test_an_analysis_is_cached_by_caption_and_version_until_it_expires(
    api: TestClient, aws: dict[str, str], aws_calls: Calls
) -> None:
    store_creator(numbered_post(1, caption="Same words"))
    analyze_ada()
    first = process_container().analysis_cache.load_analyses("rules-2", ["Same words", "others"])
    assert list(first) == ["Same words"]
    assert process_container().analysis_cache.load_analyses("rules-1", ["Same words"]) == {}
    process_container().analysis_cache.save_analyses("rules-2", first, timedelta(seconds=-1))
    assert process_container().analysis_cache.load_analyses("rules-2", ["Same words"]) == {}


def test_the_analysis_of_a_creator_that_is_not_stored_is_404(api: TestClient) -> None:
    answer = api.post("/api/profile/never.asked.for/ai-insights/refresh")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "PROFILE_NOT_FOUND")
    assert answer.json()["error"] == "Profile never.asked.for is not stored"  # whether it exists was not asked


def test_a_list_of_creators_becomes_one_message_for_each(api: TestClient, aws: dict[str, str]) -> None:
    ANALYZE(sqs_event(Queue.ANALYSIS, '{"usernames": ["ada", "ben"]}'))
    answer = process_container().sqs.receive_message(QueueUrl=aws["QUEUE_ANALYSIS"], MaxNumberOfMessages=10)
    assert sorted(json.loads(m["Body"])["username"] for m in answer["Messages"]) == ["ada", "ben"]


@pytest.mark.parametrize("body", ["{}", '{"username": "a b"}', '{"usernames": ["x"], "username": "y"}'])
def test_a_malformed_analysis_message_goes_to_the_dead_letter_queue(
    api: TestClient, aws: dict[str, str], body: str
) -> None:
    assert ANALYZE(sqs_event(Queue.ANALYSIS, body)) == {"batchItemFailures": []}
    [letter] = process_container().sqs.receive_message(QueueUrl=aws["QUEUE_ANALYSIS_DEAD_LETTER"])["Messages"]
    assert letter["Body"] == body
