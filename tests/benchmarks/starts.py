"""What a new instance of a function does before its first answer, for those that people wait for: CPU time of the
import, of the clients, and of the web framework where the function answers without it. Lambda's own start is not in it.

Decides which functions are worth a snapshot (`starts_quickly` in the catalogue).
"""

import os
import subprocess
import sys
from pathlib import Path

from creator_search.catalogue import (
    FUNCTIONS,
    Function,
    Operation,
    environment_name,
    folder,
    has_snapshot,
    route_module,
)
from rich.console import Console
from rich.table import Table

from infra.toolkit import ROOT

RUNS = 7
START = """
import importlib, sys, time
module, routes, is_served = sys.argv[1], sys.argv[2], sys.argv[3] == "served"
marks = [time.process_time()]
if is_served:
    from creator_search.serve import served_app
    served_app(importlib.import_module(routes).router)
else:
    importlib.import_module(module)
marks.append(time.process_time())
from creator_search.bootstrap.process import process_container
from creator_search.bootstrap.snapshots import prime_tables
prime_tables(process_container())
marks.append(time.process_time())
importlib.import_module(routes)
marks.append(time.process_time())
print(*(later - earlier for earlier, later in zip(marks, marks[1:])))
"""
out = Console(highlight=False, soft_wrap=True, width=120)


def run() -> None:
    printed = Table("CPU ms, least of some", "MB", "import", "clients", "framework", "snapshot", title="First answers")
    for row in (row for row in FUNCTIONS.values() if row.is_waited_for):
        figures = [f"{1000 * seconds:.0f}" for seconds in _start_seconds(row)]
        printed.add_row(row.name, str(row.memory_mb), *figures, "yes" if has_snapshot(row) else "")
    out.print(printed)


def _start_seconds(row: Function) -> list[float]:
    """Return the least times of the import, of the clients of the tables, and of the framework's import after them."""
    module = folder(row).replace("/", ".")
    served = "served" if isinstance(row, Operation) and row.streams else ""
    command = [sys.executable, "-c", START, f"{module}.handler", f"{module}.{route_module(row)}", served]
    found = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_LAMBDA_FUNCTION_NAME": row.name,
        **{environment_name(table): table.value for table in row.all_tables},
    }
    runs = [
        subprocess.run(command, cwd=Path(ROOT), env={**os.environ, **found}, check=True, capture_output=True, text=True)
        for _ in range(RUNS)
    ]
    return [min(times) for times in zip(*(map(float, done.stdout.split()) for done in runs), strict=True)]
