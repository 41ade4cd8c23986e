"""The filters that count crashed invocations in the logs of the functions. The AWS stand-in evaluates none."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import FUNCTIONS
from creator_search.domain.metrics import Metric

from tests.infra.conftest import STAGES
from tests.infra.monitoring import read_monitoring
from tests.infra.templates import functions, of_type, read_template


def line(kind: str, **record: object) -> Mapping[str, Any]:
    return {"time": "2026-01-31T12:00:00.000Z", "type": kind, "record": {"requestId": "1", **record}}


LINES = [
    (line("platform.start", version="1"), False),
    (line("platform.report", status="success", metrics={"durationMs": 3.1}), False),
    (line("platform.report", status="timeout", metrics={"durationMs": 28000}), True),
    (line("platform.report", status="error", errorType="Runtime.ExitError"), True),
    (line("platform.report", status="failure", errorType="Runtime.ImportModuleError"), True),
    (line("platform.runtimeDone", status="timeout"), False),  # the report of the same invocation follows
    ({"level": "ERROR", "message": "the status of the request", "status": 500}, False),
]
"""Source: AWS, "Lambda Telemetry API Event schema reference"."""


def matches(pattern: str, event: Mapping[str, Any]) -> bool:
    """Evaluate the part of the syntax of filter patterns that the filters use. A field that is missing matches nothing.
    Source: AWS, "Filter pattern syntax for metric filters"."""
    found = re.fullmatch(r"\{ (.+) \}", pattern)
    assert found, pattern
    return all(holds(condition, event) for condition in found[1].split(" && "))


def holds(condition: str, event: Mapping[str, Any]) -> bool:
    found = re.fullmatch(r'\$\.([\w.]+) (=|!=) "([^"]*)"', condition)
    assert found, condition
    path, operator, expected = found.groups()
    value: Any = event
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return bool((value == expected) is (operator == "="))


@pytest.mark.parametrize("stage", STAGES)
def test_the_log_of_every_function_is_counted_in_the_namespace_of_the_stage(
    assemblies: Mapping[str, Path], stage: str
) -> None:
    service = read_template(assemblies[stage])
    groups = {name: properties["LoggingConfig"]["LogGroup"]["Ref"] for name, properties in functions(service).items()}
    assert set(groups) == set(FUNCTIONS)
    outputs = {name: output["Value"] for name, output in service["Outputs"].items()}
    counted = set()
    for found in of_type(read_monitoring(assemblies[stage]), "AWS::Logs::MetricFilter").values():
        counted.add(outputs[found["LogGroupName"]["Fn::GetStackOutput"]["OutputName"]]["Ref"])
        [into] = found["MetricTransformations"]
        assert (into["MetricName"], into["MetricNamespace"]) == (Metric.FUNCTION_CRASHED, f"CreatorSearch-{stage}")
        # A default would be a value for every line: the metric would be paid for without a crash.
        assert into["MetricValue"] == "1" and "DefaultValue" not in into
    assert counted == set(groups.values())


def test_the_functions_write_the_lines_of_the_platform_as_json(assemblies: Mapping[str, Path]) -> None:
    for properties in functions(read_template(assemblies["production"])).values():
        logging = properties["LoggingConfig"]
        assert logging["LogFormat"] == "JSON" and logging.get("SystemLogLevel", "INFO") == "INFO"


@pytest.mark.parametrize(("event", "is_crash"), LINES, ids=lambda value: json.dumps(value)[:60])
def test_a_filter_counts_the_report_of_an_invocation_that_did_not_succeed(
    assemblies: Mapping[str, Path], event: Mapping[str, Any], is_crash: bool
) -> None:
    filters = of_type(read_monitoring(assemblies["production"]), "AWS::Logs::MetricFilter").values()
    assert {matches(found["FilterPattern"], event) for found in filters} == {is_crash}
