"""Where the local system keeps its state: a folder for each upstream, with the logs of its processes."""

import fcntl
import os
from pathlib import Path
from typing import IO

from infra.toolkit import ROOT

LOGS = "logs"


def state_folder() -> Path:
    """Return the folder that LOCAL_STATE names, or `.local`."""
    return Path(os.environ.get("LOCAL_STATE") or ROOT / ".local")


def log_files() -> list[Path]:
    """Return the logs of all processes; a file is named for its process."""
    return sorted(state_folder().glob(f"*/{LOGS}/*.log"))


def hold(folder: Path) -> IO[str] | None:
    """Lock a folder of state until the returned file is closed or the process ends. None if another one holds it.

    The AWS stand-in writes its whole state when it stops: of two systems with one folder, one would lose its data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
