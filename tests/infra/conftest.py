"""Synthesis of the stack in a separate process, with the Node that is installed with the requirements."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.toolkit import ROOT, environment
from tests.infra.templates import Template, read_template

REGION = "region of the environment"
"""A key of a context: the region that the CDK CLI takes from the credentials."""
STAGES = ("dev", "production")
SITE = "https://search.example.org"
CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/of-the-site"
CONTEXTS: Mapping[str, Mapping[str, Any]] = {
    "dev": {"stage": "dev"},
    "production": {"stage": "production", "alarm_email": "ops@example.org"},
    # A stage with a site of its own, a certificate and an origin that may call the API; with reports, and a
    # search engine that is not used yet.
    "site": {
        "stage": "site",
        "site": SITE,
        "certificate": CERTIFICATE,
        "cors_origin": "https://app.example.org",
        "reports": "on",
        "search": "fill",
    },
    # A deployment into an account with the quota that AWS gives by default, for more requests.
    "reserving": {"account_concurrency": "1000", "requests_per_second": "1000"},
    "searching": {"stage": "production", "search": "opensearch"},
    "elsewhere": {"stage": "production", REGION: "eu-west-1"},
}
"""The context of every assembly that tests share."""

SECRETS = {
    name: f"{name.lower()}-that-must-not-be-in-a-template"
    for name in ("DECODO_API_KEY", "RAPIDAPI_KEY", "CURSOR_KEY", "COMMENTER_KEY")
}
"""Set in the environment of the synthesis."""

# One process synthesises all stacks, because importing the CDK takes longer than a synthesis.
SYNTHESISE = f"""
import json, os, sys
from aws_cdk import App
from infra.app import build
for out, context in json.loads(sys.argv[1]).items():
    os.environ.pop("CDK_DEFAULT_ACCOUNT", None)
    os.environ.pop("CDK_DEFAULT_REGION", None)
    if {REGION!r} in context:
        os.environ.update(CDK_DEFAULT_ACCOUNT="111111111111", CDK_DEFAULT_REGION=context[{REGION!r}])
    app = App(context=context, outdir=out)
    build(app)
    app.synth()
"""

Synthesise = Callable[[Mapping[Path, Mapping[str, Any]]], None]


@pytest.fixture(scope="session")
def synthesise() -> Synthesise:
    """Return a function that takes the context of every output folder. Findings of cdk-nag make it fail."""

    def run(contexts: Mapping[Path, Mapping[str, Any]]) -> None:
        done = subprocess.run(
            [sys.executable, "-c", SYNTHESISE, json.dumps({str(out): dict(c) for out, c in contexts.items()})],
            cwd=ROOT,
            env={**environment(), **SECRETS},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory, synthesise: Synthesise) -> Mapping[str, Path]:
    """The cloud assembly of every context, without bundled assets. The workers share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folders = {name: shared / f"cdk.out-{name}" for name in CONTEXTS}
    unbundled = {"aws:cdk:bundling-stacks": [], "models": "none"}
    done = shared / "cdk.done"
    with (shared / "cdk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file is closed
        if not done.exists():
            synthesise({folder: {**unbundled, **CONTEXTS[name]} for name, folder in folders.items()})
            done.touch()
    return folders


@pytest.fixture(scope="session", params=STAGES)
def assembly(assemblies: Mapping[str, Path], request: pytest.FixtureRequest) -> Path:
    """Parametrizes tests over all stages, also through `template`."""
    return assemblies[request.param]


@pytest.fixture(scope="session")
def template(assembly: Path) -> Template:
    return read_template(assembly)
