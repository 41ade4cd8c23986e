"""The commands and the code of the documentation, run as they are written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.toolkit import ROOT
from tests.local_system import System

pytestmark = pytest.mark.system


def block(path: str, containing: str) -> str:
    """Return the block of code of the page that contains the text."""
    found = re.findall(r"^```[a-z]*\n(.*?)^```", (ROOT / path).read_text(), re.DOTALL | re.MULTILINE)
    [wanted] = [code for code in found if containing in code]
    return str(wanted)


def test_the_commands_for_a_new_user_work_in_their_order(system: System, tmp_path: Path) -> None:
    commands = block("README.md", "creator-search campaigns report")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "CREATOR_SEARCH_API": system.api, "COLUMNS": "200"}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    for shown in ("subject  alice", "cs_", "natgeo", "@natgeo is now a favourite", "Added: natgeo", "whsec_"):
        assert shown in ran.stdout
    report = ran.stdout.partition("\ntotals\n")[2]
    posts = re.match(r"posts +(\d+)\n", report)
    assert posts is not None and int(posts[1]) > 0
    assert re.search(r"^natgeo +stored +\d+ +\d+ ", report, re.MULTILINE)


def test_the_example_of_the_client_runs(system: System, tmp_path: Path) -> None:
    code = block("docs/client.md", "client.wait(").replace("http://127.0.0.1:8000", system.api)
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("PROFILE_NOT_FOUND ")
