"""Faults injected into the running local system."""

import os
import signal
import time
from datetime import datetime, timedelta

import httpx
import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.posts import PostAnalysis

from infra.local.poller import RECEIVE_WAIT_SECONDS
from infra.local.sandbox import wire
from infra.local.sandbox.creators import creator
from tests.local_system import System, body, processes_of, until
from tests.seeds import numbered_post, store_creator

pytestmark = pytest.mark.system


def test_the_job_of_a_killed_worker_is_completed_at_the_next_attempt(system: System) -> None:
    system.fault(where="decodo", kind="hang", username="killed.worker")
    system.request("killed.worker")
    until(lambda: system.calls().get("decodo#killed.worker", 0) == 1, "the worker to be in the middle")
    [worker] = processes_of(system, "profile-high")
    os.kill(worker, signal.SIGKILL)
    done = system.wait_for("killed.worker")
    assert done["attempts"] == 2
    assert system.calls()["decodo#killed.worker"] == 2


def test_the_sweeper_sends_the_message_of_a_row_that_never_had_one(system: System) -> None:
    system.request("ben.kaya")
    system.wait_for("ben.kaya")
    dynamodb = system.client("dynamodb")
    row = dynamodb.get_item(TableName="jobs", Key={"username": {"S": "ben.kaya"}})["Item"]
    row |= {
        "username": {"S": "never.sent"},
        "status": {"S": "PENDING"},
        "active": {"S": "PENDING#HIGH"},
        "due_at": {"N": "1"},
        "attempts": {"N": "0"},
    }
    dynamodb.put_item(TableName="jobs", Item=row)
    assert system.wait_for("never.sent")["attempts"] == 1


def test_nine_good_messages_are_processed_and_a_malformed_one_becomes_a_dead_letter_with_its_reason(
    system: System,
) -> None:
    sqs, queue = system.client("sqs"), system.queue_url("profile-low")
    names = [f"crawled.{n}" for n in range(9)]
    bodies = [body({"username": name, "unknown": "field"}) for name in names]
    bodies.insert(4, body({"username": "not a name"}))
    for start in (0, 5):
        entries = [{"Id": str(n), "MessageBody": b} for n, b in enumerate(bodies[start : start + 5])]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    for name in names:
        assert system.wait_for(name)["profile_type"] == "secondary"
    letters = []

    def dead() -> bool:
        letters.extend(
            sqs.receive_message(
                QueueUrl=system.queue_url("profile-low-dead-letter"), MessageAttributeNames=["All"]
            ).get("Messages", [])
        )
        return bool(letters)

    until(dead, "the dead letter")
    [letter] = letters
    assert letter["Body"] == bodies[4]
    assert "Username" in letter["MessageAttributes"]["reason"]["StringValue"]


@pytest.mark.parametrize("kind", ["http_400", "http_524", "hidden_613", "hidden_failed", "garbage", "empty", "cut_off"])
def test_a_transient_upstream_failure_does_not_use_up_an_attempt_of_the_job(system: System, kind: str) -> None:
    username = f"passing.{kind}"
    system.fault(where="decodo", kind=kind, username=username)
    system.request(username)
    assert system.wait_for(username)["attempts"] == 1
    assert system.calls()[f"decodo#{username}"] == 2


def test_similar_fast_answers_in_time_while_ten_of_eighty_image_hosts_hang(system: System) -> None:
    similar_names: list[str] = []
    for n in range(100):
        name = f"popular.{n}"
        similar_names = [r["username"] for r in _related(system, name)]
        if len(similar_names) >= 80:
            break
    for similar in similar_names[:10]:
        system.fault(where="images", kind="hang", times=0, username=similar)
    answer = system.http.get(f"/api/profile/{name}/similar-fast?limit=80", timeout=29).json()
    urls = [row["profile_image_url"] for row in answer["data"]]
    assert len(urls) == 80 and urls.count(None) == 10 and urls[:10] == [None] * 10
    again = system.http.get(f"/api/profile/{name}/similar-fast?limit=80").json()
    assert again["message"] == "Found 70 similar profiles (cached)"


def _related(system: System, name: str) -> list[dict[str, str]]:
    found = wire.similar(creator(name), system.sandbox)
    if isinstance(found, dict):
        found = found.get("data") or list(found.values())
    return list(found)


def test_unacceptable_images_are_refused_and_the_others_of_the_set_are_stored(system: System) -> None:
    names = [row["username"] for row in _related(system, "tricked.one")][:20]
    tricks = ["redirect_private", "redirect_elsewhere", "html_as_png", "huge", "bomb", "http_404", "empty", "cut_off"]
    for trick, name in zip(tricks, names, strict=False):
        system.fault(where="images", kind=trick, username=name)
    answer = system.http.get("/api/profile/tricked.one/similar-fast?limit=20").json()
    urls = [row["profile_image_url"] for row in answer["data"]]
    assert urls[: len(tricks)] == [None] * len(tricks)
    assert all(httpx.get(url).content.startswith(b"\xff\xd8") for url in urls[len(tricks) :])


def test_a_high_job_does_not_wait_for_two_thousand_low_ones(system: System) -> None:
    sqs, queue = system.client("sqs"), system.queue_url("profile-low")
    for start in range(0, 2000, 10):
        entries = [{"Id": str(n), "MessageBody": body({"username": f"flood.{start + n}"})} for n in range(10)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    system.request("in.a.hurry")
    system.wait_for("in.a.hurry")
    low = system.http.get("/api/viral-ideas/queue-status").json()["data"]["low_priority"]
    assert low > 1000, "the LOW queue was empty before the HIGH job ended, so that this proved nothing"
    before = low
    until(
        lambda: system.http.get("/api/viral-ideas/queue-status").json()["data"]["low_priority"] < before,
        "LOW to go on",
    )
    sqs.purge_queue(QueueUrl=queue)


def test_every_job_ends_once_although_the_worker_is_killed_repeatedly(system: System) -> None:
    names = [f"chaos.{n}" for n in range(20)]
    for name in names:
        system.request(name)
    for done in (3, 8):
        until(lambda done=done: _ended(system, names) >= done, f"{done} jobs to end")  # type: ignore[misc]
        for worker in processes_of(system, "profile-high"):
            os.kill(worker, signal.SIGKILL)
    until(lambda: _ended(system, names) == len(names), "all jobs to end")
    found = [system.status(name) for name in names]
    # A job may have been with the killed worker on all three attempts; every other profile is stored completely.
    assert all(d["profile_type"] == "primary" for d in found if d["status"] == "completed")
    assert all(d["attempts"] == 3 for d in found if d["status"] == "failed")

    def counters_are_equal() -> bool:
        row = system.client("dynamodb").get_item(TableName="control", Key={"id": {"S": "queue#HIGH"}})["Item"]
        return bool(row["issued"] == row["finished"])

    until(counters_are_equal, "no ticket to be left active")


def _ended(system: System, names: list[str]) -> int:
    return sum(system.status(name)["status"] in ("completed", "failed") for name in names)


@pytest.mark.usefixtures("connected")
def test_every_post_is_analyzed_once_although_the_worker_is_killed_repeatedly(system: System) -> None:
    # Long captions keep the worker busy for seconds.
    posts = [numbered_post(n, caption=f"{n} was a great day at the beach. " * 200) for n in range(100)]
    store_creator(*posts, username="chaos.reading", documents=False)

    def read() -> dict[str, PostAnalysis]:
        found = process_container().post_store.newest_posts(HistoryKey("chaos.reading"))
        return {p.shortcode: p.analysis for p in found if p.analysis}

    def deliver() -> None:
        # SQS delivers the message of a dead worker again after the visibility time-out. A message sent too early would
        # be received by the still open request of the killed worker.
        time.sleep(RECEIVE_WAIT_SECONDS + 1)
        queue = system.queue_url("analysis")
        system.client("sqs").send_message(QueueUrl=queue, MessageBody='{"username": "chaos.reading"}')

    seen: dict[str, PostAnalysis] = {}
    for _ in range(2):
        known = len(seen)
        deliver()
        until(lambda known=known: len(read()) > known, "more posts to be read")  # type: ignore[misc]
        for worker in processes_of(system, "analyze_posts"):
            os.kill(worker, signal.SIGKILL)
        seen = read()
    assert len(seen) < len(posts)
    deliver()

    def is_concluded() -> bool:
        document = process_container().document_store.load_document("chaos.reading", DocumentName.INSIGHTS)
        return bool(document and document.ai_coverage == "100%")

    until(is_concluded, "the analysis to be whole")
    after = read()
    assert len(after) == 100 and seen.items() <= after.items()
    insights = system.http.get("/api/profile/chaos.reading/ai-insights").json()
    assert insights["coverage"] == {"posts": 100, "analyzed_posts": 100, "share": 1.0}
    stored = process_container().profile_store.load_profile("chaos.reading")
    assert stored is not None and stored.analysis_due_at is not None


@pytest.mark.usefixtures("connected")
def test_captions_whose_message_was_lost_are_analyzed_when_they_are_due(system: System) -> None:
    stored = store_creator(numbered_post(1), numbered_post(2), username="never.read", documents=False)
    process_container().profile_store.postpone_analysis("never.read", stored.updated_at)
    until(
        lambda: all(p.analysis for p in process_container().post_store.newest_posts(HistoryKey("never.read"))),
        "the captions to be read",
    )

    def next_due() -> datetime | None:
        found = process_container().profile_store.load_profile("never.read")
        return found.analysis_due_at if found else None

    until(lambda: (next_due() or stored.updated_at) - stored.updated_at > timedelta(days=6), "the week after")
