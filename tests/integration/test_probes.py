"""The probes of the health, and the meter of the resources."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from creator_search.adapters import probes
from creator_search.adapters.process import ProcessResources
from creator_search.bootstrap.process import process_container
from creator_search.domain.health import Finding, HealthStatus, ServiceName


class Refusing:
    """A client without permissions."""

    def get_item(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")


def test_what_a_process_may_not_probe_is_not_said_to_be_healthy() -> None:
    client: Any = Refusing()
    assert probes.read_item(client, "control", id="figures#health")().status is HealthStatus.UNKNOWN


def test_the_providers_are_probed_by_connecting_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        both = {"decodo": (f"http://127.0.0.1:{port}", "A"), "rapidapi": (f"http://127.0.0.1:{port}", "B")}
        server.settimeout(20)
        found = probes.connect_providers(both, lambda _: "a key")()
        assert found.status is HealthStatus.HEALTHY
        for _ in both:
            connection, _address = server.accept()
            with connection:
                connection.settimeout(20)
                assert connection.recv(1) == b""  # closed without a byte
        assert _providers(both, {"A": "a key"}).status is HealthStatus.DEGRADED
        assert _providers(both, {}).status is HealthStatus.UNHEALTHY
    assert _providers({"decodo": (f"http://127.0.0.1:{port}", "A")}, {"A": "a key"}).status is HealthStatus.UNHEALTHY


def _providers(providers: dict[str, tuple[str, str]], keys: dict[str, str]) -> Finding:
    return probes.connect_providers(providers, keys.get)()


def test_a_full_disk_is_seen_by_the_probe_of_the_storage() -> None:
    client: Any = Refusing()
    found = probes.write_object(client, "images", "https://cdn.test", Path("/proc"))()  # has no space at all
    assert (found.status, found.detail) == (HealthStatus.UNHEALTHY, "the disk is full: 0 MB are free")


@pytest.mark.parametrize(
    ("status", "expected"), [(200, HealthStatus.HEALTHY), (403, HealthStatus.HEALTHY), (502, HealthStatus.DEGRADED)]
)
def test_any_answer_of_the_cdn_below_500_means_that_it_works(
    aws: dict[str, str], status: int, expected: HealthStatus
) -> None:
    class Cdn(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Cdn) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_address[1]}"
            found = probes.write_object(process_container().s3, "images", url, None)()
        finally:
            server.shutdown()
            thread.join()
    assert found.status is expected
    keys = process_container().s3.list_objects_v2(Bucket="images")["Contents"]
    assert [entry["Key"] for entry in keys] == ["health/probe.txt"]
    assert probes.write_object(process_container().s3, "images", "", None)().status is HealthStatus.UNKNOWN


def test_the_resources_of_this_process_are_measured(tmp_path: Path) -> None:
    meter = ProcessResources(memory_limit_mb=1_000_000, disk=tmp_path)
    found = meter.measure_resources()
    assert found.cpu_seconds > 0 and found.period.start < found.period.end
    assert found.memory_bytes and found.memory_limit_bytes == 1_000_000 * 1024 * 1024
    assert found.memory_share == pytest.approx(found.memory_bytes / found.memory_limit_bytes, abs=0.0001)
    assert found.disk_share is not None and 0 < found.disk_share <= 1
    without = ProcessResources(memory_limit_mb=None, disk=None).measure_resources()
    assert without.disk_share is None and "disk: this process keeps no state on a disk" in without.notes


def test_models_that_are_missing_are_named(tmp_path: Any) -> None:
    (tmp_path / "language").mkdir()
    (tmp_path / "language" / "model.onnx").touch()
    assert probes.find_models(tmp_path, ["language"])().status is HealthStatus.HEALTHY
    found = probes.find_models(tmp_path, ["language", "category"])()
    assert (found.status, found.detail) == (HealthStatus.DEGRADED, "rules replace the missing models: category")


def test_a_due_job_that_no_worker_claims_is_seen(aws: dict[str, str]) -> None:
    container = process_container()
    probe = container.probes[ServiceName.WORKERS]
    assert probe().status is HealthStatus.HEALTHY
    container.requests.submit("ada", "frontend")
    later = container.clock() + probes.DEAD_AFTER * 2
    jobs: Any = container.job_store
    waiting = probes.find_waiting_jobs(jobs, container.job_queue, lambda: later)  # type: ignore[arg-type]
    assert waiting().status is HealthStatus.UNHEALTHY
