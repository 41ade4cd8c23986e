"""Metrics: written to the log in the embedded metric format, without an API call, and read from CloudWatch."""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TextIO

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import MetricsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient


class EmbeddedMetrics:
    """Writes each metric as one log line in CloudWatch's embedded metric format. A metric with a dimension is also kept
    without it, so that a sum needs no search expression.

    Powertools' Metrics collects metrics and flushes them once per invocation, with one namespace and one set of
    dimensions. Here several threads write at the same time, so each metric is a separate line. Source of the format:
    AWS, "Specification: Embedded metric format".
    """

    def __init__(self, *, namespace: str, stream: TextIO | None = None) -> None:
        self._namespace = namespace
        self._stream = stream

    def count(self, name: str, value: float = 1, **dimensions: str) -> None:
        self._write(name, value, "Count", dimensions)

    def record_seconds(self, name: str, value: float, **dimensions: str) -> None:
        self._write(name, value, "Seconds", dimensions)

    def _write(self, name: str, value: float, unit: str, dimensions: Mapping[str, str]) -> None:
        line = {
            "_aws": {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": self._namespace,
                        "Dimensions": [[], *([dimension] for dimension in dimensions)],
                        "Metrics": [{"Name": name, "Unit": unit}],
                    }
                ],
            },
            **dimensions,
            name: value,
        }
        stream = self._stream or sys.stdout
        stream.write(json.dumps(line) + "\n")
        stream.flush()


class CloudWatchReader:
    def __init__(self, client: "CloudWatchClient", *, namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]:
        return {name: sum(values) for name, values in self._read(names, period, "Sum").items()}

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]:
        wanted = list(names)
        sums = self._read(wanted, period, "Sum")
        counts = self._read(wanted, period, "SampleCount")
        return {n: sum(sums[n]) / sum(counts[n]) if sum(counts[n]) else None for n in wanted}

    def _read(self, names: Iterable[str], period: timedelta, statistic: str) -> dict[str, list[float]]:
        wanted = list(names)
        # Whole hours, including the current one: CloudWatch aligns periods to the clock.
        end = datetime.now(UTC) + timedelta(minutes=1)
        queries: Any = [
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {"Namespace": self._namespace, "MetricName": name, "Dimensions": []},
                    "Period": 300,
                    "Stat": statistic,
                },
            }
            for number, name in enumerate(wanted)
        ]
        values: dict[str, list[float]] = {name: [] for name in wanted}
        token: Any = {}
        while True:
            with failing_as(MetricsUnavailable):
                page = self._client.get_metric_data(
                    MetricDataQueries=queries, StartTime=end - period, EndTime=end, **token
                )
            for result in page["MetricDataResults"]:
                values[wanted[int(result["Id"][1:])]] += result["Values"]
            if not page.get("NextToken"):
                return values
            token = {"NextToken": page["NextToken"]}
