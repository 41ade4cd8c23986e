"""One request, from its answer to the last worker, through the local system."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local_system import System, body, until

pytestmark = pytest.mark.system


def logged(system: System, request_id: str) -> list[dict[str, Any]]:
    """Return the lines that `creator-search logs` prints; [] if there are none."""
    done = subprocess.run(
        [Path(sys.executable).with_name("creator-search"), "logs", request_id, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LOCAL_STATE": str(system.state)},
    )
    found: list[dict[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


def processes(system: System, request_id: str) -> set[str]:
    return {line["process"] for line in logged(system, request_id)}


def test_a_request_has_one_id_in_its_answer_its_job_and_the_logs_of_all_its_processes(system: System) -> None:
    answer = system.http.post("/api/profile/traced.creator/request", params={"source": "frontend"})
    request_id = answer.headers["x-request-id"]
    assert answer.json()["data"]["request_id"] == request_id
    assert system.wait_for("traced.creator")["request_id"] == request_id
    wanted = {"api", "process_profiles-profile-high", "analyze_posts-analysis", "read_comments-comments"}
    until(lambda: wanted <= processes(system, request_id), f"lines of {wanted}")
    lines = logged(system, request_id)
    assert lines[0]["process"] == "api"
    [answered] = [line for line in lines if line["process"] == "api"]
    assert (answered["method"], answered["path"], answered["status"]) == (
        "POST",
        "/api/profile/traced.creator/request",
        200,
    )
    outcomes = {line["process"]: line["outcome"] for line in lines if line["message"] == "message processed"}
    assert outcomes["process_profiles-profile-high"] == "completed"
    assert {line["username"] for line in lines if line["process"] != "api"} == {"traced.creator"}


def test_the_id_that_a_crawler_gives_is_in_the_job_and_the_logs(system: System) -> None:
    message = body({"username": "traced.crawl", "request_id": "crawl-7"})
    system.client("sqs").send_message(QueueUrl=system.queue_url("profile-low"), MessageBody=message)
    assert system.wait_for("traced.crawl")["request_id"] == "crawl-7"
    until(lambda: "process_profiles-profile-low" in processes(system, "crawl-7"), "the worker's line")


def test_the_job_of_a_crawlers_message_without_an_id_has_the_id_of_the_message(system: System) -> None:
    sent = system.client("sqs").send_message(
        QueueUrl=system.queue_url("profile-low"), MessageBody=body({"username": "traced.plain"})
    )
    assert system.wait_for("traced.plain")["request_id"] == sent["MessageId"]
