"""Every alarm fires at each of its faults and not without it.

The AWS stand-in evaluates alarms on one metric. It rejects alarms on metric math: for those it computes the statistics
of the metrics, and the tests evaluate the expression. Neither shows how CloudWatch treats missing data, several periods
in a row or delayed data; tests/infra/test_monitoring.py asserts those properties in the template.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.monitoring.rows import Alarm
from tests.infra.faults import faults
from tests.infra.metric_math import evaluate
from tests.infra.monitoring import OPTIONAL_ROWS, ROWS, read_alarms
from tests.infra.stand_in import Datum, StandIn, running

Properties = Mapping[str, Any]
ON_ONE_METRIC = [row for row in (*ROWS, *OPTIONAL_ROWS) if row.expression is None]
ON_METRIC_MATH = [row for row in (*ROWS, *OPTIONAL_ROWS) if row.expression is not None]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("aws")) as started:
        yield started


@pytest.fixture(scope="module")
def alarms(assemblies: Mapping[str, Path]) -> Mapping[str, Properties]:
    """Those of dev, and the additional ones of a stage with options."""
    with_options = read_alarms(assemblies["site"])
    of_options = {row.name: with_options[f"CreatorSearch-site-{row.name}"] for row in OPTIONAL_ROWS}
    return {
        **read_alarms(assemblies["dev"]),
        **{f"CreatorSearch-dev-{name}": alarm for name, alarm in of_options.items()},
    }


def of_metric(data: Sequence[Datum], metric: Properties) -> list[Datum]:
    dimensions = {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])}
    wanted = (metric["Namespace"], metric["MetricName"], dimensions)
    return [datum for datum in data if (datum.namespace, datum.metric, datum.dimensions) == wanted]


@pytest.mark.parametrize("row", ON_ONE_METRIC, ids=lambda row: row.name)
def test_an_alarm_on_one_metric_fires_at_each_of_its_faults_only(
    stand_in: StandIn, alarms: Mapping[str, Properties], row: Alarm
) -> None:
    alarm = alarms[f"CreatorSearch-dev-{row.name}"]
    expected, found = {}, {}
    for scenario in faults(row.section, row.name):
        for kind, data in (("normal", scenario.normal), ("faulty", scenario.faulty)):
            stand_in.change_account()
            stand_in.publish(of_metric(data, alarm))
            found[scenario.what, kind] = stand_in.state_of(alarm) == "ALARM"
            expected[scenario.what, kind] = kind == "faulty"
    assert expected and found == expected


@pytest.mark.parametrize("row", ON_METRIC_MATH, ids=lambda row: row.name)
def test_an_alarm_on_metric_math_fires_at_its_fault_only(
    stand_in: StandIn, alarms: Mapping[str, Properties], row: Alarm
) -> None:
    alarm = alarms[f"CreatorSearch-dev-{row.name}"]
    [scenario] = faults(row.section, row.name)
    normal, faulty = (value_of(stand_in, alarm, data) for data in (scenario.normal, scenario.faulty))
    assert normal is not None and faulty is not None
    if alarm["ComparisonOperator"] == "LessThanThreshold":
        assert faulty < alarm["Threshold"] <= normal
    else:
        assert normal <= alarm["Threshold"] < faulty


def value_of(stand_in: StandIn, alarm: Properties, data: Sequence[Datum]) -> float | None:
    values = {}
    [expression] = [metric["Expression"] for metric in alarm["Metrics"] if "Expression" in metric]
    for read in (metric for metric in alarm["Metrics"] if "MetricStat" in metric):
        statistic = read["MetricStat"]
        stand_in.change_account()
        stand_in.publish(of_metric(data, statistic["Metric"]))
        values[read["Id"]] = stand_in.read(statistic["Metric"], statistic["Stat"], statistic["Period"])
    return evaluate(expression, values)


@pytest.mark.parametrize("row", [row for row in ON_METRIC_MATH if "IF(" in str(row.expression)], ids=lambda r: r.name)
def test_a_few_samples_fire_no_rate_and_no_percentile(
    stand_in: StandIn, alarms: Mapping[str, Properties], row: Alarm
) -> None:
    """One bad sample of each metric."""
    data = [
        Datum(series.namespace, series.metric, dict(series.dimensions), (value,))
        for series in row.series.values()
        for value in ((1.0,) if series.statistic in ("Sum", "SampleCount", "Average") else (99.0,))
    ]
    alarm = alarms[f"CreatorSearch-dev-{row.name}"]
    found = value_of(stand_in, alarm, data)
    assert found is not None
    assert found >= alarm["Threshold"] if row.below else found <= alarm["Threshold"]


def test_a_firing_alarm_sends_its_page_of_the_runbook_to_the_topic(
    stand_in: StandIn, alarms: Mapping[str, Properties]
) -> None:
    stand_in.change_account()
    sns, sqs = stand_in.client("sns"), stand_in.client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    alarm = alarms["CreatorSearch-dev-database-breaker-opened"]
    [opened] = faults("breaker-opened", "database-breaker-opened")
    stand_in.publish(of_metric(opened.faulty, alarm))
    assert stand_in.state_of({**alarm, "AlarmActions": [topic]}) == "ALARM"
    [received] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    message = json.loads(json.loads(received["Body"])["Message"])
    assert message["AlarmName"] == "CreatorSearch-dev-database-breaker-opened"
    assert "docs/operations.md#breaker-opened" in message["AlarmDescription"]
