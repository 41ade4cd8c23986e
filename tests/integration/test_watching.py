"""Health, metrics and the stream of metrics over HTTP."""

import importlib
import json
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
from creator_search.catalogue import Queue
from creator_search.config import Config
from creator_search.domain.health import Finding, HealthStatus, ServiceName
from creator_search.domain.measurements import Statistic, Wanted, window_of
from creator_search.domain.metrics import Metric
from creator_search.domain.queues import QueueDepth
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from infra.local.context import LocalContext
from infra.local.gateway import compose
from tests.fakes import World
from tests.seeds import sqs_event


@pytest.fixture
def world() -> World:
    """Ten requests, one of which failed."""
    found = World(Config(stream_budget_seconds=4))
    for number in range(10):
        found.metrics.record_seconds(Metric.REQUEST_SECONDS, 0.1 * number, operation="get_profile")
    found.metrics.count(Metric.REQUEST_FAILED, operation="get_profile")
    found.depths.depths = {"media": QueueDepth(120, 2, 3)}
    return found


@pytest.fixture
def faked(world: World) -> TestClient:
    return TestClient(compose(world.container), raise_server_exceptions=False)


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_figure_of_the_metrics_has_its_period(faked: TestClient) -> None:
    data = faked.get("/api/metrics").json()["data"]
    assert data["operations"]["get_profile"]["error_rate"] == 10.0
    assert data["top_operations"] == [{"operation": "get_profile", "count": 10, "share": 1.0}]

    def check(value: Any, path: str) -> None:
        if isinstance(value, dict):
            if "count" in value and "share" not in value:
                assert value["period"]["start"] < value["period"]["end"], path
            for name, inner in value.items():
                check(inner, f"{path}.{name}")

    check(data, "data")
    assert [(a["name"], a["value"]) for a in data["alerts"]] == [("queue_depth:media", 120.0)]
    assert set(data["alerts"][0]) == {"name", "severity", "value", "threshold", "since"}


def test_the_prometheus_text_is_valid_for_its_own_parser_and_has_the_same_figures(faked: TestClient) -> None:
    answer = faked.get("/api/metrics", headers={"Accept": "text/plain"})
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    data = faked.get("/api/metrics").json()["data"]
    found = samples(answer.text)
    seconds = data["operations"]["get_profile"]["seconds"]
    name = "creator_search_operation_duration_seconds"
    for quantile, field in (("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")):
        assert found[name, (("operation", "get_profile"), ("quantile", quantile))] == seconds[field]
    assert found["creator_search_operation_requests", (("operation", "get_profile"), ("result", "failed"))] == 1
    assert found["creator_search_queue_messages", (("queue", "media"), ("state", "waiting"))] == 120
    assert found["creator_search_alert", (("alert", "queue_depth:media"), ("severity", "warning"))] == 1
    assert found["creator_search_breaker", (("breaker", "cache"), ("phase", "closed"))] == 1


def test_json_is_the_default(faked: TestClient) -> None:
    for accept in ("*/*", "application/json", "application/json, text/plain, */*", "text/html"):
        assert faked.get("/api/metrics", headers={"Accept": accept}).json()["success"] is True


def test_the_stream_has_a_snapshot_at_once_and_ends_within_its_time(faked: TestClient, world: World) -> None:
    text = faked.get("/api/streaming/metrics").text
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
    assert events[-1] == {"stream_completed": True, "total_snapshots": 1}
    assert [event["data"]["operations"]["get_profile"]["count"] for event in events[:-1]] == [10]


def test_the_health_document_is_at_the_top_level_and_public_text_only(api: TestClient) -> None:
    answer = api.get("/api/health")
    body = answer.json()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert body["status"] == "degraded" and 0 <= body["health_score"] <= 100  # no key, and no such CDN
    assert set(body["services"]) == {name.value for name in ServiceName}
    for service in body["services"].values():
        assert set(service) == {"status", "latency_ms", "breaker", "detail"}
    assert body["services"]["ai_models"]["detail"].startswith("rules")
    assert "profiles-" not in answer.text and "arn:" not in answer.text


def test_a_system_without_its_database_answers_503_with_the_health_document(api: TestClient) -> None:
    process_container().dynamodb.delete_table(TableName="control")
    answer = api.get("/api/health")
    body = answer.json()
    assert answer.status_code == 503 and body["success"] is False and body["status"] == "unhealthy"
    assert body["services"]["database"]["status"] == "unhealthy" and "error_code" not in body


def test_the_queues_of_the_catalogue_are_all_measured(api: TestClient) -> None:
    process_container().sqs.send_message(QueueUrl=str(_url(Queue.MEDIA)), MessageBody="{}")
    queues = api.get("/api/metrics").json()["data"]["queues"]
    assert set(queues) == {queue.value for queue in Queue} and queues["media"]["waiting"] == 1


def _url(queue: Queue) -> str:
    return str(process_container().sqs.get_queue_url(QueueName=queue.value)["QueueUrl"])


def test_a_statistic_is_read_for_its_dimension_over_one_period(aws: dict[str, str]) -> None:
    container = process_container()
    now = container.clock()
    for operation, value in (("a", 1.0), ("a", 3.0), ("b", 5.0)):
        container.cloudwatch.put_metric_data(
            Namespace=container.config.metrics_namespace,
            MetricData=[
                {
                    "MetricName": "RequestSeconds",
                    "Value": value,
                    "Timestamp": now,
                    "Dimensions": [{"Name": "operation", "Value": operation}],
                }
            ],
        )
    window = window_of(now)
    wanted = [
        Wanted("RequestSeconds", statistic, ("operation", operation))
        for statistic in (Statistic.SUM, Statistic.SAMPLES)
        for operation in ("a", "b", "none")
    ]
    found = {
        (w.statistic, w.dimension): v.value for w, v in container.metrics_reader.load_figures(wanted, window).items()
    }
    assert found == {
        (Statistic.SUM, ("operation", "a")): 4.0,
        (Statistic.SUM, ("operation", "b")): 5.0,
        (Statistic.SAMPLES, ("operation", "a")): 2.0,
        (Statistic.SAMPLES, ("operation", "b")): 1.0,
    }


def test_a_message_is_one_log_line_with_its_worker_and_its_result(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    handler = importlib.import_module("functions.workers.copy_images.handler").handler
    capsys.readouterr()
    handler(sqs_event(Queue.MEDIA, "not json", "neither"), LocalContext("copy_images", 60))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    assert [line["worker"] for line in lines] == ["copy_images"] * 2
    assert all(len(line["MessageSeconds"]) == 1 and line["DeadLetter"] == [1] for line in lines)
    assert [line["message_id"] for line in lines] == ["m0", "m1"]


class Refusing:
    """A client without permissions."""

    def get_item(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")


def test_what_a_process_may_not_probe_is_not_said_to_be_healthy() -> None:
    client: Any = Refusing()
    assert probes.read_item(client, "control", "id")().status is HealthStatus.UNKNOWN


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
