"""Child processes: started, restarted after a crash, and terminated with this process."""

import ctypes
import json
import math
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

RESTART_PAUSE_SECONDS = 1.0
GRACE_SECONDS = 10.0
CRASH_SECONDS = 60.0
"""A process that crashes at each start is mentioned once in this time."""
_PR_SET_PDEATHSIG = 1


def free_port(preferred: int) -> int:
    """Return `preferred` if it is free, else any free port."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no free port on 127.0.0.1")


def is_free(port: int) -> bool:
    return free_port(port) == port


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Wait until `ready` returns True. Raises TimeoutError with the name of what did not start."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not start within {seconds:.0f} s")
        time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_healthy(url: str, verify: ssl.SSLContext | bool = True) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False, verify=verify).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass
class Child:
    """A process that is restarted when it ends."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    on_metric: Callable[[dict[str, Any]], None] | None = None
    cwd: Path | None = None
    inherited: Sequence[int] = ()
    """Open files that the process shares."""
    on_restart: Callable[[], None] | None = None
    """Called after the process was restarted."""
    on_crash: Callable[[int], None] | None = None
    """Called with the exit status when the process ended by itself, at most once a minute."""
    process: "subprocess.Popen[str] | None" = None
    stopping: threading.Event = field(default_factory=threading.Event)
    watcher: threading.Thread | None = None

    def start(self) -> None:
        self._spawn()
        self.watcher = threading.Thread(target=self._watch, name=f"watch-{self.name}", daemon=True)
        self.watcher.start()

    def _spawn(self) -> None:
        if self.cwd:
            self.cwd.mkdir(parents=True, exist_ok=True)  # the state was deleted
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=self.cwd,
            start_new_session=True,
            pass_fds=self.inherited,
            preexec_fn=_die_with_parent,
        )

    def _watch(self) -> None:
        told_at = -math.inf
        while True:
            assert self.process is not None and self.process.stdout is not None
            with self.process.stdout as lines:
                for line in lines:
                    self._forward(line)
                    self._keep(line)
            self.process.wait()
            if self.stopping.is_set():
                return
            self._keep(f"-- {self.name} ended with {self.process.returncode}; restarting it\n")
            if self.on_crash and time.monotonic() - told_at >= CRASH_SECONDS:
                told_at = time.monotonic()
                self.on_crash(self.process.returncode)
            if self.stopping.wait(RESTART_PAUSE_SECONDS):
                return
            self._spawn()
            if self.on_restart:
                threading.Thread(target=self.on_restart, name=f"restarted-{self.name}", daemon=True).start()

    def _keep(self, line: str) -> None:
        """Append to the log. A line that cannot be written, to a full disk for example, is dropped: the child must not
        wait for it, and later lines may be written again."""
        with suppress(OSError):
            try:
                log = self.log.open("ab", buffering=0)
            except FileNotFoundError:  # the state was deleted
                self.log.parent.mkdir(parents=True)
                log = self.log.open("ab", buffering=0)
            with log:
                log.write(line.encode())

    def _forward(self, line: str) -> None:
        """Extract metrics from log lines, as CloudWatch Logs does on AWS."""
        if self.on_metric and line.startswith('{"_aws"'):
            with suppress(ValueError):
                self.on_metric(json.loads(line))

    def stop(self) -> None:
        self.stopping.set()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def join(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.watcher:
            self.watcher.join(RESTART_PAUSE_SECONDS)  # its last lines; a grandchild may keep the pipe open


def _die_with_parent() -> None:
    """Make the kernel terminate this child when its parent is killed. Linux only."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def clean_environment(**added: str) -> dict[str, str]:
    """Return the environment without AWS_ variables, which could connect a child to a real AWS account."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **added}
