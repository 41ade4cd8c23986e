"""The synthesised stack matches the catalogue, and satisfies cdk-nag and cfn-lint, in every stage."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import (
    API_FUNCTIONS,
    EXPIRE_DAYS,
    EXPIRE_PREFIXES,
    FUNCTIONS,
    INDEXERS,
    OPERATIONS,
    WORKERS,
    Bucket,
    Operation,
    Queue,
    Schedule,
    Table,
    Worker,
    caption_models,
    folder,
    function_of,
    has_snapshot,
)
from creator_search.environment import SNAPSHOT_HOOKS

from infra.constructs.packaging import missing_models
from infra.local.resources import queue_attributes, table_request
from infra.toolkit import ROOT, environment
from tests.infra.conftest import STAGES, Synthesise
from tests.infra.templates import (
    Resources,
    Template,
    function_names,
    functions,
    of_type,
    read_template,
    text,
    workers_file,
)


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
        assert len(made[name]["Layers"]) == (3 if isinstance(row, Operation) and row.streams else 2)


def test_only_functions_that_people_wait_for_and_that_start_slowly_are_restored_from_snapshots(
    template: Template,
) -> None:
    made = {name: p["SnapStart"] for name, p in functions(template).items() if "SnapStart" in p}
    assert set(made) == {
        "authorize_caller",
        "get_analytics",
        "get_posts",
        "get_profile",
        "get_profile_status",
        "request_profile",
    }
    assert all(found == {"ApplyOn": "PublishedVersions"} for found in made.values())


def test_routes_operation_ids_and_folders_match_the_catalogue(template: Template) -> None:
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
    assert folders == {folder(row) for row in (*FUNCTIONS.values(), *INDEXERS)}
    assert api_folders == {row.name for row in API_FUNCTIONS}


def test_the_local_tables_match_those_of_the_stack(template: Template) -> None:
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


def test_the_visibility_timeout_of_a_queue_is_six_times_the_timeout_of_its_worker(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    with_letters = [q for q in queues.values() if "RedrivePolicy" in q]
    assert len(with_letters) == len(Queue) and len(queues) == 2 * len(Queue)
    local = sorted(int(queue_attributes(q, "arn")["VisibilityTimeout"]) for q in Queue)
    assert sorted(q["VisibilityTimeout"] for q in with_letters) == local


def test_a_message_is_delivered_five_times_before_it_is_a_dead_letter(template: Template) -> None:
    policies = [q["RedrivePolicy"] for q in of_type(template, "AWS::SQS::Queue").values() if "RedrivePolicy" in q]
    assert [policy["maxReceiveCount"] for policy in policies] == [5] * len(Queue)
    local = [json.loads(queue_attributes(q, "arn")["RedrivePolicy"]) for q in Queue]
    assert {policy["maxReceiveCount"] for policy in local} == {5}


def test_every_worker_reads_its_queues_at_their_concurrency_and_reports_failed_messages_individually(
    template: Template,
) -> None:
    aliases = of_type(template, "AWS::Lambda::Alias")
    names = function_names(template)
    made = {}
    for source in of_type(template, "AWS::Lambda::EventSourceMapping").values():
        # The name is the sixth part of the alias's ARN, followed by the alias.
        [part, qualifier] = source["FunctionName"]["Fn::Join"][1]
        [position, [separator, alias]] = part["Fn::Select"][0], part["Fn::Select"][1]["Fn::Split"]
        assert (position, separator, qualifier) == (6, ":", ":live")
        worker = names[aliases[alias["Ref"]]["FunctionName"]["Ref"]]
        made[worker, text(source["EventSourceArn"])] = source["ScalingConfig"]["MaximumConcurrency"]
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    resources = Resources.of(template)
    assert made == {(w.name, resources.queues[q]): c for w in WORKERS for q, c in w.concurrency.items()}


def test_schedules_match_the_catalogue(template: Template) -> None:
    rules = of_type(template, "AWS::Events::Rule").values()
    rows = [row for row in FUNCTIONS.values() if isinstance(row, Schedule)]
    assert sorted(r["Description"] for r in rules) == sorted(row.summary for row in rows)


def test_streaming_functions_run_behind_the_web_adapter_and_the_gateway_streams_their_responses(
    template: Template,
) -> None:
    methods = {m["OperationName"]: m["Integration"] for m in of_type(template, "AWS::ApiGateway::Method").values()}
    for row in OPERATIONS:
        served_by = function_of(row).name
        variables = functions(template)[served_by].get("Environment", {}).get("Variables", {})
        integration = methods[row.name]
        uri = json.dumps(integration["Uri"])
        if row.streams:
            assert integration["ResponseTransferMode"] == "STREAM" and "response-streaming-invocations" in uri
            assert integration["TimeoutInMillis"] == 1000 * row.timeout_seconds
            assert functions(template)[served_by]["Handler"] == "run.sh"
            assert "LambdaAdapterLayerArm64" in json.dumps(functions(template)[served_by]["Layers"])
            assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
            assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
            assert all((name in variables) is has_snapshot(row) for name in SNAPSHOT_HOOKS)
        else:
            assert "ResponseTransferMode" not in integration and uri.count("/invocations") == 1
            assert "AWS_LAMBDA_EXEC_WRAPPER" not in variables


def test_the_buckets_are_private_and_the_cdn_signs_its_requests(template: Template) -> None:
    buckets = of_type(template, "AWS::S3::Bucket").values()
    assert len(buckets) == len(Bucket)
    for bucket in buckets:
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    expiring = [b["LifecycleConfiguration"]["Rules"] for b in buckets if "LifecycleConfiguration" in b]
    expected = [(None, days) for days in EXPIRE_DAYS.values()] + list(EXPIRE_PREFIXES.values())
    assert sorted((rule.get("Prefix") or "", rule["ExpirationInDays"]) for [rule] in expiring) == sorted(
        (prefix or "", days) for prefix, days in expected
    )
    [distribution] = of_type(template, "AWS::CloudFront::Distribution").values()
    [origin] = distribution["DistributionConfig"]["Origins"]
    assert origin["OriginAccessControlId"]
    [control] = of_type(template, "AWS::CloudFront::OriginAccessControl").values()
    assert control["OriginAccessControlConfig"]["SigningBehavior"] == "always"


def test_the_cdn_keeps_a_copy_for_a_day_at_most_whatever_an_image_says(template: Template) -> None:
    policies = [p["CachePolicyConfig"] for p in of_type(template, "AWS::CloudFront::CachePolicy").values()]
    assert [(p["DefaultTTL"], p["MaxTTL"]) for p in policies] == [(86400, 86400)]


def test_the_api_is_regional_and_compresses_from_1_kb(template: Template) -> None:
    [api] = of_type(template, "AWS::ApiGateway::RestApi").values()
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["MinimumCompressionSize"] == 1024


def test_no_secret_of_the_environment_is_in_the_cloud_assembly(assembly: Path) -> None:
    files = [path for path in assembly.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        assert b"must-not-be-in-a-template" not in path.read_bytes(), path


def test_the_outputs_name_the_api_the_cdn_the_queues_and_the_secret(template: Template) -> None:
    assert {"ApiUrl", "ImagesUrl", "QueueProfileHighUrl", "QueueProfileLowUrl", "UpstreamKeysSecret"} <= set(
        template["Outputs"]
    )


def test_production_protects_its_data_and_dev_does_not(assemblies: Mapping[str, Path]) -> None:
    for stage in STAGES:
        protected, assembly = stage == "production", assemblies[stage]
        resources = read_template(assembly)["Resources"].values()
        tables = [r for r in resources if r["Type"] == "AWS::DynamoDB::Table"]
        buckets = [r for r in resources if r["Type"] == "AWS::S3::Bucket"]
        assert len(tables) == len(Table) and len(buckets) == len(Bucket)
        assert {t["Properties"].get("DeletionProtectionEnabled", False) for t in tables} == {protected}
        policies = {(r["DeletionPolicy"], r["UpdateReplacePolicy"]) for r in (*tables, *buckets)}
        assert policies == {("Retain", "Retain") if protected else ("Delete", "Delete")}
        stacks = [
            artifact["properties"]
            for name, artifact in json.loads((assembly / "manifest.json").read_text())["artifacts"].items()
            if artifact["type"] == "aws:cloudformation:stack"
            and name in (f"CreatorSearch-{stage}", f"CreatorSearch-{stage}-data", f"CreatorSearch-{stage}-workers")
        ]
        assert [stack.get("terminationProtection", False) for stack in stacks] == [protected] * 3


def test_the_build_context_of_the_container_contains_only_files_that_its_dockerfile_copies(assembly: Path) -> None:
    manifest = json.loads(workers_file(assembly, ".assets.json").read_text())
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
    names = list(caption_models(english_only=False))
    assert missing_models(tmp_path, names) == names
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text('{"measured": {}}')
    assert missing_models(tmp_path, names) == names
    for name in names[:-1]:
        (tmp_path / name / "manifest.json").write_text('{"measured": {"label_agreement": 1.0}}')
    assert missing_models(tmp_path, names) == ["category"]


def test_the_container_contains_the_models_that_were_verified(tmp_path: Path, synthesise: Synthesise) -> None:
    sources, out = tmp_path / "sources", tmp_path / "out"
    for part in ("layers", "functions"):
        shutil.copytree(ROOT / part, sources / part, ignore=shutil.ignore_patterns("__pycache__"))
    names = caption_models(english_only=False)
    for name in names:
        (sources / "models" / "int8" / name).mkdir(parents=True)
        (sources / "models" / "int8" / name / "manifest.json").write_text('{"measured": {"label_agreement": 1.0}}')
    (sources / "models" / "fp32").mkdir()
    synthesise({out: {"aws:cdk:bundling-stacks": [], "sources": str(sources)}})
    manifest = json.loads(workers_file(out, ".assets.json").read_text())
    [image] = [asset["source"] for asset in manifest["dockerImages"].values()]
    assert image["dockerBuildTarget"] == "models"
    found = (out / image["directory"] / "models").rglob("*.json")
    assert {path.relative_to(out / image["directory"]).as_posix() for path in found} == {
        f"models/int8/{name}/manifest.json" for name in names
    }


def test_every_stack_has_room_for_more_resources(assembly: Path) -> None:
    """CloudFormation allows 500 resources and 200 outputs a stack."""
    for file in assembly.glob("*.template.json"):
        found = json.loads(file.read_text())
        assert len(found["Resources"]) <= 440 and len(found.get("Outputs", {})) <= 180, file.name


def test_production_keeps_what_cannot_be_made_again_when_a_stack_is_deleted(assemblies: Mapping[str, Path]) -> None:
    kinds = {"DynamoDB::Table", "S3::Bucket", "SQS::Queue", "SecretsManager::Secret", "Logs::LogGroup"}
    kinds |= {"Cognito::UserPool", "ApiGateway::Account"}
    kept = set()
    for file in assemblies["production"].glob("*.template.json"):
        for resource in json.loads(file.read_text())["Resources"].values():
            kind = resource["Type"].removeprefix("AWS::")
            if kind in kinds:
                assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain", (file.name, kind)
                kept.add(kind)
    assert kept == kinds


def test_a_stack_whose_operation_has_no_authorizer_is_refused() -> None:
    """The code adds a method without an authorizer to the stack that `build` made."""
    code = """
from aws_cdk import App
from infra.app import build, require_authorizers
stack = build(App(context={"aws:cdk:bundling-stacks": [], "models": "none", "stage": "production"}))
require_authorizers(stack)
stack.gateway.api.root.add_method("POST", operation_name="get_me_again")
try:
    require_authorizers(stack)
except ValueError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith("operations without an authorizer: get_me_again")
