"""The modules that each function loads at its start: import time is part of a cold start."""

import json
import os
import subprocess
import sys

import pytest
from creator_search.catalogue import FUNCTIONS, Api, Operation, folder

HEAVY = ("boto3", "botocore", "httpx", "PIL", "tenacity", "jwt", "aws_cdk", "numpy", "multipart", "prometheus_client")
"""Modules that are loaded at first use, never at the start."""
ONLY_HTTP = ("fastapi", "starlette", "mangum")

CODE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_no_heavy_modules_at_its_start(name: str) -> None:
    row = FUNCTIONS[name]
    done = subprocess.run(
        [sys.executable, "-c", CODE, f"{folder(row).replace('/', '.')}.handler"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "AWS_LAMBDA_FUNCTION_NAME": name},
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint(HEAVY)
    if not isinstance(row, Operation | Api):
        assert loaded.isdisjoint(ONLY_HTTP)


def test_what_a_read_of_a_stored_creator_needs_loads_no_client_of_an_upstream() -> None:
    code = """
import sys
from creator_search.bootstrap import Container
Container().creators, Container().post_reader
print(sorted(name for name in sys.modules if "adapters.upstreams" in name or name in ("httpx", "tenacity")))
"""
    resources = {f"TABLE_{name}": name.lower() for name in ("PROFILES", "JOBS", "CONTROL")}
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
