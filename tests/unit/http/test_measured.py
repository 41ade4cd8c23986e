"""The metrics and the access log of requests."""

from collections.abc import Iterator

import pytest
from creator_search.domain.errors import InvalidParameter, QueueUnavailable
from creator_search.http import Event, build_app, endpoint, event_stream
from fastapi import APIRouter, Request, Response
from fastapi.testclient import TestClient

from tests.fakes import World
from tests.local_client import local_client


def of(world: World, name: str, operation: str) -> float:
    return world.metrics.counts.get(f"{name} {operation}", 0)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def api(world: World) -> TestClient:
    router, route = endpoint("get_queue_status")
    outcomes: dict[str, Exception] = {
        "refused": InvalidParameter("no"),
        "down": QueueUnavailable(),
        "bug": RuntimeError("a bug"),
    }

    @route()
    def handler(outcome: str = "fine") -> dict[str, str]:
        if outcome in outcomes:
            raise outcomes[outcome]
        return {"outcome": outcome}

    streamed = APIRouter()

    @streamed.get("/stream", operation_id="stream")
    def stream(request: Request) -> Response:
        def steps() -> Iterator[Event]:
            yield Event({"metrics_before_the_end": len(world.metrics.seconds.get("RequestSeconds stream", []))})

        return event_stream(request, steps(), 10)

    return local_client(build_app(world.container, [router, streamed]))


PATH = "/api/viral-ideas/queue-status"


def test_every_request_is_counted_by_its_operation_and_status(world: World, api: TestClient) -> None:
    for outcome in ("fine", "fine", "refused", "down", "bug"):
        api.get(PATH, params={"outcome": outcome})
    assert len(world.metrics.seconds["RequestSeconds get_queue_status"]) == 5
    assert of(world, "RequestRefused", "get_queue_status") == 1
    assert of(world, "RequestFailed", "get_queue_status") == 2


def test_requests_that_fail_too_often_are_counted_for_the_area_of_their_operation(
    world: World, api: TestClient
) -> None:
    for outcome in ("down", "bug"):
        api.get(PATH, params={"outcome": outcome})
    assert of(world, "OperationFailing", "queues") == 0
    api.get(PATH, params={"outcome": "bug"})
    assert of(world, "OperationFailing", "queues") == 1


def test_a_path_that_does_not_exist_is_counted_under_unknown(world: World, api: TestClient) -> None:
    api.get("/api/nothing/here")
    assert len(world.metrics.seconds["RequestSeconds unknown"]) == 1
    assert of(world, "RequestRefused", "unknown") == 1


def test_the_line_of_a_request_is_its_access_log(world: World, api: TestClient) -> None:
    answer = api.get(PATH, params={"outcome": "refused"})
    assert world.metrics.lines == [
        {
            "request_id": answer.headers["x-request-id"],
            "method": "GET",
            "path": PATH,
            "operation": "get_queue_status",
            "status": 400,
        }
    ]


def test_a_stream_is_measured_until_its_first_byte(world: World, api: TestClient) -> None:
    assert '{"metrics_before_the_end":1}' in api.get("/stream").text
    assert world.metrics.lines[0]["operation"] == "stream"
