"""The main job through HTTP and SQS."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.processes import clean_environment, free_port, is_healthy, python
from infra.toolkit import ROOT
from tests.local_system import PATIENCE_SECONDS, System, body, processes_of, running, until

pytestmark = pytest.mark.system


def test_a_requested_creator_is_processed_and_its_similar_profiles_have_permanent_image_urls(system: System) -> None:
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


def ask_a_thousand_times(system: System, path: str) -> list[dict[str, Any]]:
    """Return the data of the answers, and check that they made one job and one message."""

    async def ask_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=1000)
        async with httpx.AsyncClient(base_url=system.api, limits=limits, timeout=120) as client:
            return list(await asyncio.gather(*(client.post(path) for _ in range(1000))))

    # With the worker stopped the job stays active, so every answer has to refer to it, and its message can be counted.
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
    found: list[dict[str, Any]] = [a.json()["data"] for a in answers]
    assert len({d["request_id"] for d in found}) == 1
    assert all(d["queued"] for d in found)
    assert sum(int(depth[name]) for name in names) == 1
    return found


def test_a_thousand_simultaneous_requests_make_one_job_and_one_message(system: System) -> None:
    found = ask_a_thousand_times(system, "/api/profile/thousand.times/request")
    assert sum(d["profile_type"] == "new" for d in found) == 1
    assert system.wait_for("thousand.times")["profile_type"] == "primary"
    assert system.calls()["decodo#thousand.times"] == 1


def test_a_thousand_simultaneous_refreshes_build_an_existing_profile_once(system: System) -> None:
    name = "thousand.refreshes"
    system.request(name)
    system.wait_for(name)
    until(lambda: system.request(name)["skip_reason"] == "recently_completed", "the job to end")
    found = ask_a_thousand_times(system, f"/api/profile/{name}/request?refresh=true")
    assert [(d["status"], d["message"]) for d in found if d["profile_type"] == "primary"] == [
        ("pending", f"Profile {name} added to high priority processing queue")
    ]
    until(lambda: system.calls()[f"decodo#{name}"] == 2, "the new build")
    until(lambda: system.request(name)["skip_reason"] == "recently_completed", "the job to end")
    again = system.http.post(f"/api/profile/{name}/request?refresh=true").json()["data"]
    assert (again["profile_type"], again["status"]) == ("primary", "exists")
    assert again["skip_reason"] == "already_processed"
    assert system.calls()[f"decodo#{name}"] == 2


def test_a_profile_that_was_not_requested_is_answered_at_once_and_completed_by_its_job(system: System) -> None:
    first = system.http.get("/api/profile/read.first").json()
    assert first["meta"]["source"] == "decodo" and first["profile"]["profile_type"] == "secondary"
    assert first["analytics"]["sample_size"] > 0
    until(lambda: system.status("read.first").get("profile_type") == "primary", "the full job")
    second = system.http.get("/api/profile/read.first").json()
    assert second["meta"]["cache_hit"] and second["profile"]["profile_type"] == "primary"
    assert httpx.get(second["profile"]["profile_image_url"]).headers["content-type"] == "image/jpeg"
    private = system.http.get("/api/profile/private.person").json()["profile"]
    assert private["is_private"] and private["followers"] > 0 and private["biography"] is None
    assert system.http.get("/api/profile/missing.reader").json()["error_code"] == "PROFILE_NOT_FOUND"


def test_a_crawled_profile_is_upgraded_when_a_person_requests_it(system: System) -> None:
    system.client("sqs").send_message(QueueUrl=system.queue_url("profile-low"), MessageBody=body({"username": "up.me"}))
    assert system.wait_for("up.me")["profile_type"] == "secondary"
    assert system.request("up.me")["upgrade_from"] == "secondary"
    until(lambda: system.status("up.me").get("profile_type") == "primary", "the upgrade")


def test_the_job_of_a_name_that_does_not_exist_fails_at_its_first_attempt(system: System) -> None:
    system.request("missing.person")
    failed = system.wait_for("missing.person", "failed")
    assert failed["attempts"] == 1 and failed["error_message"] == "Profile missing.person does not exist"


def test_simultaneous_misses_cause_one_fetch(system: System) -> None:
    async def ask_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=system.api, timeout=60) as client:
            asks = (client.get("/api/profile/single.flight/similar-fast") for _ in range(30))
            return list(await asyncio.gather(*asks))

    answers = asyncio.run(ask_all())
    assert {a.status_code for a in answers} == {200}
    assert system.calls()["similar#single.flight"] == 1


def test_statistics_of_the_similar_cache_are_measured(system: System) -> None:
    system.http.get("/api/profile/counted.one/similar-fast")
    system.http.get("/api/profile/counted.one/similar-fast")
    cleared = system.http.delete("/api/profile/counted.one/similar-cache").json()
    assert cleared["message"] == "Cache cleared for @counted.one"

    def measured() -> bool:
        data = system.http.get("/api/similar-cache/stats").json()["data"]
        return bool(data["clears"] and data["hit_rate"] and data["mean_clear_seconds"] is not None)

    until(measured, "the figures to reach CloudWatch")


def test_the_main_job_completes_against_another_upstream_that_fails_at_first(tmp_path: Path) -> None:
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
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, output
        assert "@rosa.mori" in output and "primary profile" in output
        assert httpx.get(f"{base}/_calls").json()["decodo#rosa.mori"] == 2
    finally:
        upstream.terminate()
        upstream.wait()


def test_a_port_that_is_in_use_is_reported_in_one_line(tmp_path: Path, system: System) -> None:
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
