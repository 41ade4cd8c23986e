"""The start of the local system and of the rehearsal, before any of their processes runs."""

import signal
import subprocess
import sys
from pathlib import Path

from infra.local.processes import clean_environment
from infra.toolkit import ROOT


def test_ctrl_c_during_the_imports_ends_the_start_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-v", "-m", "infra.local"]
    environment = clean_environment(LOCAL_STATE=str(tmp_path))
    starting = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert starting.stderr is not None
    with starting.stderr as lines:
        # Python prints a line for each module that it imports; this one is followed by hundreds of others.
        assert any("infra/local/run.py" in line for line in lines)
        starting.send_signal(signal.SIGINT)
        rest = lines.read()
    assert starting.wait() == -signal.SIGINT
    assert "Traceback" not in rest and not any(tmp_path.iterdir())


def test_a_rehearsal_without_openssl_says_so_before_it_starts_anything(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.rehearsal"]
    environment = clean_environment(PATH=str(tmp_path), TMPDIR=str(tmp_path))
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout.startswith("The openssl command is not found: install it.")
    assert not any(tmp_path.iterdir())


def test_a_system_that_cannot_start_says_why_in_one_line() -> None:
    command = [sys.executable, "-m", "infra.local"]
    environment = clean_environment(API_PORT="x")
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout == "API_PORT=x is not a port: set it to a number from 1 to 65535\n"
