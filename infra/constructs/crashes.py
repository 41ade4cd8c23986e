"""Counts invocations that ended without an answer, from the logs of the functions."""

from collections.abc import Mapping

from aws_cdk import aws_logs as logs
from constructs import Construct
from creator_search.domain.metrics import Metric

CRASH_PATTERN = '{ $.type = "platform.report" && $.record.status != "success" }'
"""The line that Lambda itself writes after an invocation. Its status is `success`, `failure`, `error` or `timeout`.
Source: AWS, "Lambda Telemetry API Event schema reference"."""


class CrashFilters(Construct):
    """Metric filters that count each crash in one metric of `namespace`. `log_groups` has the names of the log groups
    by the names of the functions. Lambda's own metric of errors covers either one function or all of the account,
    including those of other stages."""

    def __init__(self, scope: Construct, construct_id: str, *, log_groups: Mapping[str, str], namespace: str) -> None:
        super().__init__(scope, construct_id)
        counted = logs.CfnMetricFilter.MetricTransformationProperty(
            metric_name=Metric.FUNCTION_CRASHED, metric_namespace=namespace, metric_value="1", unit="Count"
        )
        for name, log_group in log_groups.items():
            logs.CfnMetricFilter(
                self,
                "".join(word.title() for word in name.split("_")),
                log_group_name=log_group,
                filter_pattern=CRASH_PATTERN,
                metric_transformations=[counted],
            )
