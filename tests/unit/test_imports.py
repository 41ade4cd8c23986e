"""What each function loads when it starts: import time is cold start."""

import json
import os
import subprocess
import sys

import pytest
from creator_search.catalogue import FUNCTIONS, Operation, folder

HEAVY = ("boto3", "botocore", "httpx", "PIL", "tenacity", "jwt", "aws_cdk", "numpy", "multipart")
"""Loaded where they are used, never at the start."""
ONLY_HTTP = ("fastapi", "starlette", "mangum")

CODE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_nothing_heavy_at_its_start(name: str) -> None:
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
    if not isinstance(row, Operation):
        assert loaded.isdisjoint(ONLY_HTTP)
