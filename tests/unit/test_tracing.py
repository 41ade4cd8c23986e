"""The id of a request in its answer, its job, its messages and the log lines."""

import asyncio
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from creator_search import current
from creator_search.adapters.aws.logs import create_logger
from creator_search.catalogue import STREAM_TIMEOUT_SECONDS
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import AnalysisMessage, MediaMessage
from creator_search.domain.profiles import Profile
from creator_search.domain.queues import ProcessingState
from creator_search.http import build_app
from creator_search.services.context_pool import ContextPool
from fastapi import APIRouter
from fastapi.testclient import TestClient

import functions.api.export_profile.handler
import functions.api.request_profile.handler
import functions.api.request_profiles.handler
from tests.fakes import START, FakeJobStore, FakeProfileStore, World
from tests.local_client import local_client

ROUTERS = (
    functions.api.request_profile.handler.router,
    functions.api.request_profiles.handler.router,
    functions.api.export_profile.handler.router,
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def api(world: World) -> TestClient:
    """The API, with two more routes: one that returns what a handler in a thread knows, and one that fails."""
    router = APIRouter()

    @router.get("/known")
    def known() -> dict[str, Any]:
        return {"id": current.request_id(), "thread": threading.current_thread() is threading.main_thread()}

    @router.get("/fails")
    def fails() -> None:
        raise ValueError("nobody foresaw it")

    return local_client(build_app(world.container, [*ROUTERS, router]))


def test_a_job_has_the_id_of_its_request_everywhere(api: TestClient, world: World) -> None:
    answer = api.post("/api/profile/ada/request")
    [(_, message)] = world.queue.sent
    ids = {
        answer.headers["x-request-id"],
        answer.json()["data"]["request_id"],
        world.jobs.rows["ada"].request_id,
        message.request_id,
    }
    assert len(ids) == 1


def test_an_answer_about_an_existing_job_has_the_id_of_that_job(api: TestClient) -> None:
    first, second = api.post("/api/profile/ada/request"), api.post("/api/profile/ada/request")
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert second.json()["data"]["request_id"] == first.headers["x-request-id"]


def test_a_client_cannot_choose_the_id(api: TestClient) -> None:
    answer = api.post("/api/profile/ada/request", headers={"X-Request-Id": "chosen"})
    assert answer.headers["x-request-id"] != "chosen"


def test_the_jobs_of_one_bulk_request_share_its_id(api: TestClient, world: World) -> None:
    answer = api.post("/api/profiles/request", json={"usernames": ["ada", "ben", "@Ada", "cleo"]})
    assert {row["data"]["request_id"] for row in answer.json()["data"]} == {answer.headers["x-request-id"]}
    assert [row["username"] for row in answer.json()["data"]] == ["ada", "ben", "ada", "cleo"]
    assert sorted(message.username for _, message in world.queue.sent) == ["ada", "ben", "cleo"]


def test_jobs_of_one_request_are_claimed_and_completed_separately(api: TestClient, world: World) -> None:
    api.post("/api/profiles/request", json={"usernames": ["ada", "ben"]})
    claims = world.container.job_processor
    results = [
        claims.process(message, priority, START, START + timedelta(hours=1)) for priority, message in world.queue.sent
    ]
    assert [str(result) for result in results] == ["completed", "completed"]


def test_a_handler_in_a_thread_knows_the_id_of_its_request(api: TestClient) -> None:
    answer = api.get("/known")
    assert answer.json() == {"id": answer.headers["x-request-id"], "thread": False}
    assert current.request_id() is None


def test_simultaneous_requests_keep_their_own_ids(api: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.get("/known"), range(40)))
    assert all(a.json()["id"] == a.headers["x-request-id"] for a in answers)
    assert len({a.json()["id"] for a in answers}) == 40


def test_work_in_a_pool_belongs_to_the_request_that_started_it() -> None:
    with ContextPool(2) as pool:
        with current.handling("first", None):
            first = [pool.submit(current.request_id) for _ in range(4)]
        with current.handling("second", None):
            second = list(pool.map(lambda _: current.request_id(), range(4)))
    assert [future.result() for future in first] == ["first"] * 4 and second == ["second"] * 4


@pytest.mark.parametrize(
    ("path", "seconds"),
    [("/api/profile/ada/request", 26), ("/api/profile/ada/export", STREAM_TIMEOUT_SECONDS - 2)],
)
def test_the_deadline_is_two_seconds_before_the_time_out_of_the_operation(path: str, seconds: int) -> None:
    seen: list[datetime | None] = []

    class Store(FakeJobStore):
        def load_state(self, username: str) -> ProcessingState:
            seen.append(current.deadline())
            return super().load_state(username)

    class Profiles(FakeProfileStore):
        def load_profile(self, username: str) -> Profile | None:
            seen.append(current.deadline())
            return super().load_profile(username)

    world = World()
    world.restart(job_store=Store(world.clock), profile_store=Profiles())
    local_client(build_app(world.container, ROUTERS), raises=True).request(
        "POST" if path.endswith("request") else "GET", path
    )
    assert START + timedelta(seconds=seconds) in seen


def test_tasks_carry_the_id_of_the_message_that_caused_them(world: World) -> None:
    with current.handling("from-the-gateway", None):
        world.container.job_processor.process(
            JobMessage("ada", "frontend", "from-the-gateway"), Priority.HIGH, START, START + timedelta(hours=1)
        )
    kinds = {type(task) for task, _ in world.tasks.sent}
    assert kinds >= {AnalysisMessage}
    assert {task.request_id for task, _ in world.tasks.sent} == {"from-the-gateway"}


def test_a_crawlers_message_without_an_id_gives_its_job_that_of_the_message(world: World) -> None:
    with current.handling("sqs-message-id", None):
        world.container.job_processor.process(JobMessage("ada"), Priority.LOW, START, START + timedelta(hours=1))
    assert world.jobs.rows["ada"].request_id == "sqs-message-id"


def test_a_task_keeps_the_id_that_it_has() -> None:
    task = MediaMessage(username="ada", kind="profile", request_id="first")
    assert task.of_request("second") == task
    assert MediaMessage(username="ada", kind="profile").of_request("second").request_id == "second"


def lines_of(caplog: pytest.LogCaptureFixture, service: str) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == service]


def test_every_log_line_has_the_fields_of_what_is_being_handled(caplog: pytest.LogCaptureFixture) -> None:
    logger = create_logger("traced", "INFO", current.log_fields)
    create_logger("traced", "INFO", current.log_fields)  # a second container in one process
    logger.info("before")
    with current.handling("first", None, "ada"):
        logger.info("during")
        logger.info("of another", extra={"username": "ben"})
    logger.info("after")
    lines = [(line["msg"], line.get("request_id"), line.get("username")) for line in lines_of(caplog, "traced")]
    assert lines == [
        ("before", None, None),
        ("during", "first", "ada"),
        ("of another", "first", "ben"),
        ("after", None, None),
    ]


def test_tasks_and_threads_that_share_a_logger_log_their_own_ids(caplog: pytest.LogCaptureFixture) -> None:
    logger = create_logger("shared", "INFO", current.log_fields)

    async def handle(number: int) -> None:
        with current.handling(f"id-{number}", None):
            for _ in range(3):
                await asyncio.to_thread(logger.info, f"line of {number}")

    async def handle_all() -> None:
        await asyncio.gather(*(handle(number) for number in range(20)))

    asyncio.run(handle_all())
    lines = lines_of(caplog, "shared")
    assert len(lines) == 60
    assert all(line["msg"] == f"line of {line['request_id'].removeprefix('id-')}" for line in lines)


def test_log_lines_are_json_with_times_in_utc(caplog: pytest.LogCaptureFixture) -> None:
    logger = create_logger("formatted", "INFO", current.log_fields)
    with current.handling("first", None):
        logger.info("a line")
    [record] = [record for record in caplog.records if record.name == "formatted"]
    [handler] = logging.getLogger("formatted").handlers
    line = json.loads(handler.format(record))
    assert line["request_id"] == "first" and line["timestamp"].endswith("+00:00")


def test_an_unexpected_error_is_logged_with_the_id_of_its_answer(
    api: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = api.get("/fails")
    [line] = lines_of(caplog, "api")
    assert line["request_id"] == answer.headers["x-request-id"] == answer.json()["request_id"]
