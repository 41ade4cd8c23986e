"""The synthesised stack says what the catalogue says, and satisfies cdk-nag and cfn-lint."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import (
    EXPIRE_DAYS,
    FUNCTIONS,
    OPERATIONS,
    TABLES,
    WORKERS,
    Bucket,
    Operation,
    Queue,
    Schedule,
    Table,
    Worker,
    folder,
)

from infra.constructs.bundling import missing_models
from infra.local.resources import queue_attributes, table_request
from infra.toolkit import BIN, ROOT, environment

Template = Mapping[str, Any]

SYNTH = """
import sys
from aws_cdk import App
from infra.app import build
app = App(context={"aws:cdk:bundling-stacks": [], "models": "none"}, outdir=sys.argv[1])
build(app)
app.synth()
"""


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a process of its own, whose Node is the one that came with our requirements. cdk-nag's findings fail it."""
    out = tmp_path_factory.mktemp("cdk.out")
    done = subprocess.run(
        [sys.executable, "-c", SYNTH, str(out)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def template(assembly: Path) -> Template:
    found: Template = json.loads((assembly / "CreatorSearch-dev.template.json").read_text())
    return found


def of_type(template: Template, kind: str) -> dict[str, Any]:
    return {name: r["Properties"] for name, r in template["Resources"].items() if r["Type"] == kind}


def functions(template: Template) -> dict[str, Any]:
    """By the name of their row."""
    found = of_type(template, "AWS::Lambda::Function").values()
    by_summary = {row.summary: row.name for row in FUNCTIONS.values()}
    return {by_summary[p["Description"]]: p for p in found if p.get("Description") in by_summary}


def test_every_row_of_the_catalogue_is_a_function_of_its_size(template: Template) -> None:
    made = functions(template)
    assert set(made) == set(FUNCTIONS)
    for name, row in FUNCTIONS.items():
        assert (made[name]["MemorySize"], made[name]["Timeout"]) == (row.memory_mb, row.timeout_seconds)
        assert made[name]["Architectures"] == ["arm64"]
        if isinstance(row, Worker) and row.is_container:
            assert made[name]["PackageType"] == "Image" and "Layers" not in made[name]
            continue
        assert made[name]["Runtime"] == "python3.13"
        if isinstance(row, Operation) and row.streams:
            assert "SnapStart" not in made[name] and len(made[name]["Layers"]) == 3
        else:
            assert made[name]["SnapStart"] == {"ApplyOn": "PublishedVersions"}
            assert len(made[name]["Layers"]) == 2


def test_routes_operation_ids_and_folders_are_the_catalogues(template: Template) -> None:
    resources = of_type(template, "AWS::ApiGateway::Resource")

    def path(reference: Any) -> str:
        name = reference.get("Ref") if isinstance(reference, dict) else None
        if name not in resources:
            return ""
        return f"{path(resources[name]['ParentId'])}/{resources[name]['PathPart']}"

    methods = of_type(template, "AWS::ApiGateway::Method").values()
    made = {(m["HttpMethod"], path(m["ResourceId"]), m["OperationName"]) for m in methods}
    assert made == {(o.method, o.path, o.name) for o in OPERATIONS}
    api_folders = {p.parent.name for p in (ROOT / "functions" / "api").glob("*/handler.py")}
    folders = {str(p.parent.relative_to(ROOT)) for p in (ROOT / "functions").glob("*/*/handler.py")}
    assert folders == {folder(row) for row in FUNCTIONS.values()}
    assert api_folders == {o.name for o in OPERATIONS}


def test_the_local_tables_are_the_stacks(template: Template) -> None:
    def shape(request: Mapping[str, Any]) -> Any:
        return (
            request["KeySchema"],
            sorted(map(json.dumps, request["AttributeDefinitions"])),
            request.get("GlobalSecondaryIndexes", []),
        )

    made = [shape(p) for p in of_type(template, "AWS::DynamoDB::Table").values()]
    for table in Table:
        assert shape(table_request(table)) in made
    assert len(made) == len(TABLES)


def test_tables_expire_rows_recover_and_are_encrypted(template: Template) -> None:
    for table in of_type(template, "AWS::DynamoDB::Table").values():
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["SSESpecification"]["SSEEnabled"] is True


def test_queues_hide_a_message_six_times_as_long_as_its_worker_may_take(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    with_letters = [q for q in queues.values() if "RedrivePolicy" in q]
    assert len(with_letters) == len(Queue) and len(queues) == 2 * len(Queue)
    local = sorted(int(queue_attributes(q, "arn")["VisibilityTimeout"]) for q in Queue)
    assert sorted(q["VisibilityTimeout"] for q in with_letters) == local


def test_each_priority_has_its_own_concurrency_and_answers_for_single_messages(template: Template) -> None:
    sources = of_type(template, "AWS::Lambda::EventSourceMapping").values()
    made = sorted(s["ScalingConfig"]["MaximumConcurrency"] for s in sources)
    assert made == sorted(c for w in WORKERS for c in w.concurrency.values())
    assert all(s["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for s in sources)


def test_schedules_are_the_catalogues(template: Template) -> None:
    rules = of_type(template, "AWS::Events::Rule").values()
    rows = [row for row in FUNCTIONS.values() if isinstance(row, Schedule)]
    assert sorted(r["Description"] for r in rules) == sorted(row.summary for row in rows)


def statements(template: Template, name: str) -> list[Any]:
    """The grants of one function's role."""
    role = functions(template)[name]["Role"]["Fn::GetAtt"][0]
    policies = of_type(template, "AWS::IAM::Policy").values()
    return [s for p in policies if {"Ref": role} in p["Roles"] for s in p["PolicyDocument"]["Statement"]]


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def test_grants_are_exactly_what_the_row_names(template: Template) -> None:
    for name, row in FUNCTIONS.items():
        granted = [a for s in statements(template, name) for a in _listed(s["Action"])]
        assert "dynamodb:Scan" not in granted
        assert not any(action.endswith("*") for action in granted), granted
        assert any(a.startswith("dynamodb:") for a in granted) is bool(row.tables)
        assert any(a.startswith("s3:") for a in granted) is bool(row.buckets)
        assert granted.count("secretsmanager:GetSecretValue") == row.upstream + row.seals_cursors
        assert ("cloudfront:CreateInvalidation" in granted) is row.invalidates_cdn
    status = [a for s in statements(template, "get_profile_status") for a in _listed(s["Action"]) if "dynamodb" in a]
    assert not {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} & set(status)


def test_a_function_knows_only_the_resources_of_its_row(template: Template) -> None:
    for name, row in FUNCTIONS.items():
        variables = functions(template)[name].get("Environment", {}).get("Variables", {})
        assert {v for v in variables if v.startswith("TABLE_")} == {f"TABLE_{t.name}" for t in row.tables}
        assert not any("KEY" in v for v in variables)
        assert ("CURSOR_SECRET" in variables) is row.seals_cursors


def test_what_streams_runs_under_the_web_adapter_and_the_gateway_passes_it_on_as_it_comes(template: Template) -> None:
    methods = {m["OperationName"]: m["Integration"] for m in of_type(template, "AWS::ApiGateway::Method").values()}
    for row in OPERATIONS:
        variables = functions(template)[row.name].get("Environment", {}).get("Variables", {})
        integration = methods[row.name]
        uri = json.dumps(integration["Uri"])
        if row.streams:
            assert integration["ResponseTransferMode"] == "STREAM" and "response-streaming-invocations" in uri
            assert integration["TimeoutInMillis"] == 1000 * row.timeout_seconds
            assert functions(template)[row.name]["Handler"] == "run.sh"
            assert "LambdaAdapterLayerArm64" in json.dumps(functions(template)[row.name]["Layers"])
            assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
            assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
        else:
            assert "ResponseTransferMode" not in integration and uri.count("/invocations") == 1
            assert "AWS_LAMBDA_EXEC_WRAPPER" not in variables


def test_the_bucket_is_private_behind_the_cdns_own_identity(template: Template) -> None:
    buckets = of_type(template, "AWS::S3::Bucket").values()
    assert len(buckets) == len(Bucket)
    for bucket in buckets:
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    expiring = [b["LifecycleConfiguration"]["Rules"] for b in buckets if "LifecycleConfiguration" in b]
    assert [rule["ExpirationInDays"] for [rule] in expiring] == list(EXPIRE_DAYS.values())
    [distribution] = of_type(template, "AWS::CloudFront::Distribution").values()
    [origin] = distribution["DistributionConfig"]["Origins"]
    assert origin["OriginAccessControlId"]
    [control] = of_type(template, "AWS::CloudFront::OriginAccessControl").values()
    assert control["OriginAccessControlConfig"]["SigningBehavior"] == "always"


def test_the_api_is_regional_and_compresses_from_1_kb(template: Template) -> None:
    [api] = of_type(template, "AWS::ApiGateway::RestApi").values()
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["MinimumCompressionSize"] == 1024


def test_clients_find_what_they_need_in_the_outputs(template: Template) -> None:
    assert {"ApiUrl", "ImagesUrl", "QueueProfileHighUrl", "QueueProfileLowUrl", "UpstreamKeysSecret"} <= set(
        template["Outputs"]
    )


def test_cfn_lint_finds_nothing(assembly: Path) -> None:
    done = subprocess.run(
        [str(BIN / "cfn-lint"), str(assembly / "CreatorSearch-dev.template.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_containers_build_is_given_what_its_dockerfile_copies_and_nothing_else(assembly: Path) -> None:
    manifest = json.loads((assembly / "CreatorSearch-dev.assets.json").read_text())
    [image] = [asset["source"] for asset in manifest["dockerImages"].values()]
    given = assembly / image["directory"]
    assert image["dockerBuildTarget"] == "rules"  # without exported models
    lines = (given / image["dockerFile"]).read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY")]
    assert [source for source in copied if not (given / source).exists()] == ["models/int8"]
    roots = [given / source for source in copied] + [given / image["dockerFile"]]
    stray = [
        path
        for path in given.rglob("*")
        if path.is_file() and not any(path == root or root in path.parents for root in roots)
    ]
    assert stray == []
    assert not list(given.rglob("__pycache__")) + list(given.rglob(".git"))


def test_only_models_that_were_verified_go_into_the_container(tmp_path: Path) -> None:
    names = ["sentiment", "language", "category"]
    assert missing_models(tmp_path) == names
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text('{"measured": {}}')
    assert missing_models(tmp_path) == names
    for name in names[:2]:
        (tmp_path / name / "manifest.json").write_text('{"measured": {"label_agreement": 1.0}}')
    assert missing_models(tmp_path) == ["category"]
