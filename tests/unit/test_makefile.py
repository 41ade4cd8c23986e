"""The Makefile, with a Python that is too old."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.toolkit import ROOT


@pytest.mark.parametrize("target", [".venv/.ready", ".venv-aws/.ready"])
def test_an_older_python_is_refused_before_anything_is_installed(target: str, tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/dev.txt", "requirements/aws.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    python = tmp_path / "python3.10"
    python.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 10, 13); exec(sys.argv[1])" "$2"\n'
    )
    python.chmod(0o755)
    # Without the variables of the `make` that runs the tests.
    environ = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(
        ["make", "-f", ROOT / "Makefile", f"PYTHON={python}", target],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    message = f"{python} is Python 3.10, 3.11 or newer is required: make PYTHON=python3.13 {target}\n"
    assert done.stderr.startswith(message)
    assert done.stdout == "" and not (tmp_path / target).parent.exists()
