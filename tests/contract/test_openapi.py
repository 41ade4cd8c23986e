"""The committed OpenAPI document equals that of the composed API, is complete, and describes the answers correctly."""

import json
from typing import Any

import pytest
import schemathesis
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS
from creator_search.domain.errors import CreatorSearchError
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from functions.api.get_openapi_document.handler import DOCUMENT
from infra.local.gateway import compose
from infra.local.openapi import text

document: dict[str, Any] = json.loads(DOCUMENT.read_text())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(method.upper(), path, found) for path, item in document["paths"].items() for method, found in item.items()]


def test_the_committed_document_equals_that_of_the_composed_api() -> None:
    assert DOCUMENT.read_text() == text(), "run `make openapi` and commit the result"


def test_the_document_has_every_operation_of_the_catalogue() -> None:
    assert document["openapi"].startswith("3.1")
    assert {(m, p, o["operationId"]) for m, p, o in operations()} == {(o.method, o.path, o.name) for o in OPERATIONS}


def test_every_json_answer_has_an_example() -> None:
    for method, path, found in operations():
        for status, response in found["responses"].items():
            content = response.get("content", {}).get("application/json")
            if content and path != "/openapi.json":
                assert "example" in content, (method, path, status)


def test_every_parameter_has_a_description_and_an_example() -> None:
    for method, path, found in operations():
        for parameter in found.get("parameters", []):
            schema = parameter["schema"]
            assert parameter.get("description"), (method, path, parameter["name"])
            assert "example" in parameter or "example" in schema or "examples" in schema, parameter


def described_errors() -> list[dict[str, Any]]:
    """All operations but the health, which answers 503 with its own document."""
    return [found for _, _, found in operations() if found["operationId"] != "get_health"]


def test_the_health_is_the_same_document_whatever_its_status() -> None:
    [health] = [found for _, _, found in operations() if found["operationId"] == "get_health"]
    schemas = [health["responses"][status]["content"]["application/json"]["schema"] for status in ("200", "503")]
    assert schemas[0] == schemas[1]


def test_each_status_is_documented_by_exactly_one_class_of_errors() -> None:
    statuses = [kind.status for kind in CreatorSearchError.documented()]
    assert sorted(statuses) == sorted(set(statuses))
    by_status = {str(kind.status): kind for kind in CreatorSearchError.documented()}
    errors = [(status, r) for o in described_errors() for status, r in o["responses"].items() if status > "300"]
    errors = [(status, response) for status, response in errors if status != "304"]
    assert {status for status, _ in errors} == set(by_status)
    for status, response in errors:
        example = response["content"]["application/json"]["example"]
        assert response["description"] == by_status[status].documentation
        assert (example["error_code"], example["error"]) == (
            by_status[status].error_code,
            by_status[status].example_message,
        )


def test_the_document_states_who_may_call_each_operation() -> None:
    assert {o["operationId"]: o["x-access"] for _, _, o in operations()} == {o.name: o.access for o in OPERATIONS}


BEYOND_SCHEMAS = (
    "cursor: must be the next_cursor",
    "since: must not be later than until",
    "min_followers: must not be more than max_followers",
    "sort: must be name or absent when q is given",
    *("name: must", "brand: must", "budget: Decimal input", "hashtags: must", "mentions: ", "ends_on: must"),
    *("tags: must", "note: must", "body: must", "body: is required"),
)
"""Rules that the JSON schemas of single parameters cannot express."""

schema = schemathesis.openapi.from_dict(document)
described: dict[str, Any] = {}
found_operations: Any = schema.get_all_operations()
for result in found_operations:
    made = result.ok()
    described[made.definition.raw["operationId"]] = made
takes_something = {o["operationId"] for _, _, o in operations() if "parameters" in o or "requestBody" in o}
good_and_bad = [
    (name, mode)
    for name in described
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or name in takes_something
]


@pytest.mark.parametrize(("name", "mode"), good_and_bad)
@pytest.mark.usefixtures("aws")
def test_answers_are_as_documented_and_bad_input_is_refused(
    name: str, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No 5xx except the documented 503, no undocumented status, no body that violates its schema."""
    monkeypatch.setenv("STREAM_BUDGET_SECONDS", "4")
    api = compose(process_container())

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=described[name].as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        response = case.call(app=api, timeout=60)  # a busy machine is no failure
        assert response.status_code < 500 or response.status_code == 503
        excluded = [schemathesis.checks.not_a_server_error]
        if response.status_code == 400 and response.json()["error"].startswith(BEYOND_SCHEMAS):
            excluded.append(positive_data_acceptance)
        if "" in dict(case.query or {}).values():
            excluded.append(negative_data_rejection)  # an empty value counts as absent
        case.validate_response(response, excluded_checks=excluded)

    each()
