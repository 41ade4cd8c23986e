"""The stack of the reports: what is exported, converted, kept and allowed."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.reports.statements import EXPORTED_ITEMS, ID_PLACE, insert, queries
from infra.reports.tables import REPORT_TABLES
from tests.infra.templates import Template, of_type

SUFFIX = "-reports.template.json"


@pytest.fixture(scope="session")
def file(assemblies: Mapping[str, Path]) -> Path:
    [found] = assemblies["site"].glob(f"*{SUFFIX}")
    return found


@pytest.fixture(scope="session")
def reports(file: Path) -> Template:
    found: Template = json.loads(file.read_text())
    return found


@pytest.fixture(scope="session")
def machine(reports: Template) -> Mapping[str, Any]:
    """The definition of the state machine, with logical ids in place of references."""
    [found] = of_type(reports, "AWS::StepFunctions::StateMachine").values()
    parts = found["DefinitionString"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else next(iter(part.values())) for part in parts)
    definition: Mapping[str, Any] = json.loads(text)
    return definition


def test_only_a_stage_that_asks_for_reports_has_them(assemblies: Mapping[str, Path], file: Path) -> None:
    with_reports = {name for name, folder in assemblies.items() if list(folder.glob(f"*{SUFFIX}"))}
    assert with_reports == {"site"} and file.name == f"CreatorSearch-site{SUFFIX}"


def test_the_table_of_profiles_is_exported_every_day(reports: Template, machine: Mapping[str, Any]) -> None:
    [schedule] = of_type(reports, "AWS::Scheduler::Schedule").values()
    assert schedule["ScheduleExpression"] == "cron(0 2 * * ? *)" and schedule["State"] == "ENABLED"
    [machine_id] = of_type(reports, "AWS::StepFunctions::StateMachine")
    assert schedule["Target"]["Arn"] == {"Ref": machine_id}
    export = machine["States"][machine["StartAt"]]
    assert export["Resource"] == "arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime"
    assert "TableProfiles" in export["Arguments"]["TableArn"]
    assert export["Arguments"]["ExportFormat"] == "DYNAMODB_JSON"


def test_every_table_is_converted_after_the_export_by_the_statement_that_the_tests_run(
    machine: Mapping[str, Any],
) -> None:
    [completed] = [c for c in machine["States"]["Exported?"]["Choices"] if "COMPLETED" in c["Condition"]]
    found, state = [], completed["Next"]
    while (step := machine["States"][state])["Type"] != "Succeed":
        assert step["Resource"] == "arn:aws:states:::athena:startQueryExecution.sync" and "Retry" not in step
        found.append(step["Arguments"]["QueryString"])
        state = step["Next"]
    pattern = re.compile(rf'{{% \$replace\((".*"), "{ID_PLACE}", \$export_id\) %}}')
    matches = [pattern.fullmatch(query) for query in found]
    assert [json.loads(match[1]) for match in matches if match] == [insert(table) for table in REPORT_TABLES]
    assert all("%}" not in insert(table) for table in REPORT_TABLES)  # it would end the expression


def test_the_columns_in_glue_are_those_of_the_statements(reports: Template) -> None:
    tables = {
        found["TableInput"]["Name"]: found["TableInput"] for found in of_type(reports, "AWS::Glue::Table").values()
    }
    assert set(tables) == {EXPORTED_ITEMS, *(table.name for table in REPORT_TABLES)}
    for table in REPORT_TABLES:
        columns = tables[table.name]["StorageDescriptor"]["Columns"]
        selected = re.findall(r"^  CAST\(.*\) AS (\w+)", insert(table), flags=re.M)
        assert [column["Name"] for column in columns] == selected
    for found in tables.values():
        assert found["PartitionKeys"] == [{"Name": "export_id", "Type": "string"}]
    location = "".join(str(part) for part in strings(tables[EXPORTED_ITEMS]["Parameters"]["storage.location.template"]))
    assert location.endswith("/exports/AWSDynamoDB/${export_id}/data/")


def test_nothing_is_kept_for_longer_than_two_days(reports: Template) -> None:
    [bucket] = of_type(reports, "AWS::S3::Bucket").values()
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 2 and rule["Status"] == "Enabled" and "Prefix" not in rule
    assert "VersioningConfiguration" not in bucket
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [policy] = of_type(reports, "AWS::S3::BucketPolicy").values()
    assert {"Bool": {"aws:SecureTransport": "false"}} in [
        statement.get("Condition") for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_what_a_query_may_scan_is_limited(reports: Template) -> None:
    limits = {}
    for group in of_type(reports, "AWS::Athena::WorkGroup").values():
        settings = group["WorkGroupConfiguration"]
        assert settings["EnforceWorkGroupConfiguration"] is True
        assert settings["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
        limits[group["Name"]] = settings["BytesScannedCutoffPerQuery"]
    assert limits == {"CreatorSearch-site-reports": 10**10, "CreatorSearch-site-reports-conversion": 2 * 10**12}


def test_the_queries_of_the_reports_are_stored_in_their_workgroup(reports: Template) -> None:
    named = of_type(reports, "AWS::Athena::NamedQuery").values()
    assert {query["Name"]: query["QueryString"] for query in named} == queries()
    assert {query["WorkGroup"] for query in named} == {"CreatorSearch-site-reports"}


def test_the_state_machine_may_do_only_what_its_steps_need(reports: Template) -> None:
    """Athena reads and writes with the rights of its caller."""
    policies = [
        policy for name, policy in of_type(reports, "AWS::IAM::Policy").items() if name.startswith("RoleDefaultPolicy")
    ]
    [document] = [policy["PolicyDocument"] for policy in policies]
    allowed = {(action, resource) for statement in document["Statement"] for action, resource in pairs(statement)}
    own = {(action, resource) for action, resource in allowed if not action.startswith(("logs:", "xray:"))}
    assert {action for action, resource in own if resource == "*"} == set()
    assert {action for action, _ in own if action.startswith("dynamodb:")} == {
        "dynamodb:ExportTableToPointInTime",
        "dynamodb:DescribeExport",
    }
    assert not [action for action, _ in own if "Delete" in action or action.endswith("*")]
    written = {resource for action, resource in own if action == "glue:BatchCreatePartition"}
    assert {resource.rpartition("/")[2] for resource in written if ":table/" in resource} == {
        table.name for table in REPORT_TABLES
    }


def pairs(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    actions, resources = (
        found if isinstance(found, list) else [found] for found in (statement["Action"], statement["Resource"])
    )
    for action in actions:
        for resource in resources:
            yield action, "".join(strings(resource))


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for found in value.values():
                yield from strings(found)
        case list():
            for found in value:
                yield from strings(found)
