"""Contents of the deployment packages: the two layers, and the functions that run behind the Lambda Web Adapter.

The same source gives the same bytes on every machine, because assets are named by a hash of this output (see
docs/decisions/0009). Nothing in this module uses the CDK or Docker.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LAMBDA_PYTHON = "3.13"
REQUIREMENTS = Path("layers", "dependencies", "requirements.txt")
SHARED = Path("layers", "shared", "python")
MODELS = Path("models", "int8")
"""Output of `python -m model_export all`, copied into the container image."""
LAYER_MOUNT = "/opt/python"
NOT_DEPLOYED = ("__init__.py", "example.json")
"""Files of a function's folder that are used only by checks and the OpenAPI document."""
START_SCRIPT = "run.sh"
# PYTHONPATH contains the layers, the function, and the boto3 of the runtime.
START = """#!/bin/bash
export PATH="/var/lang/bin:$PATH" PYTHONPATH="/opt/python:$LAMBDA_TASK_ROOT:$LAMBDA_RUNTIME_DIR"
cd "$LAMBDA_TASK_ROOT"
exec python -m creator_search.serve
"""


@dataclass(frozen=True, slots=True)
class Platform:
    """The sources of the assets, and their target platform.

    `sources` is the project root, or a folder with copies of its `layers`, `functions` and (optionally) `models`.
    `interpreter` compiles the layers and must be of `python_version`; without it they contain no bytecode.
    """

    sources: Path
    python_version: str
    interpreter: str | None
    wheel_platform: str | None = None
    """uv's name of the platform, if it is not that of this machine."""
    rehearsal: bool = False
    models: tuple[str, ...] = ()
    """The exported models in the container."""

    @classmethod
    def aws_lambda(cls, sources: Path, *, models: tuple[str, ...]) -> "Platform":
        return cls(
            sources=sources,
            python_version=LAMBDA_PYTHON,
            interpreter=find_interpreter(LAMBDA_PYTHON),
            wheel_platform="aarch64-manylinux_2_28",
            models=models,
        )

    @property
    def has_edge(self) -> bool:
        """Whether requests come through a distribution. That of the rehearsal's AWS stand-in forwards none."""
        return not self.rehearsal

    @classmethod
    def this_machine(cls, sources: Path) -> "Platform":
        """The platform of the rehearsal, in which the AWS stand-in runs the functions with this interpreter."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return cls(sources=sources, python_version=version, interpreter=sys.executable, rehearsal=True)


def build_dependencies(platform: Platform, output: Path) -> None:
    """Install the hashed requirements, without files that depend on the installing machine: uv's lock file, the console
    scripts (their first line is the path of an interpreter), and RECORD, which lists the scripts' hashes."""
    target = output / "python"
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--link-mode", "copy"]
    command += ["--target", str(target), "--python-version", platform.python_version]
    if platform.wheel_platform:
        command += ["--python-platform", platform.wheel_platform]
    subprocess.run([*command, "-r", str(platform.sources / REQUIREMENTS)], check=True)
    shutil.rmtree(target / "bin", ignore_errors=True)
    for written in (target / ".lock", *target.glob("*.dist-info/RECORD")):
        written.unlink(missing_ok=True)
    _compile(target, platform)


def build_shared(platform: Platform, output: Path) -> None:
    target = output / "python"
    _copy(platform.sources / SHARED, target)
    _compile(target, platform)


def build_served(folder: Path, output: Path) -> None:
    """Copy the folder of a function whose handler runs in a web server, and the script that the adapter starts."""
    _copy(folder, output, NOT_DEPLOYED)
    script = output / START_SCRIPT
    script.write_text(START)
    script.chmod(0o755)


def missing_models(folder: Path, names: Sequence[str]) -> list[str]:
    """Return the models that `folder` lacks or that `model_export verify` has not measured."""
    return [name for name in names if not _is_verified(folder / name)]


def _is_verified(model: Path) -> bool:
    try:
        return bool(json.loads((model / "manifest.json").read_text())["measured"])
    except (OSError, ValueError, KeyError):
        return False


def _copy(source: Path, target: Path, left_out: Sequence[str] = ()) -> None:
    """Copy without file modes and times. The CDK caches hashes on disk by inode, size and modification time."""
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", *left_out)
    shutil.copytree(source, target, ignore=ignored, copy_function=shutil.copyfile, dirs_exist_ok=True)


def _compile(target: Path, platform: Platform) -> None:
    """Add .pyc files that contain neither a modification time nor a path of this machine."""
    if platform.interpreter is None:
        return
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(target), "-p", LAYER_MOUNT]
    subprocess.run([platform.interpreter, "-m", "compileall", *options, str(target)], check=True)


def find_interpreter(version: str) -> str | None:
    """Return the path of a working Python of this version. Bytecode is valid for one version only."""
    managed = Path.home() / ".pyenv" / "versions"
    candidates = [sys.executable, shutil.which(f"python{version}")]
    candidates += [str(path) for path in sorted(managed.glob(f"{version}.*/bin/python"))]
    for candidate in filter(None, candidates):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        found = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if found.stdout.strip() == version:
            return candidate
    return None
