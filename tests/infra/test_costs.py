"""The resources for which the model of costs charges an idle stage are those of the templates."""

from pathlib import Path

from infra.costs.idle import deployed_resources
from tests.infra.monitoring import read_monitoring
from tests.infra.templates import Template, functions, of_type


def test_functions_with_snapshots_event_sources_and_secrets_are_those_of_the_template(template: Template) -> None:
    expected = deployed_resources()
    snapshots = [p["MemorySize"] for p in functions(template).values() if "SnapStart" in p]
    assert sum(snapshots) / 1024 == expected.snapshot_gigabytes
    assert len(of_type(template, "AWS::Lambda::EventSourceMapping")) == expected.event_sources
    assert len(of_type(template, "AWS::SecretsManager::Secret")) == expected.secrets
    assert not of_type(template, "AWS::KMS::Key")


def test_alarms_dashboards_and_keys_are_those_of_the_stack_of_the_alarms(assembly: Path) -> None:
    monitoring, expected = read_monitoring(assembly), deployed_resources()
    alarms = of_type(monitoring, "AWS::CloudWatch::Alarm").values()
    metrics = [sum("MetricStat" in metric for metric in alarm.get("Metrics", ())) or 1 for alarm in alarms]
    assert sum(metrics) == expected.alarm_metrics
    assert len(of_type(monitoring, "AWS::CloudWatch::Dashboard")) == expected.dashboards
    assert len(of_type(monitoring, "AWS::KMS::Key")) == expected.keys
