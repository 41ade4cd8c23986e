"""The modules that each function loads at its start: import time is part of a cold start."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from creator_search.catalogue import FUNCTIONS, Api, Operation, folder, route_module

HEAVY = ("boto3", "botocore", "httpx", "PIL", "tenacity", "jwt", "aws_cdk", "numpy", "multipart", "prometheus_client")
"""Modules that are loaded at first use, never at the start."""
ONLY_HTTP = ("fastapi", "starlette", "mangum")

CODE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


IN_FORKS = """
import importlib, json, os, sys
for group in json.loads(sys.argv[1]):
    for name in group["loaded"]:
        importlib.import_module(name)
    for function, module in group["modules"].items():
        pid = os.fork()
        if not pid:
            os.environ["AWS_LAMBDA_FUNCTION_NAME"] = function
            importlib.import_module(module)
            print(json.dumps([function, sorted({name.split(".")[0] for name in sys.modules})]), flush=True)
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0, function
"""


def is_http(name: str) -> bool:
    """Whether the function has nothing but the web framework to answer with."""
    row = FUNCTIONS[name]
    return isinstance(row, Operation | Api) and route_module(row) == "handler"


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """The modules that each function has loaded after its start, in a fork of an interpreter that has loaded
    what all functions of its kind may load, which takes a third of the time of a new interpreter."""
    both: list[dict[str, Any]] = [
        {"loaded": ["pydantic_settings"], "modules": {}},
        {"loaded": ["fastapi", "mangum"], "modules": {}},
    ]
    for name, row in FUNCTIONS.items():
        both[is_http(name)]["modules"][name] = f"{folder(row).replace('/', '.')}.handler"
    command = [sys.executable, "-c", IN_FORKS, json.dumps(both)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: set(found) for name, found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_no_heavy_modules_at_its_start(loaded: dict[str, set[str]], name: str) -> None:
    assert loaded[name].isdisjoint(HEAVY)
    assert is_http(name) or loaded[name].isdisjoint(ONLY_HTTP)


STORED = [row.name for row in FUNCTIONS.values() if isinstance(row, Operation) and row.document]
FRAMEWORK = {
    "fastapi",
    "starlette",
    "mangum",
    "anyio",
    "asyncio",
    "pydantic",
    "pydantic_settings",
    "aws_lambda_powertools",
}
ANSWER = """
import importlib, json, sys
sys.modules.update(dict.fromkeys(sys.argv[3].split()))  # importing one of them fails
handler = importlib.import_module(sys.argv[1]).handler
started = set(sys.modules)
from datetime import UTC, datetime, timedelta
from moto import mock_aws
from infra.local import resources
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import operation
from creator_search.domain.documents import DocumentName, PageMeta, document
from tests.proxy_events import proxy_event
from creator_search.domain.identity import name_change
from creator_search.domain.similar import SimilarSet
row = operation(sys.argv[2])
with mock_aws():
    import os
    os.environ.update(resources.provision())
    page = PageMeta(position=None, total=0, notes=())
    made = document(DocumentName.PROFILE, "{}", *[datetime.now(UTC)] * 2, "0%", page=page)
    for name in DocumentName:
        process_container().document_store.save_document("ada", name, made)
    accounts = process_container().account_store
    accounts.apply(name_change(accounts.load_identity("ada", "7"), "7", datetime.now(UTC), None, None))
    found = SimilarSet(
        username="ada", batch_id="b", fetched_at=datetime.now(UTC), limit=20, is_complete=True, profiles=()
    )
    process_container().similar_store.replace_set(found, None)
    status = handler(proxy_event(row), None)["statusCode"]
print(json.dumps([status, sorted(m for m in started if sys.modules[m])]))
"""


@pytest.mark.parametrize("name", STORED)
def test_a_stored_document_is_answered_where_the_web_framework_cannot_be_imported(name: str) -> None:
    module = f"{folder(FUNCTIONS[name]).replace('/', '.')}.handler"
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, module, name, " ".join(FRAMEWORK - {"asyncio"})],
        capture_output=True,
        text=True,
        env={**os.environ, "AWS_LAMBDA_FUNCTION_NAME": name},
    )
    assert done.returncode == 0, done.stderr
    status, started = json.loads(done.stdout.splitlines()[-1])
    assert status == 200
    assert FRAMEWORK.isdisjoint(started)
    assert "creator_search.domain.profiles" not in started  # with all figures, it takes a third of the import


@pytest.mark.parametrize("name", STORED)
def test_the_web_framework_is_part_of_an_initialization_that_no_request_waits_for(name: str) -> None:
    module = f"{folder(FUNCTIONS[name]).replace('/', '.')}.handler"
    ahead = {"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, module], capture_output=True, text=True, check=True, env={**os.environ, **ahead}
    )
    assert {"fastapi", "mangum"} <= set(json.loads(done.stdout))


STARTS_QUICKLY = [row.name for row in FUNCTIONS.values() if row.starts_quickly]
READY = """
import importlib, json, sys
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
importlib.import_module(sys.argv[1])
parts = (Container.dynamodb, Container.cache_dynamodb, Container.breaker_dynamodb)
print(json.dumps([[part.is_built(process_container()) for part in parts], sorted(sys.modules)]))
"""


@pytest.mark.parametrize("name", STARTS_QUICKLY)
def test_a_function_without_a_snapshot_has_its_clients_but_no_framework_when_its_first_request_comes(name: str) -> None:
    assert name in STORED
    module = f"{folder(FUNCTIONS[name]).replace('/', '.')}.handler"
    region = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    on_demand = {"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
    done = subprocess.run(
        [sys.executable, "-c", READY, module],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **region, **on_demand},
    )
    built, loaded = json.loads(done.stdout)
    assert built == [True, True, True]
    assert FRAMEWORK.isdisjoint(loaded)


def test_what_a_read_of_a_stored_creator_needs_loads_no_client_of_an_upstream() -> None:
    code = """
import sys
from creator_search.bootstrap import Container
Container().creators, Container().post_reader
print(sorted(name for name in sys.modules if "adapters.upstreams" in name or name in ("httpx", "tenacity")))
"""
    resources = {f"TABLE_{name}": name.lower() for name in ("PROFILES", "JOBS", "CONTROL", "ERASURES")}
    queues = {f"QUEUE_PROFILE_{name}": f"http://127.0.0.1/{name}" for name in ("HIGH", "MEDIUM", "LOW")}
    dead = {f"{name}_DEAD_LETTER": f"{url}-dead" for name, url in queues.items()}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **resources, **queues, **dead},
    )
    assert done.stdout.strip() == "[]"
