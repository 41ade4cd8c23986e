"""The stack of alarms, topic and dashboard, in every stage."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import AUTHORIZER, OPERATIONS, SCHEDULES, WORKERS, Queue
from creator_search.domain.breakers import BREAKERS
from creator_search.domain.metrics import Metric

from infra.monitoring.alarms import COSTS_SECTION
from infra.toolkit import ROOT
from tests.infra.conftest import STAGES
from tests.infra.monitoring import OPTIONAL_ROWS, ROWS, read_alarms, read_monitoring
from tests.infra.templates import Template, functions, monitoring_file, of_type, read_template

RUNBOOK = ROOT / "docs" / "operations.md"
NOT_ON_METRICS = {COSTS_SECTION}
"""Sections of the runbook about alarms that CloudWatch does not evaluate: AWS detects anomalies of costs itself, which
can only be shown by the template."""


@pytest.fixture(scope="session")
def monitoring(assembly: Path) -> Template:
    return read_monitoring(assembly)


def test_the_alarms_are_those_of_the_catalogue(assembly: Path) -> None:
    stage = monitoring_file(assembly).name.removesuffix("-monitoring.template.json")
    alarms = read_alarms(assembly)
    assert set(alarms) == {f"{stage}-{row.name}" for row in ROWS}
    assert len({row.name for row in ROWS}) == len(ROWS)
    expected = {
        *(f"{operation.tag}-errors" for operation in OPERATIONS),
        *(f"{operation.tag}-latency" for operation in OPERATIONS if operation.is_timed),
        f"{AUTHORIZER.name}-errors",
        *(f"{w.name}-errors" for w in WORKERS),
        *(f"{s.name}-failures" for s in SCHEDULES),
        *(f"{queue}-{kind}" for queue in Queue for kind in ("age", "depth", "dead-letter-not-empty")),
        *(f"{breaker}-breaker-opened" for breaker in BREAKERS),
        "sweep_jobs-silence",
        "crashed-functions",
        "throttled-functions",
        "throttled-tables",
        "store-failures",
        "upstream-quota",
    }
    assert expected <= {row.name for row in ROWS}


def test_the_thresholds_are_those_of_the_contract(assembly: Path) -> None:
    """Those of each operation are in the functions: tests/unit/services/test_recording.py."""
    alarms = {name.split("-", 2)[2]: alarm for name, alarm in read_alarms(assembly).items()}
    thresholds = {
        "api-errors": ("GreaterThanThreshold", 5),
        "caption-failures": ("GreaterThanThreshold", 10),
        "profile-high-depth": ("GreaterThanThreshold", 100),
        "store-latency": ("GreaterThanThreshold", 1),
        "similar-cache-hits": ("LessThanThreshold", 80),
        "database-breaker-opened": ("GreaterThanThreshold", 0),
        "profile-high-dead-letter-not-empty": ("GreaterThanThreshold", 0),
    }
    found = {name: (alarms[name]["ComparisonOperator"], alarms[name]["Threshold"]) for name in thresholds}
    assert found == thresholds


def test_missing_data_fires_only_alarms_on_silence(assembly: Path) -> None:
    """The alarms on silence fire without data, which the AWS stand-in does not evaluate."""
    alarms = read_alarms(assembly)
    breaching = {name for name, alarm in alarms.items() if alarm["TreatMissingData"] == "breaching"}
    assert {name.split("-", 2)[2] for name in breaching} == {
        f"{name}-silence" for name in ("sweep_jobs", "sweep_deliveries", "refresh_profiles", "refresh_analyses")
    }
    assert {alarms[name]["TreatMissingData"] for name in set(alarms) - breaching} == {"notBreaching"}


def test_the_metrics_are_in_the_namespace_in_which_the_functions_write_them(assembly: Path) -> None:
    written = {p["Environment"]["Variables"]["METRICS_NAMESPACE"] for p in functions(read_template(assembly)).values()}
    names = {metric.value for metric in Metric}
    read = set()
    for alarm in read_alarms(assembly).values():
        for metric in [alarm, *(m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m)]:
            if metric.get("MetricName") in names:
                read.add(metric["Namespace"])
    assert read == written and len(written) == 1


def test_alarms_can_be_evaluated(assembly: Path) -> None:
    """Limits of CloudWatch: ten metrics, and a range of one day, or of seven for periods of an hour or more."""
    for name, alarm in read_alarms(assembly).items():
        periods = {m["MetricStat"]["Period"] for m in alarm.get("Metrics", []) if "MetricStat" in m}
        [period] = periods or {alarm["Period"]}
        assert period % 60 == 0 and period * alarm["EvaluationPeriods"] <= 86400, name
        assert len(alarm.get("Metrics", [])) <= 10, name
        assert len(alarm["AlarmName"]) <= 255 and len(alarm["AlarmDescription"]) <= 1024


def test_every_alarm_notifies_the_topic_when_it_fires_and_when_it_ends(monitoring: Template) -> None:
    [topic] = of_type(monitoring, "AWS::SNS::Topic")
    for alarm in of_type(monitoring, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]


def test_the_topic_is_encrypted_and_takes_messages_from_alarms_only_over_tls(monitoring: Template) -> None:
    [topic] = of_type(monitoring, "AWS::SNS::Topic").values()
    [key] = of_type(monitoring, "AWS::KMS::Key").values()
    [policy] = of_type(monitoring, "AWS::SNS::TopicPolicy").values()
    statements = policy["PolicyDocument"]["Statement"]
    denied = [s for s in statements if s["Effect"] == "Deny"]
    assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    senders = {"cloudwatch.amazonaws.com", "costalerts.amazonaws.com"}
    assert {s["Principal"]["Service"] for s in statements if s["Effect"] == "Allow"} == senders
    assert senders == {s["Principal"]["Service"] for s in key["KeyPolicy"]["Statement"] if "Service" in s["Principal"]}
    assert topic["KmsMasterKeyId"] and key["EnableKeyRotation"]


def test_an_anomaly_of_costs_is_sent_to_the_topic(monitoring: Template) -> None:
    """The AWS stand-in has no anomaly detection."""
    [topic] = of_type(monitoring, "AWS::SNS::Topic")
    [monitor] = of_type(monitoring, "AWS::CE::AnomalyMonitor").values()
    [subscription] = of_type(monitoring, "AWS::CE::AnomalySubscription").values()
    assert json.loads(monitor["MonitorSpecification"])["Tags"]["Values"] == ["creator-search"]
    assert subscription["Subscribers"] == [{"Type": "SNS", "Address": {"Ref": topic}}]
    assert subscription["Frequency"] == "IMMEDIATE"


def test_an_email_address_is_subscribed_if_one_is_given(assemblies: Mapping[str, Path]) -> None:
    subscribed = {
        stage: [
            (s["Protocol"], s["Endpoint"])
            for s in of_type(read_monitoring(assemblies[stage]), "AWS::SNS::Subscription").values()
        ]
        for stage in STAGES
    }
    assert subscribed == {"dev": [], "production": [("email", "ops@example.org")]}


def test_the_service_exports_only_the_api_and_its_stage_which_updates_do_not_replace(
    assembly: Path, monitoring: Template
) -> None:
    exports = [o["Value"] for o in read_template(assembly)["Outputs"].values() if "Export" in o]
    resources = read_template(assembly)["Resources"]
    kinds = [resources[value["Ref"]]["Type"] for value in exports]
    assert sorted(kinds) == ["AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage"]
    assert "Fn::ImportValue" not in json.dumps(monitoring)


def test_the_service_is_deployed_before_its_alarms(assembly: Path) -> None:
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    [name] = [name for name in artifacts if name.endswith("-monitoring")]
    assert name.removesuffix("-monitoring") in artifacts[name]["dependencies"]


def test_the_dashboard_shows_all_alarms_and_all_metrics(monitoring: Template) -> None:
    [dashboard] = of_type(monitoring, "AWS::CloudWatch::Dashboard").values()
    parts = dashboard["DashboardBody"]["Fn::Join"][1]
    body = json.loads("".join(part if isinstance(part, str) else "x" for part in parts))
    shown = [alarm for widget in body["widgets"] for alarm in widget["properties"].get("alarms", [])]
    assert len(shown) == len(ROWS) and max(len(w["properties"].get("alarms", [])) for w in body["widgets"]) <= 100
    lines = [line for widget in body["widgets"] for line in widget["properties"].get("metrics", [])]
    shared = {line[1] for line in lines}
    in_alarms = {series.metric for row in ROWS for series in row.series.values()}
    only_alarms = {"5XXError", "UserErrors", "BreakerStoreFailed"}
    assert in_alarms - shared == only_alarms
    drawn = {line[3] for line in lines if line[1] == "RequestSeconds"}
    assert drawn == {operation.name for operation in OPERATIONS}


def test_the_stack_has_room_for_more_alarms(monitoring: Template, assembly: Path) -> None:
    """CloudFormation allows 500 resources and 200 outputs a stack."""
    assert len(monitoring["Resources"]) < 400
    assert len(read_template(assembly)["Outputs"]) < 150


def test_the_stages_differ_in_their_names_and_in_the_subscription(assemblies: Mapping[str, Path]) -> None:
    dev, production = (read_monitoring(assemblies[stage]) for stage in ("dev", "production"))
    resources = {n: r for n, r in production["Resources"].items() if r["Type"] != "AWS::SNS::Subscription"}
    assert json.loads(json.dumps(dev["Resources"]).replace("CreatorSearch-dev", "CreatorSearch-production")) == {
        name: {**resource, "Properties": _of_stage(resource["Properties"], "dev")}
        for name, resource in resources.items()
    }


def _of_stage(properties: Mapping[str, Any], stage: str) -> Mapping[str, Any]:
    """Return the properties with the tag `stage` replaced."""
    tags = {
        key: [{**tag, "Value": stage} if tag["Key"] == "stage" else tag for tag in properties[key]]
        for key in ("Tags", "ResourceTags")
        if key in properties
    }
    return {**properties, **tags}


def headings(part: str) -> set[str]:
    """The anchors of the sections of one part of the runbook."""
    text = RUNBOOK.read_text().split(f"\n## {part}\n", 1)[1].split("\n## ", 1)[0]
    return {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^### (.+)$", text, re.M)
    }


def test_every_alarm_names_a_section_of_the_runbook_and_every_section_has_an_alarm(assembly: Path) -> None:
    named = {alarm["AlarmDescription"].split("docs/operations.md#")[1] for alarm in read_alarms(assembly).values()}
    assert named | {row.section for row in OPTIONAL_ROWS} | NOT_ON_METRICS == headings("Alarms")


def test_only_a_stage_with_options_has_their_alarms(assemblies: Mapping[str, Path]) -> None:
    names = {f"CreatorSearch-site-{row.name}" for row in (*ROWS, *OPTIONAL_ROWS)}
    assert set(read_alarms(assemblies["site"])) == names
    [topic] = of_type(read_monitoring(assemblies["site"]), "AWS::SNS::Topic")
    for alarm in of_type(read_monitoring(assemblies["site"]), "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]


def test_the_runbook_refers_to_resources_outputs_and_sections_that_exist(assembly: Path) -> None:
    text, service = RUNBOOK.read_text(), read_template(assembly)
    looked_up = set(re.findall(r"name_of ([A-Z]\w+::\w+) (\w+)", text))
    assert len(looked_up) >= 6
    for kind, logical in looked_up:
        named = [n for n in of_type(service, f"AWS::{kind}") if re.fullmatch(f"{logical}[0-9A-F]{{8}}", n)]
        assert len(named) == 1, (kind, logical)
    assert set(re.findall(r"output ([A-Z]\w+)\)", text)) <= set(service["Outputs"])
    assert set(re.findall(r"\]\(#([a-z-]+)\)", text)) <= headings("Alarms") | headings("Procedures")
