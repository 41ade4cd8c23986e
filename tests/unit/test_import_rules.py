"""Each contract of [tool.importlinter] refuses an import that violates it, inserted into a copy of the sources."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = "layers/shared/python"
PACKAGE = f"{SHARED}/creator_search"
COPIED = (PACKAGE, "clients", "functions", "infra", "model_export")

LAYERS = "Dependencies point one way"
INSIDE = "Dependencies point one way inside the package"
FUNCTIONS = "Functions do not import each other"
PARTS = "Functions reach adapters and settings only through their parts"
CONTAINER = "Within http, only the app imports the container"
SERVICES = "Services and schemas import neither settings nor the catalogue"
ADAPTERS = "Adapters import neither settings nor parts"
CLIENTS = "Only adapters import AWS and HTTP clients"
NO_IO = "The domain and the services do no I/O and import no framework"
NO_CLOCK = "The domain uses no clock and no random numbers"
CATALOGUE = "The catalogue imports only the standard library"
EXPORT = "The export of models imports only the analysis of captions"
NO_EXPORT = "Deployed and local code imports neither the export of models nor the tests"
ROOT_ONLY = "Only the composition root builds adapters"
OWN_IO = "Functions and HTTP do no I/O of their own"
FRAMEWORK = "Only HTTP and the functions import the web framework"
CURRENT = "Only entry points and the composition root read the current request"
STACK = "The stack depends only on the catalogue and the table schema"
CLIENT_ALONE = "The Python client imports nothing else of the project"
CLIENT_USERS = "Only the tools of one machine import the Python client"

HANDLER = "functions/api/get_profile/handler.py"
WORKER = "functions/workers/sweep_jobs/handler.py"
CONTAINER_IMAGE = "functions/inference/analyze_posts/handler.py"
ERRORS = f"{PACKAGE}/http/errors.py"
DOMAIN = f"{PACKAGE}/domain/jobs.py"
SERVICE = f"{PACKAGE}/services/erasure.py"
SCHEMA = f"{PACKAGE}/schemas/post.py"
ADAPTER = f"{PACKAGE}/adapters/dynamodb/jobs.py"
CONFIG = f"{PACKAGE}/config.py"
ROWS = f"{PACKAGE}/catalogue/rows.py"
BOOTSTRAP = f"{PACKAGE}/bootstrap/stores.py"
STORAGE = "infra/constructs/storage.py"
MODELS = "model_export/export.py"

PLANTED = [
    # The composition root
    (ERRORS, "import creator_search.adapters.dynamodb.jobs", ROOT_ONLY),
    (f"{PACKAGE}/worker.py", "import creator_search.adapters.aws.sqs", ROOT_ONLY),
    (SCHEMA, "import creator_search.adapters.images.source", ROOT_ONLY),
    (HANDLER, "from creator_search.bootstrap.process import process_container", PARTS),
    (HANDLER, "from aws_lambda_powertools.utilities.parameters import get_secret", OWN_IO),
    (HANDLER, "import urllib.request", OWN_IO),
    (ERRORS, "import socket", OWN_IO),
    (ADAPTER, "import fastapi", FRAMEWORK),
    (BOOTSTRAP, "import starlette", FRAMEWORK),
    (SERVICE, "import tests.fakes", NO_EXPORT),
    (HANDLER, "import moto", NO_EXPORT),
    # Layers
    (ERRORS, "import creator_search.worker", INSIDE),
    (f"{PACKAGE}/worker.py", "import creator_search.http.errors", INSIDE),
    (CONFIG, "import creator_search.services.ports", INSIDE),
    (BOOTSTRAP, "import creator_search.http.app", INSIDE),
    (SERVICE, "import creator_search.schemas.post", INSIDE),
    (SERVICE, "import creator_search.adapters.aws.client", INSIDE),
    (ADAPTER, "import creator_search.services.ports", INSIDE),
    (ADAPTER, "import creator_search.schemas.post", INSIDE),
    (ADAPTER, "import creator_search.bootstrap", INSIDE),
    (DOMAIN, "import creator_search.services.ports", INSIDE),
    (DOMAIN, "import creator_search.catalogue", INSIDE),
    (DOMAIN, "import creator_search.config", INSIDE),
    (DOMAIN, "import creator_search.adapters.dynamodb.schema", INSIDE),
    (ROWS, "import creator_search.domain.jobs", INSIDE),
    (f"{PACKAGE}/parts.py", "import creator_search.domain.jobs", INSIDE),
    (f"{PACKAGE}/http/app.py", "import functions.api.get_profile.handler", LAYERS),
    (BOOTSTRAP, "import infra.app", LAYERS),
    (HANDLER, "import infra.local.context", LAYERS),
    # The current request
    (SERVICE, "import creator_search.current", CURRENT),
    (ADAPTER, "import creator_search.current", CURRENT),
    (DOMAIN, "import creator_search.current", CURRENT),
    (HANDLER, "from creator_search import current", CURRENT),
    # Functions
    (HANDLER, "import functions.api.get_posts.handler", FUNCTIONS),
    (HANDLER, "import functions.workers.sweep_jobs.handler", FUNCTIONS),
    (WORKER, "import functions.workers.copy_images.handler", FUNCTIONS),
    (WORKER, "import functions.inference.analyze_posts.handler", FUNCTIONS),
    (CONTAINER_IMAGE, "import functions.api.get_profile.handler", FUNCTIONS),
    (HANDLER, "import creator_search.adapters.dynamodb.profiles", PARTS),
    (CONTAINER_IMAGE, "import creator_search.adapters.captions.onnx_engine", PARTS),
    (WORKER, "import creator_search.config", PARTS),
    (ERRORS, "import creator_search.bootstrap", CONTAINER),
    (f"{PACKAGE}/http/endpoint.py", "import creator_search.bootstrap.services", CONTAINER),
    # Settings and the catalogue
    (SERVICE, "import creator_search.config", SERVICES),
    (SERVICE, "import creator_search.catalogue", SERVICES),
    (SERVICE, "import creator_search.parts", SERVICES),
    (SCHEMA, "import creator_search.config", SERVICES),
    (SCHEMA, "import creator_search.catalogue", SERVICES),
    (ADAPTER, "import creator_search.config", ADAPTERS),
    (ADAPTER, "import creator_search.parts", ADAPTERS),
    # Clients
    (DOMAIN, "import boto3", CLIENTS),
    (ROWS, "import boto3", CLIENTS),
    (CONFIG, "import boto3", CLIENTS),
    (f"{PACKAGE}/parts.py", "import boto3", CLIENTS),
    (SERVICE, "import boto3", CLIENTS),
    (SERVICE, "import httpx", CLIENTS),
    (SERVICE, "from botocore.exceptions import ClientError", CLIENTS),
    (SCHEMA, "import httpx", CLIENTS),
    (BOOTSTRAP, "import boto3", CLIENTS),
    (ERRORS, "import boto3", CLIENTS),
    (f"{PACKAGE}/worker.py", "import boto3", CLIENTS),
    (HANDLER, "import boto3", CLIENTS),
    (WORKER, "import boto3", CLIENTS),
    (CONTAINER_IMAGE, "import httpx", CLIENTS),
    # I/O, frameworks, time
    (SERVICE, "import fastapi", NO_IO),
    (SERVICE, "from PIL import Image", NO_IO),
    (SERVICE, "import tempfile", NO_IO),
    (SERVICE, "import urllib.request", NO_IO),
    (SCHEMA, "from starlette import responses", NO_IO),
    (DOMAIN, "import os", NO_IO),
    (DOMAIN, "import logging", NO_IO),
    (DOMAIN, "import time", NO_CLOCK),
    (DOMAIN, "import random", NO_CLOCK),
    (DOMAIN, "import secrets", NO_CLOCK),
    (DOMAIN, "from uuid import uuid4", NO_CLOCK),
    (DOMAIN, "from concurrent.futures import ThreadPoolExecutor", NO_CLOCK),
    (ROWS, "import pydantic", CATALOGUE),
    (ROWS, "import aws_lambda_powertools", CATALOGUE),
    (ROWS, "import aws_cdk", CATALOGUE),
    (ROWS, "import creator_search.domain.jobs", CATALOGUE),
    # The export of models, and the stack
    (MODELS, "import creator_search.services.erasure", EXPORT),
    (MODELS, "import infra.local.context", EXPORT),
    (MODELS, "import functions.inference.analyze_posts.handler", EXPORT),
    (f"{PACKAGE}/adapters/captions/onnx_engine.py", "import model_export.specs", NO_EXPORT),
    (f"{PACKAGE}/adapters/captions/onnx_engine.py", "import torch", NO_EXPORT),
    (CONTAINER_IMAGE, "import transformers", NO_EXPORT),
    ("infra/local/system.py", "import model_export.export", NO_EXPORT),
    (STORAGE, "import creator_search.services.ports", STACK),
    (STORAGE, "import creator_search.schemas.post", STACK),
    (STORAGE, "import creator_search.adapters.dynamodb.jobs", STACK),
    (STORAGE, "import creator_search.parts", STACK),
    (STORAGE, "import infra.local.resources", STACK),
    (STORAGE, "import boto3", STACK),
    ("infra/app.py", "import creator_search.bootstrap", STACK),
    ("infra/monitoring_stack.py", "import creator_search.domain.metrics", STACK),
    ("infra/monitoring/functions.py", "import creator_search.domain.jobs", STACK),
    ("infra/monitoring/functions.py", "import creator_search.adapters.dynamodb.schema", STACK),
    (STORAGE, "import creator_search.domain.breakers", STACK),
    ("infra/service_stack.py", "import creator_search.config", STACK),
    ("clients/python/creator_search_client/client.py", "import creator_search.domain.jobs", CLIENT_ALONE),
    (SERVICE, "import creator_search_client", CLIENT_USERS),
]
"""The file in which an import is inserted, the import, and the contract that refuses it."""

FORMS = {
    "inside a function": "def planted() -> None:\n    import boto3\n",
    "inside a method": "class Planted:\n    def planted(self) -> None:\n        from boto3 import client\n",
    "for type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import boto3\n",
    "under a condition": "if 1 > 2:\n    import boto3\n",
    "in a try": "try:\n    import boto3\nexcept ImportError:\n    pass\n",
    "under another name": "import boto3.session as harmless\n",
    "from the package above": "from ..adapters.aws import client\n",
}


class Sources:
    """A copy of all sources that the contracts cover."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in COPIED:
            for file in (ROOT / folder).rglob("*.py"):
                copied = root / file.relative_to(ROOT)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copied)
        shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")

    def lint(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                Path(sys.executable).with_name("lint-imports"),
                *("--no-cache", "--no-logo", "--config", self.root / "pyproject.toml"),
            ],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": ":".join(f"{self.root}/{f}" for f in (SHARED, "clients/python", ""))},
            capture_output=True,
            text=True,
        )

    @contextmanager
    def planted(self, path: str, code: str) -> Iterator[int]:
        """Append this code to the file, which may be new; yield the line of its first import."""
        file = self.root / path
        before = file.read_text() if file.exists() else None
        lines = [*(before or "").splitlines(), *code.splitlines()]
        file.write_text("\n".join(lines) + "\n")
        start = len(lines) - len(code.splitlines())
        imports = (n for n, line in enumerate(lines[start:], start + 1) if re.search(r"import (?!TYPE)", line))
        try:
            yield next(imports)
        finally:
            if before is None:
                file.unlink()
            else:
                file.write_text(before)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(tmp_path_factory.mktemp("sources"))


def broken(output: str) -> set[str]:
    return set(re.findall(r"^(.+) BROKEN", output, re.MULTILINE))


def contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def test_the_sources_satisfy_every_contract(sources: Sources) -> None:
    done = sources.lint()
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(contracts())} kept, 0 broken." in done.stdout


def test_the_contracts_are_checked_against_the_copy(sources: Sources) -> None:
    """The copy is checked and not the installed package: a module that exists only in the copy violates a contract."""
    with sources.planted(f"{PACKAGE}/domain/only_in_the_copy.py", "import boto3"):
        done = sources.lint()
    assert (done.returncode, broken(done.stdout)) == (1, {CLIENTS})
    assert "creator_search.domain.only_in_the_copy -> boto3 (l.1)" in done.stdout


def test_every_contract_has_a_test_case() -> None:
    assert {contract for _, _, contract in PLANTED} == set(contracts())


Refusal = tuple[str, int]
"""What lint-imports printed, and the line of the import."""


@pytest.fixture(scope="module")
def refusals(sources: Sources) -> dict[tuple[str, str, str], Refusal]:
    """The refusal of every planted import. Those of different contracts are checked together: a check takes seconds."""
    groups: list[dict[str, tuple[str, str, str]]] = []
    for row in PLANTED:
        group = next((group for group in groups if row[2] not in group), None)
        if group is None:
            groups.append(group := {})
        group[row[2]] = row
    found: dict[tuple[str, str, str], Refusal] = {}
    for group in groups:
        with ExitStack() as planted:
            numbers = {row: planted.enter_context(sources.planted(row[0], row[1])) for row in group.values()}
            output = sources.lint().stdout
        found |= {row: (output, number) for row, number in numbers.items()}
    return found


@pytest.mark.parametrize("row", PLANTED, ids=[f"{path}: {line}" for path, line, _ in PLANTED])
def test_an_import_that_violates_a_contract_is_refused(
    refusals: dict[tuple[str, str, str], Refusal], row: tuple[str, str, str]
) -> None:
    path, _, contract = row
    output, number = refusals[row]
    assert contract in broken(output)
    module = path.removeprefix(f"{SHARED}/").removeprefix("clients/python/").removesuffix(".py").replace("/", ".")
    assert re.search(rf"{re.escape(module)}\s+->\s+\S+\s+\(l\.{number}\)", output), output


@pytest.mark.parametrize("form", FORMS)
def test_an_import_is_refused_wherever_and_however_it_is_written(sources: Sources, form: str) -> None:
    with sources.planted(SERVICE, FORMS[form]) as number:
        done = sources.lint()
    assert done.returncode == 1, done.stdout
    assert broken(done.stdout) & {CLIENTS, INSIDE}
    assert f"(l.{number})" in done.stdout


def test_a_new_module_is_refused_until_it_has_a_layer(sources: Sources) -> None:
    with sources.planted(f"{PACKAGE}/helpers.py", "import json"):
        done = sources.lint()
    assert (done.returncode, broken(done.stdout)) == (1, {INSIDE})
    assert "helpers" in done.stdout


def test_an_indirect_import_is_refused(sources: Sources) -> None:
    """The layers cover chains of imports, not only direct ones."""
    with (
        sources.planted(f"{PACKAGE}/helpers.py", "import creator_search.adapters.aws.client"),
        sources.planted(DOMAIN, "import creator_search.helpers"),
    ):
        done = sources.lint()
    assert done.returncode == 1
    assert "creator_search.domain is not allowed to import creator_search.adapters" in done.stdout


def test_a_new_function_may_not_import_another(sources: Sources) -> None:
    folder = sources.root / "functions/api/planted"
    folder.mkdir()
    try:
        with (
            sources.planted("functions/api/planted/__init__.py", "import json"),
            sources.planted("functions/api/planted/handler.py", "import functions.api.get_posts.handler"),
        ):
            done = sources.lint()
    finally:
        shutil.rmtree(folder)
    assert (done.returncode, broken(done.stdout)) == (1, {FUNCTIONS})
