"""What clients of the running local system wait for: one after the other, and a crowd of them by locust."""

import json
import math
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.toolkit import ROOT

LOCUST = ROOT / ".venv-load" / "bin" / "locust"
LOCUST_FILE = Path(__file__).with_name("locustfile.py")
OPENED_A_SECOND = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of the answers, sorted; `failed` counts answers other than 200 and broken connections."""

    seconds: Sequence[float]
    failed: int
    wall: float

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float | None:
        """Return the time within which this share of the answers came; None without answers."""
        if not self.seconds:
            return None
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def one_by_one(client: httpx.Client, paths: Sequence[str], *, streamed: bool = False) -> Measured:
    """Ask for the paths one after the other; of streamed answers, wait for the first chunk."""
    seconds, failed, began = [], 0, time.perf_counter()
    for path in paths:
        start = time.perf_counter()
        try:
            with client.stream("GET", path) as response:
                if streamed:
                    next(response.iter_raw(), b"")
                else:
                    response.read()
                taken = time.perf_counter() - start
        except httpx.TransportError:
            failed += 1
            continue
        if response.status_code == 200:
            seconds.append(taken)
        else:
            failed += 1
    return Measured(sorted(seconds), failed, time.perf_counter() - began)


def crowd(api: str, creator: str, *, connections: int, seconds: float, authorization: str) -> Measured:
    """Let locust keep the connections open and ask on each about once a second. The times are rounded to two digits, as
    locust keeps them."""
    opening = math.ceil(connections / OPENED_A_SECOND)
    command = [str(LOCUST), "--headless", "--json", "--only-summary", "--reset-stats", "--exit-code-on-error", "0"]
    command += ["--locustfile", str(LOCUST_FILE), "--host", api, "--creator", creator, "--loglevel", "ERROR"]
    command += ["--authorization", authorization] if authorization else []
    command += [
        "--users",
        str(connections),
        "--spawn-rate",
        str(OPENED_A_SECOND),
        "--run-time",
        f"{opening + math.ceil(seconds)}s",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    entries: list[dict[str, Any]] = json.loads(done.stdout)
    wall = max(e["last_request_timestamp"] for e in entries) - min(e["start_time"] for e in entries)
    times = [
        float(milliseconds) / 1000
        for entry in entries
        for milliseconds, count in entry["response_times"].items()
        for _ in range(count)
    ]
    failed = sum(entry["num_failures"] for entry in entries)
    return Measured(sorted(times), failed, wall)
