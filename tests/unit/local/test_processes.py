"""The processes of the local system."""

import shutil
import sys
from pathlib import Path
from typing import Any

from infra.local.processes import Child, clean_environment
from tests.local_system import until

PRINTS = """
import json
for number in range(4000):
    print("a line that is longer than a few bytes", number)
    print(json.dumps({"_aws": {}, "number": number}))
"""


def test_a_full_disk_neither_blocks_a_child_nor_ends_its_watcher() -> None:
    found: list[dict[str, Any]] = []
    child = Child(
        "noisy", [sys.executable, "-c", PRINTS], clean_environment(), Path("/dev/full"), on_metric=found.append
    )
    child.start()
    try:
        # Twice as many lines as one process prints: it ended, and the watcher started it again.
        until(lambda: len(found) >= 8000, "the lines of two processes")
    finally:
        child.stop()
        child.join(20)
    assert [line["number"] for line in found[:4000]] == list(range(4000))


def test_a_child_whose_folders_were_deleted_is_started_again_and_writes_its_log(tmp_path: Path) -> None:
    folder, log = tmp_path / "state", tmp_path / "state" / "logs" / "child.log"
    crashes: list[int] = []
    code = "import time; print('started', flush=True); time.sleep(600)"
    child = Child(
        *("child", [sys.executable, "-c", code], clean_environment(), log), cwd=folder, on_crash=crashes.append
    )
    child.start()
    try:
        until(lambda: log.exists() and log.read_text() == "started\n", "the log")
        shutil.rmtree(folder)
        assert child.process is not None
        child.process.kill()
        until(lambda: log.exists() and log.read_text().endswith("restarting it\nstarted\n"), "the second start")
    finally:
        child.stop()
        child.join(20)
    assert crashes == [-9]


def test_a_child_that_crashes_at_each_start_is_mentioned_once(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    crashes: list[int] = []
    child = Child(
        "child", [sys.executable, "-c", "raise SystemExit(3)"], clean_environment(), log, on_crash=crashes.append
    )
    child.start()
    try:
        until(lambda: log.exists() and log.read_text().count("restarting it") == 3, "three starts")
    finally:
        child.stop()
        child.join(20)
    assert crashes == [3]


def test_lines_with_metrics_are_forwarded_and_kept_in_the_log(tmp_path: Path) -> None:
    found: list[dict[str, Any]] = []
    log = tmp_path / "child.log"
    code = "print('{\"_aws\": {}}'); print('{\"_aws\": no json'); print('plain'); import time; time.sleep(600)"
    child = Child("child", [sys.executable, "-u", "-c", code], clean_environment(), log, on_metric=found.append)
    child.start()
    try:
        until(lambda: log.exists() and log.read_text().endswith("plain\n"), "the log")
    finally:
        child.stop()
        child.join(20)
    assert found == [{"_aws": {}}]
    assert log.read_text().splitlines()[:2] == ['{"_aws": {}}', '{"_aws": no json']
