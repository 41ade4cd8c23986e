"""A deployment changes one index of a table at most."""

import subprocess
import sys

from infra.indexes import defined, deployed, refusals
from infra.toolkit import ROOT, environment

BEFORE = {"profiles": {"by_name": {"partition": "shard"}}, "jobs": {}}


def test_the_schema_can_be_deployed_over_the_indexes_that_are() -> None:
    assert refusals(deployed(), defined()) == []


def test_one_index_may_be_added_or_removed() -> None:
    assert refusals(BEFORE, {**BEFORE, "jobs": {"due": {"partition": "state"}}}) == []
    assert refusals(BEFORE, {**BEFORE, "profiles": {}}) == []


def test_indexes_of_two_tables_may_change_at_once_and_a_new_table_has_any_number() -> None:
    two = {"profiles": {}, "jobs": {"due": {"partition": "state"}}}
    assert refusals(BEFORE, {**two, "lists": {"a": {"partition": "p"}, "b": {"partition": "q"}}}) == []


def test_two_indexes_of_one_table_are_refused_with_what_to_do() -> None:
    [refused] = refusals(BEFORE, {**BEFORE, "profiles": {"by_size": {"partition": "size"}}})
    assert refused.startswith("profiles: by_name, by_size are added or removed at once. Deploy one")


def test_an_index_that_changes_under_its_name_is_refused() -> None:
    [refused] = refusals(BEFORE, {**BEFORE, "profiles": {"by_name": {"partition": "size"}}})
    assert refused.startswith("profiles: by_name changes. Add it under another name")


def test_the_synthesis_refuses_a_schema_with_two_changes_of_one_table() -> None:
    code = """
from aws_cdk import App
import infra.app
before = {**infra.app.deployed(), "similar": {}}
infra.app.deployed = lambda: before
try:
    infra.app.build(App(context={"aws:cdk:bundling-stacks": [], "models": "none"}))
except ValueError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("similar: live, members are added or removed at once")
