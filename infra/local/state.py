"""Where the local system keeps its state: a folder for each upstream, with the logs of its processes."""

import os
from pathlib import Path

from infra.toolkit import ROOT

LOGS = "logs"


def state_folder() -> Path:
    """Return the folder that LOCAL_STATE names, or `.local`."""
    return Path(os.environ.get("LOCAL_STATE") or ROOT / ".local")


def log_files() -> list[Path]:
    """Return the logs of all processes; a file is named for its process."""
    return sorted(state_folder().glob(f"*/{LOGS}/*.log"))
