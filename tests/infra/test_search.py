"""The stack of the search engine, and what of the other stacks depends on it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import INDEXERS, OPTIONAL_FUNCTIONS, SEARCH_ENDPOINT

from infra.toolkit import ROOT
from tests.infra.conftest import SYNTHESISE
from tests.infra.templates import (
    Template,
    functions,
    of_type,
    read_template,
    search_files,
    text,
)


@pytest.fixture(scope="session", params=["site", "searching"])
def search(assemblies: Mapping[str, Path], request: pytest.FixtureRequest) -> Template:
    [file] = search_files(assemblies[request.param])
    found: Template = json.loads(file.read_text())
    return found


def streams(assembly: Path) -> list[Any]:
    tables = of_type(read_template(assembly), "AWS::DynamoDB::Table").values()
    return [table["StreamSpecification"] for table in tables if "StreamSpecification" in table]


def test_only_a_stage_that_asks_for_a_search_engine_has_one(assemblies: Mapping[str, Path]) -> None:
    having = {name for name, folder in assemblies.items() if search_files(folder)}
    assert having == {"site", "searching"}
    for name, folder in assemblies.items():
        assert streams(folder) == ([{"StreamViewType": "NEW_IMAGE"}] if name in having else [])


def test_an_engine_that_is_filled_is_not_searched_yet(assemblies: Mapping[str, Path]) -> None:
    endpoints = {}
    for name in ("dev", "site", "searching"):
        made = functions(read_template(assemblies[name]))
        endpoints[name] = {
            function: text(variables[SEARCH_ENDPOINT])
            for function, properties in made.items()
            if SEARCH_ENDPOINT in (variables := properties.get("Environment", {}).get("Variables", {}))
        }
    assert set(endpoints["dev"]) == set()
    assert set(endpoints["site"]) == set(OPTIONAL_FUNCTIONS)
    assert set(endpoints["searching"]) == {*OPTIONAL_FUNCTIONS, "search_creators"}
    assert len(set(endpoints["searching"].values())) == 1


def test_the_functions_are_those_of_the_catalogue(search: Template) -> None:
    made = functions(search)
    assert {name: (p["MemorySize"], p["Timeout"]) for name, p in made.items()} == {
        row.name: (row.memory_mb, row.timeout_seconds) for row in INDEXERS
    }


def test_the_collection_is_encrypted_and_named_by_its_policies(search: Template) -> None:
    [collection] = of_type(search, "AWS::OpenSearchServerless::Collection").values()
    policies = of_type(search, "AWS::OpenSearchServerless::SecurityPolicy")
    found = {policy["Type"]: json.loads(policy["Policy"]) for policy in policies.values()}
    rules = [{"ResourceType": "collection", "Resource": [f"collection/{collection['Name']}"]}]
    assert found == {
        "encryption": {"Rules": rules, "AWSOwnedKey": True},
        "network": [{"Rules": rules, "AllowFromPublic": True}],
    }
    [resource] = [r for r in search["Resources"].values() if r["Type"] == "AWS::OpenSearchServerless::Collection"]
    assert set(resource["DependsOn"]) == set(policies)  # without a policy for encryption it cannot be created
    assert collection["Type"] == "SEARCH"


def test_production_has_replicas(assemblies: Mapping[str, Path]) -> None:
    replicas = {}
    for name in ("site", "searching"):
        [made] = of_type(read_template(assemblies[name]), "AWS::OpenSearchServerless::Collection").values()
        replicas[name] = made["StandbyReplicas"]
    assert replicas == {"site": "DISABLED", "searching": "ENABLED"}


def test_the_stream_gives_profiles_to_the_live_version_until_they_are_written(search: Template) -> None:
    [source] = of_type(search, "AWS::Lambda::EventSourceMapping").values()
    [filtered] = source["FilterCriteria"]["Filters"]
    assert json.loads(filtered["Pattern"]) == {"dynamodb": {"Keys": {"item": {"S": ["profile"]}}}}
    assert "TableProfiles" in text(source["EventSourceArn"]) and "StreamArn" in text(source["EventSourceArn"])
    assert source["StartingPosition"] == "TRIM_HORIZON"
    # A change that is given up would never reach the index.
    assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds"} & set(source)


def test_a_repair_goes_on_until_a_step_has_no_next_part(search: Template) -> None:
    [machine] = of_type(search, "AWS::StepFunctions::StateMachine").values()
    parts = machine["DefinitionString"]["Fn::Join"][1]
    definition = json.loads("".join(p if isinstance(p, str) else next(iter(p.values())) for p in parts))
    states = definition["States"]
    step, choice = states[definition["StartAt"]], states["Repaired?"]
    assert step["Next"] == "Repaired?" and choice["Default"] == definition["StartAt"]
    has_ended = {"Variable": "$.part", "IsNull": True}
    refused, done = choice["Choices"]
    assert refused == {"And": [has_ended, {"Variable": "$.refused", "NumericGreaterThan": 0}], "Next": "Refused"}
    assert done == {**has_ended, "Next": "Done"}
    assert (states["Refused"]["Type"], states["Done"]["Type"]) == ("Fail", "Succeed")
    assert step["Retry"][0]["ErrorEquals"] == ["States.ALL"]
    [weekly] = of_type(search, "AWS::Scheduler::Schedule").values()
    assert weekly["ScheduleExpression"] == "rate(7 days)" and json.loads(weekly["Target"]["Input"]) == {}


def test_names_are_those_that_the_service_allows(search: Template) -> None:
    kinds = ("Collection", "AccessPolicy", "SecurityPolicy")
    names = [p["Name"] for kind in kinds for p in of_type(search, f"AWS::OpenSearchServerless::{kind}").values()]
    assert len(names) == 5
    for name in names:
        assert 3 <= len(name) <= 28 and name[0].isalpha() and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_an_unknown_search_engine_is_refused(tmp_path: Path) -> None:
    contexts = json.dumps({str(tmp_path): {"search": "elastic", "aws:cdk:bundling-stacks": [], "models": "none"}})
    done = subprocess.run(
        [sys.executable, "-c", SYNTHESISE, contexts], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode and "-c search=elastic is neither fill nor opensearch" in done.stderr
