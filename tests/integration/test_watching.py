"""Health, metrics and the stream of metrics over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creator_search.adapters.aws.cloudwatch import CloudWatchReader
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, Queue
from creator_search.config import Config
from creator_search.domain.health import ServiceName
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.measurements import MetricValue, Statistic, Wanted, window_of
from creator_search.domain.metrics import Metric
from creator_search.domain.queues import QueueDepth
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from infra.local.gateway import compose
from infra.local.invocation import handler_of
from tests.fakes import World
from tests.local_client import local_client
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
    return local_client(compose(world.container))


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
    invoke = handler_of(FUNCTIONS["copy_images"])
    capsys.readouterr()
    invoke(sqs_event(Queue.MEDIA, "not json", "neither"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    assert [line["worker"] for line in lines] == ["copy_images"] * 2
    assert all(len(line["MessageSeconds"]) == 1 and line["DeadLetter"] == [1] for line in lines)
    assert [line["message_id"] for line in lines] == ["m0", "m1"]


def test_a_message_that_will_be_delivered_again_is_counted_as_failed(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    invoke = handler_of(FUNCTIONS["process_profiles"])
    process_container().dynamodb.delete_table(TableName="jobs")
    capsys.readouterr()
    invoke(sqs_event(Queue.PROFILE_LOW, '{"username": "ada"}'))
    [line] = [text for text in capsys.readouterr().out.splitlines() if "MessageSeconds" in text]
    assert json.loads(line)["MessageFailed"] == [1]


def test_the_third_message_in_a_row_that_fails_says_so_of_its_worker(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    invoke = handler_of(FUNCTIONS["process_profiles"])
    process_container().dynamodb.delete_table(TableName="jobs")
    capsys.readouterr()
    for _ in range(3):
        invoke(sqs_event(Queue.PROFILE_LOW, '{"username": "ada"}'))
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines() if "MessageFailed" in text]
    assert [line.get("WorkerFailing") for line in lines] == [None, None, [1]]


def test_a_run_of_a_schedule_is_one_log_line_without_metrics_of_its_own(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    invoke = handler_of(FUNCTIONS["sweep_deliveries"])
    capsys.readouterr()
    invoke({})
    [line] = [json.loads(text) for text in capsys.readouterr().out.splitlines() if text.startswith('{"_aws"')]
    assert line["worker"] == "sweep_deliveries" and line["request_id"]
    metrics = {metric["Name"] for group in line["_aws"]["CloudWatchMetrics"] for metric in group["Metrics"]}
    assert metrics == {"StoreSeconds"}


def test_a_dead_letter_of_a_job_is_counted_for_the_worker_of_its_queue(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    container = process_container()
    capsys.readouterr()
    container.job_queue.send_dead_letter(Priority.LOW, JobMessage("ada"), "why")
    container.metrics.flush()
    line = json.loads(capsys.readouterr().out)
    assert (line["DeadLetter"], line["worker"]) == ([1], "process_profiles")


class TwoPeriods:
    """A CloudWatch that answers each query with two periods, the newer one first."""

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        start = request["StartTime"]
        found = [
            {"Id": query["Id"], "Timestamps": [start + timedelta(minutes=3), start], "Values": [10.0, 2.0]}
            for query in request["MetricDataQueries"]
        ]
        return {"MetricDataResults": found}


def test_sums_of_several_periods_are_added_and_a_percentile_is_that_of_the_newest() -> None:
    client: Any = TwoPeriods()
    window = window_of(datetime(2026, 1, 31, 12, tzinfo=UTC))
    wanted = [Wanted("RequestSeconds", statistic) for statistic in (Statistic.SUM, Statistic.P95)]
    found = CloudWatchReader(client, namespace="Test").load_figures(wanted, window)
    assert found[wanted[0]] == MetricValue(12.0, window.start)
    assert found[wanted[1]] == MetricValue(10.0, window.start + timedelta(minutes=3))
