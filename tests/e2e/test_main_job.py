"""The main job through HTTP and SQS, and what happens to it when things go wrong."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from infra.local.processes import clean_environment, free_port, is_healthy, python
from infra.local.sandbox import wire
from infra.local.sandbox.creators import creator
from infra.toolkit import ROOT
from tests.e2e.conftest import System, body, processes_of, running, until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_a_requested_creator_is_processed_and_its_similar_profiles_have_lasting_images(system: System) -> None:
    asked = system.request("ada.lopez")
    assert asked["queued"] and asked["priority"] == "HIGH"
    done = system.wait_for("ada.lopez")
    assert done["profile_type"] == "primary" and done["request_id"] == asked["request_id"]
    answer = system.http.get("/api/profile/ada.lopez/similar-fast?limit=5").json()
    assert answer["message"] == "Found 5 similar profiles (cached)"
    image = httpx.get(answer["data"][0]["profile_image_url"])
    assert image.headers["content-type"] == "image/jpeg" and image.content.startswith(b"\xff\xd8")
    assert system.request("ada.lopez")["skip_reason"] == "recently_completed"
    items = system.client("dynamodb").query(
        TableName="profiles",
        KeyConditionExpression="username = :u",
        ExpressionAttributeValues={":u": {"S": "ada.lopez"}},
    )["Items"]
    kinds = [i["item"]["S"].split("#")[0] for i in items]
    assert kinds.count("profile") == 1 and kinds.count("day") == 1 and kinds.count("post") > 12
    assert all("image_key" in i for i in items if i["item"]["S"].startswith("post#"))


def test_a_thousand_simultaneous_requests_make_one_job_and_one_message(system: System) -> None:
    async def ask_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=1000)
        async with httpx.AsyncClient(base_url=system.api, limits=limits, timeout=120) as client:
            asks = (client.post("/api/profile/thousand.times/request") for _ in range(1000))
            return list(await asyncio.gather(*asks))

    # With the worker stopped the job stays active: every answer has to name it, and its message stays to be counted.
    [worker] = processes_of(system, "profile-high")
    os.kill(worker, signal.SIGSTOP)
    try:
        answers = asyncio.run(ask_all())
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        queue = system.queue_url("profile-high")
        depth = system.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    finally:
        os.kill(worker, signal.SIGCONT)
    assert {a.status_code for a in answers} == {200}
    found = [a.json()["data"] for a in answers]
    assert len({d["request_id"] for d in found}) == 1
    assert all(d["queued"] for d in found)
    assert sum(d["profile_type"] == "new" for d in found) == 1
    assert sum(int(depth[name]) for name in names) == 1
    assert system.wait_for("thousand.times")["profile_type"] == "primary"
    assert system.calls()["decodo#thousand.times"] == 1


def test_a_worker_that_is_killed_loses_nothing(system: System) -> None:
    system.fault(where="decodo", kind="hang", username="killed.worker")
    system.request("killed.worker")
    until(lambda: system.calls().get("decodo#killed.worker", 0) == 1, "the worker to be in the middle")
    [worker] = processes_of(system, "profile-high")
    os.kill(worker, signal.SIGKILL)
    done = system.wait_for("killed.worker")
    assert done["attempts"] == 2
    assert system.calls()["decodo#killed.worker"] == 2


def test_a_row_whose_message_was_never_sent_is_sent_by_the_sweeper(system: System) -> None:
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


def test_nine_good_messages_are_done_and_a_poison_one_is_buried_with_its_reason(system: System) -> None:
    sqs, queue = system.client("sqs"), system.queue_url("profile-low")
    names = [f"crawled.{n}" for n in range(9)]
    bodies = [body({"username": name, "unknown": "field"}) for name in names]
    bodies.insert(4, body({"username": "not a name"}))
    for start in (0, 5):
        entries = [{"Id": str(n), "MessageBody": b} for n, b in enumerate(bodies[start : start + 5])]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    for name in names:
        assert system.wait_for(name)["profile_type"] == "secondary"
    buried = []

    def dead() -> bool:
        buried.extend(
            sqs.receive_message(
                QueueUrl=system.queue_url("profile-low-dead-letter"), MessageAttributeNames=["All"]
            ).get("Messages", [])
        )
        return bool(buried)

    until(dead, "the dead letter")
    [letter] = buried
    assert letter["Body"] == bodies[4]
    assert "Username" in letter["MessageAttributes"]["reason"]["StringValue"]


def test_a_crawled_profile_is_upgraded_when_a_person_asks(system: System) -> None:
    system.client("sqs").send_message(QueueUrl=system.queue_url("profile-low"), MessageBody=body({"username": "up.me"}))
    assert system.wait_for("up.me")["profile_type"] == "secondary"
    assert system.request("up.me")["upgrade_from"] == "secondary"
    until(lambda: system.status("up.me").get("profile_type") == "primary", "the upgrade")


def test_a_name_that_does_not_exist_fails_at_once(system: System) -> None:
    system.request("missing.person")
    failed = system.wait_for("missing.person", "failed")
    assert failed["attempts"] == 1 and failed["error_message"] == "Profile missing.person does not exist"


@pytest.mark.parametrize("kind", ["http_400", "http_524", "hidden_613", "hidden_failed", "garbage", "empty", "cut_off"])
def test_an_upstream_failure_that_passes_costs_nothing(system: System, kind: str) -> None:
    username = f"passing.{kind}"
    system.fault(where="decodo", kind=kind, username=username)
    system.request(username)
    assert system.wait_for(username)["attempts"] == 1
    assert system.calls()[f"decodo#{username}"] == 2


def test_similar_fast_answers_in_time_while_ten_of_eighty_image_hosts_hang(system: System) -> None:
    everybody: list[str] = []
    for n in range(100):
        name = f"popular.{n}"
        everybody = [r["username"] for r in _related(system, name)]
        if len(everybody) >= 80:
            break
    for similar in everybody[:10]:
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


def test_images_that_play_tricks_are_refused_and_the_rest_of_the_set_is_unharmed(system: System) -> None:
    names = [row["username"] for row in _related(system, "tricked.one")][:20]
    tricks = ["redirect_private", "redirect_elsewhere", "html_as_png", "huge", "bomb", "http_404", "empty", "cut_off"]
    for trick, name in zip(tricks, names, strict=False):
        system.fault(where="images", kind=trick, username=name)
    answer = system.http.get("/api/profile/tricked.one/similar-fast?limit=20").json()
    urls = [row["profile_image_url"] for row in answer["data"]]
    assert urls[: len(tricks)] == [None] * len(tricks)
    assert all(httpx.get(url).content.startswith(b"\xff\xd8") for url in urls[len(tricks) :])


def test_simultaneous_misses_cause_one_fetch(system: System) -> None:
    async def ask_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=system.api, timeout=60) as client:
            asks = (client.get("/api/profile/single.flight/similar-fast") for _ in range(30))
            return list(await asyncio.gather(*asks))

    answers = asyncio.run(ask_all())
    assert {a.status_code for a in answers} == {200}
    assert system.calls()["similar#single.flight"] == 1


def test_a_high_job_does_not_wait_for_a_flood_of_low_ones(system: System) -> None:
    sqs, queue = system.client("sqs"), system.queue_url("profile-low")
    for start in range(0, 2000, 10):
        entries = [{"Id": str(n), "MessageBody": body({"username": f"flood.{start + n}"})} for n in range(10)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    system.request("in.a.hurry")
    system.wait_for("in.a.hurry")
    low = system.http.get("/api/viral-ideas/queue-status").json()["data"]["low_priority"]
    assert low > 1000, "LOW was drained before the HIGH job ended: the flood proved nothing"
    before = low
    until(
        lambda: system.http.get("/api/viral-ideas/queue-status").json()["data"]["low_priority"] < before,
        "LOW to go on",
    )
    sqs.purge_queue(QueueUrl=queue)


def test_statistics_of_the_cache_are_measured(system: System) -> None:
    system.http.get("/api/profile/counted.one/similar-fast")
    system.http.get("/api/profile/counted.one/similar-fast")
    cleared = system.http.delete("/api/profile/counted.one/similar-cache").json()
    assert cleared["message"] == "Cache cleared for @counted.one"

    def measured() -> bool:
        data = system.http.get("/api/similar-cache/stats").json()["data"]
        return bool(data["clears"] and data["hit_rate"] and data["mean_clear_seconds"] is not None)

    until(measured, "the figures to reach CloudWatch")


def test_the_same_run_works_against_somebody_elses_upstream_that_fails_at_first(tmp_path: Path) -> None:
    port = free_port(0)
    base = f"http://127.0.0.1:{port}"
    upstream = subprocess.Popen(
        python("infra.local.sandbox.app", "--port", str(port)), cwd=ROOT, env=clean_environment()
    )
    try:
        until(lambda: is_healthy(f"{base}/_calls"), "the other upstream")
        httpx.post(f"{base}/_faults", json={"where": "decodo", "kind": "hidden_613", "times": 1}).raise_for_status()
        httpx.post(f"{base}/_faults", json={"where": "reels", "kind": "http_500", "times": 1}).raise_for_status()
        variables = {
            "DECODO_BASE_URL": f"{base}/decodo/",
            "DECODO_API_KEY": "sandbox:sandbox",
            "RAPIDAPI_BASE_URL": f"{base}/rapidapi",
            "RAPIDAPI_KEY": "sandbox",
            "IMAGE_HOST_ALLOWLIST": f"127.0.0.1:{port}",
        }
        with running(tmp_path, "--once", "--creator", "rosa.mori", **variables) as (process, _):
            output, _ = process.communicate(timeout=240)
        assert process.returncode == 0, output
        assert "@rosa.mori" in output and "primary profile" in output
        assert httpx.get(f"{base}/_calls").json()["decodo#rosa.mori"] == 2
    finally:
        upstream.terminate()
        upstream.wait()


def test_a_taken_port_is_said_in_one_line(tmp_path: Path, system: System) -> None:
    environment = clean_environment(LOCAL_STATE=str(tmp_path), API_PORT=system.api.rsplit(":", 1)[1])
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "--once"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "API_PORT" in done.stdout
