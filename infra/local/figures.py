"""Sends the metrics in log lines to CloudWatch, as CloudWatch Logs does on AWS."""

import queue
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3

_LINES_AT_ONCE = 500


def metric_data(line: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the namespace and the datum of each metric and dimension set in a line of the embedded metric format.

    A value is a number or an array of numbers. Raises KeyError, TypeError for a line in another format.
    """
    about = line["_aws"]
    at = datetime.fromtimestamp(about["Timestamp"] / 1000, UTC)
    for directive in about["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            given = line[metric["Name"]]
            values = [float(value) for value in (given if isinstance(given, list) else [given])]
            for names in directive["Dimensions"]:
                yield (
                    directive["Namespace"],
                    {
                        "MetricName": metric["Name"],
                        "Unit": metric["Unit"],
                        "Timestamp": at,
                        "Values": values,
                        "Counts": [1.0] * len(values),
                        "Dimensions": [{"Name": name, "Value": str(line[name])} for name in names],
                    },
                )


def forward_figures(lines: "queue.Queue[dict[str, Any]]") -> None:
    """Forward the lines for ever, several per call."""
    cloudwatch = boto3.client("cloudwatch")
    while True:
        batch = [lines.get()]
        while len(batch) < _LINES_AT_ONCE and not lines.empty():
            batch.append(lines.get())
        by_namespace: dict[str, list[Any]] = {}
        for line in batch:
            try:
                for namespace, datum in metric_data(line):
                    by_namespace.setdefault(namespace, []).append(datum)
            except (KeyError, TypeError, ValueError) as error:
                print(f"A line with metrics cannot be read: {error!r}", file=sys.stderr)
        for namespace, data in by_namespace.items():
            try:
                cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
            except Exception as error:
                print(f"Metrics of the last requests are lost: {error}", file=sys.stderr)
