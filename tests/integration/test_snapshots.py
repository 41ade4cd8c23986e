"""What a snapshot of a function contains, and what an instance restored from it renews."""

import importlib
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import snapshot_restore_py as hooks  # type: ignore[import-untyped]
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.bootstrap.snapshots import register_snapshot_hooks
from creator_search.environment import SNAPSHOT_HOOKS
from creator_search.serve import served_app
from fastapi.testclient import TestClient

connections: list[Any] = []
requests: list[str] = []


class _Store(BaseHTTPRequestHandler):
    """Answers every call with an empty object, on connections that stay open."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        connections.append(self.client_address)
        super().setup()

    def do_POST(self) -> None:
        requests.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    """A container of a process that Lambda initializes for a snapshot, and whose AWS is a counting server."""
    connections.clear()
    requests.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Store)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
        "TABLE_CONTROL": "control",
        "TABLE_PROFILES": "profiles",
        "QUEUE_MEDIA": "https://queue.invalid/0/media",
        "BUCKET_IMAGES": "images",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(hooks, "_before_snapshot_registry", [])
    monkeypatch.setattr(hooks, "_after_restore_registry", [])
    yield Container()
    server.shutdown()
    server.server_close()


def run(registered: list[Any]) -> None:
    for function, arguments, named in registered:
        function(*arguments, **named)


def test_the_snapshot_contains_clients_that_were_used_without_a_connection(container: Container) -> None:
    register_snapshot_hooks(container)
    run(hooks.get_before_snapshot())
    assert all(part.is_built(container) for part in (Container.dynamodb, Container.s3, Container.sqs))
    assert connections == []


def test_a_primed_client_still_calls_its_service(container: Container) -> None:
    register_snapshot_hooks(container)
    run(hooks.get_before_snapshot())
    container.dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    assert len(requests) == 1


def test_a_restored_instance_has_random_numbers_and_connections_of_its_own(container: Container) -> None:
    register_snapshot_hooks(container)
    run(hooks.get_before_snapshot())
    container.dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    container.dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    assert len(connections) == 1
    state = random.getstate()
    run(hooks.get_after_restore())
    assert random.getstate() != state
    container.dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    assert len(connections) == 2


@pytest.fixture
def served(container: Container, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The server of a function behind the web adapter, for a snapshot."""
    monkeypatch.setenv("AWS_LWA_PORT", "8080")
    for name, path in zip(SNAPSHOT_HOOKS, ("/snapstart/before", "/snapstart/after"), strict=True):
        monkeypatch.setenv(name, path)
    process_container.cache_clear()
    router = importlib.import_module("functions.api.get_posts.operation").router
    yield TestClient(served_app(router), base_url="http://127.0.0.1")
    process_container.cache_clear()


def test_behind_the_web_adapter_the_hooks_are_answered_over_http(served: TestClient) -> None:
    assert served.post("/snapstart/before").status_code == 204
    dynamodb = process_container().dynamodb
    assert connections == []
    dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    state = random.getstate()
    assert served.post("/snapstart/after").status_code == 204
    assert random.getstate() != state
    dynamodb.get_item(TableName="profiles", Key={"username": {"S": "ada"}})
    assert len(connections) == 2
    assert served.get("/snapstart/after").status_code == 404


def test_without_a_snapshot_the_paths_of_the_hooks_do_not_exist(
    served: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    router = importlib.import_module("functions.api.get_posts.operation").router
    on_demand = TestClient(served_app(router), base_url="http://127.0.0.1")
    assert on_demand.post("/snapstart/before").status_code == 404


def test_a_process_without_a_snapshot_registers_nothing(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    register_snapshot_hooks(container)
    assert hooks.get_before_snapshot() == hooks.get_after_restore() == []
