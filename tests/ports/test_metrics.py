"""Metrics and MetricsReader, tested separately, because moto does not extract metrics from log lines."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from creator_search.services.ports import Metrics, MetricsReader

from tests.ports.conftest import Ports

DAY = timedelta(days=1)
Figures = dict[str, list[float]]


def written(ports: Ports, capsys: pytest.CaptureFixture[str]) -> tuple[Figures, Figures]:
    """Return the sum of counts and the list of seconds by name."""
    ports.container.metrics.flush()
    if ports.world:
        metrics = ports.world.metrics
        return {name: [value] for name, value in metrics.counts.items()}, metrics.seconds
    found: dict[str, Figures] = {"Count": {}, "Seconds": {}}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        [directive] = line["_aws"]["CloudWatchMetrics"]
        assert (directive["Namespace"], directive["Dimensions"]) == ("CreatorSearch", [[]])
        for metric in directive["Metrics"]:
            found[metric["Unit"]].setdefault(metric["Name"], []).extend(line[metric["Name"]])
    return {name: [sum(values)] for name, values in found["Count"].items()}, found["Seconds"]


@pytest.fixture
def metrics(ports: Ports) -> Metrics:
    return ports.container.metrics


@pytest.fixture
def reader(ports: Ports) -> MetricsReader:
    """Return a reader of two hits, a miss, and three requests that took 0.1, 0.2 and 0.6 seconds."""
    if ports.world:
        for name in ("Hit", "Hit", "Miss"):
            ports.world.metrics.count(name)
        for value in (0.1, 0.2, 0.6):
            ports.world.metrics.record_seconds("Took", value)
        return ports.container.metrics_reader
    figures = [("Hit", 1.0), ("Hit", 1.0), ("Miss", 1.0), ("Took", 0.1), ("Took", 0.2), ("Took", 0.6)]
    ports.container.cloudwatch.put_metric_data(
        Namespace=ports.container.config.metrics_namespace,
        MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": datetime.now(UTC), "Unit": "None"}
            for name, value in figures
        ],
    )
    return ports.container.metrics_reader


def test_counts_add_up(ports: Ports, metrics: Metrics, capsys: pytest.CaptureFixture[str]) -> None:
    metrics.count("Hit")
    metrics.count("Hit", 3)
    metrics.count("Miss", 0.5)
    assert written(ports, capsys) == ({"Hit": [4], "Miss": [0.5]}, {})


def test_each_duration_is_recorded(ports: Ports, metrics: Metrics, capsys: pytest.CaptureFixture[str]) -> None:
    metrics.record_seconds("Took", 0.25)
    metrics.record_seconds("Took", 1)
    assert written(ports, capsys) == ({}, {"Took": [0.25, 1]})


def test_sums_are_read_by_name_and_are_zero_without_figures(reader: MetricsReader) -> None:
    assert reader.load_sums(["Hit", "Miss", "Never"], DAY) == {"Hit": 2, "Miss": 1, "Never": 0}
    assert reader.load_sums(iter(["Hit"]), DAY) == {"Hit": 2}


def test_means_are_read_by_name_and_are_none_without_figures(reader: MetricsReader) -> None:
    means = reader.load_means(iter(["Took", "Never"]), DAY)
    assert means == {"Took": pytest.approx(0.3), "Never": None}
