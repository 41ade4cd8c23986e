"""Layers bundled without Docker: wheels for Lambda's platform, our own code, both compiled."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from creator_search.catalogue import WORKERS

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "layers" / "dependencies" / "requirements.txt"
SHARED = ROOT / "layers" / "shared" / "python"
MODELS = ROOT / "models" / "int8"
"""What `python -m model_export all` leaves, for the container."""
START_SCRIPT = "run.sh"
# The layers, and boto3, which comes with the runtime.
START = """#!/bin/bash
export PATH="/var/lang/bin:$PATH" PYTHONPATH="/opt/python:$LAMBDA_TASK_ROOT:$LAMBDA_RUNTIME_DIR"
cd "$LAMBDA_TASK_ROOT"
exec python -m creator_search.http.serve
"""


class Platform:
    """What is built, and for what: Lambda, or this machine in a rehearsal on the stand-in; the container with the
    exported models or without."""

    def __init__(self, *, rehearsal: bool, models: bool) -> None:
        self.rehearsal = rehearsal
        self.models = models
        version = f"{sys.version_info.major}.{sys.version_info.minor}" if rehearsal else "3.13"
        self.python_version = version
        self.wheels = [] if rehearsal else ["--python-platform", "aarch64-manylinux_2_28"]


def dependencies(platform: Platform) -> lambda_.Code:
    return _bundled(platform, str(REQUIREMENTS.parent), _Dependencies(platform))


def shared(platform: Platform) -> lambda_.Code:
    return _bundled(platform, str(SHARED.parent), _Shared(platform))


def served(folder: Path) -> lambda_.Code:
    """A function whose handler runs under a web server: its folder, and the script that the adapter starts."""
    options = BundlingOptions(
        image=DockerImage.from_registry("scratch"),
        command=["this bundle is made without Docker"],
        environment={"START": START},
        local=_Served(folder),
    )
    return lambda_.Code.from_asset(str(folder), bundling=options, exclude=["**/__pycache__"])


def missing_models(folder: Path = MODELS) -> list[str]:
    """Of those that workers read with, what was not exported, or not found good by `model_export verify`."""
    return [name for worker in WORKERS for name in worker.models if not _is_verified(folder / name)]


def _is_verified(model: Path) -> bool:
    try:
        return bool(json.loads((model / "manifest.json").read_text())["measured"])
    except (OSError, ValueError, KeyError):
        return False


def image(folder: Path, *, models: bool) -> lambda_.DockerImageCode:
    """Built by `cdk deploy`, which needs Docker then; of the project it is given only what its Dockerfile copies."""
    weights = [f"!{MODELS.relative_to(ROOT)}"] if models else []
    return lambda_.DockerImageCode.from_image_asset(
        str(ROOT),
        file=str((folder / "Dockerfile").relative_to(ROOT)),
        platform=ecr_assets.Platform.LINUX_ARM64,
        ignore_mode=IgnoreMode.DOCKER,
        target="models" if models else "rules",
        exclude=["*", "!layers/shared/python", f"!{folder.relative_to(ROOT)}", *weights, "**/__pycache__"],
    )


def _bundled(platform: Platform, source: str, local: ILocalBundling) -> lambda_.Code:
    options = BundlingOptions(
        # Named because it has to be; bundling here never needs a container.
        image=DockerImage.from_registry("scratch"),
        command=["this bundle is made without Docker"],
        environment={"PLATFORM": f"{platform.python_version} {' '.join(platform.wheels)}"},
        local=local,
    )
    return lambda_.Code.from_asset(source, bundling=options, exclude=["**/__pycache__"])


@jsii.implements(ILocalBundling)
class _Served:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(self._folder, output_dir, ignore=ignored, dirs_exist_ok=True)
        script = Path(output_dir) / START_SCRIPT
        script.write_text(START)
        script.chmod(0o755)
        return True


@jsii.implements(ILocalBundling)
class _Dependencies:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        target = Path(output_dir) / "python"
        command = [_tool("uv"), "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", str(target)]
        command += ["--python-version", self._platform.python_version, *self._platform.wheels]
        subprocess.run([*command, "-r", str(REQUIREMENTS)], check=True)
        _compile(target, self._platform)
        return True


@jsii.implements(ILocalBundling)
class _Shared:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        target = Path(output_dir) / "python"
        shutil.copytree(SHARED, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        _compile(target, self._platform)
        return True


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _compile(target: Path, platform: Platform) -> None:
    """Unchecked-hash .pyc files: without them a cold start compiles everything, which takes twice as long."""
    interpreter = _interpreter(platform.python_version)
    if interpreter is None:
        print(
            f"No Python {platform.python_version} on this machine: the layers go without .pyc files, "
            "and cold starts will be about twice as slow",
            file=sys.stderr,
        )
        return
    subprocess.run(
        [interpreter, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", target],
        check=True,
    )


def _interpreter(version: str) -> str | None:
    """A Python of this version that really runs: bytecode is good for one version only."""
    managed = Path.home() / ".pyenv" / "versions"
    candidates = [sys.executable, shutil.which(f"python{version}")]
    candidates += [str(path) for path in sorted(managed.glob(f"{version}.*/bin/python"))]
    for candidate in filter(None, candidates):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        found = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if found.stdout.strip() == version:
            return candidate
    return None
