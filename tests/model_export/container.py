"""Runs the steps of a Dockerfile in a folder in place of the image's root, and its handler with Lambda's runtime
interface client, as the base image does.

The base image itself and its Python are not tested.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from queue import Empty, Queue
from string import Template
from typing import Any

from tests.local_system import PATIENCE_SECONDS

BASE_IMAGE = "public.ecr.aws/lambda/python:3.13"
IN_BASE_IMAGE = ("awslambdaric", "simplejson", "snapshot-restore-py")


class Image:
    """`context` is the build context; `overlays` are folders used in place of some of its paths."""

    def __init__(self, dockerfile: Path, root: Path, context: Path, overlays: Mapping[str, Path]) -> None:
        self.root = root
        self.environment = {"LAMBDA_TASK_ROOT": str(root / "var" / "task")}
        self.arguments: dict[str, str] = {}
        self.user = "root"
        self.command: list[str] = []
        self.packages = root / "site-packages"
        self._steps = deque(_steps(dockerfile))
        self._stage: str | None = None
        self._context = context
        self._overlays = overlays
        Path(self.environment["LAMBDA_TASK_ROOT"]).mkdir(parents=True)

    def build(self, stage: str) -> None:
        """Run all steps up to the end of this stage. A later stage continues from there.

        Raises ValueError for an unsupported instruction.
        """
        while self._steps and not (self._stage == stage and self._steps[0][0] == "FROM"):
            name, rest = self._steps.popleft()
            if name == "ARG":
                argument, _, default = rest.partition("=")
                self.arguments[argument] = default
            elif name == "FROM":
                base, _, named = Template(rest).substitute(self.arguments).partition(" AS ")
                if base != (self._stage or BASE_IMAGE):
                    raise ValueError(f"FROM {rest}")
                self._stage = named
            elif name == "COPY":
                self._copy(*rest.split())
            elif name == "RUN":
                self._run(self._filled(rest))
            elif name == "ENV":
                variable, _, value = rest.partition("=")
                self.environment[variable] = self._filled(value)
            elif name == "USER":
                self.user = rest
            elif name == "CMD":
                self.command = json.loads(rest)
            else:
                raise ValueError(f"{name} {rest}")
        assert self._stage == stage

    def _filled(self, text: str) -> str:
        return Template(text).substitute(self.environment)

    def _copy(self, source: str, target: str) -> None:
        """Copy a folder's contents to the target, or a file into a target that ends with a slash."""
        found = self._overlays.get(source, self._context / source)
        place = Path(self._filled(target))
        if found.is_dir():
            shutil.copytree(found, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, place)

    def _run(self, command: str) -> None:
        """Run a command: `pip` installs into an empty target, without bytecode of the modules that are never
        imported; `python` is the current interpreter."""
        tools = self.root / "tools"
        tools.mkdir(exist_ok=True)
        for name, line in {
            "pip": f'exec "{sys.executable}" -m pip "$@" --quiet --no-compile --target "{self.packages}"',
            "python": f'exec "{sys.executable}" "$@"',
        }.items():
            (tools / name).write_text(f"#!/bin/sh\n{line}\n")
            (tools / name).chmod(0o755)
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(["sh", "-ec", command], env={**os.environ, **self.environment, "PATH": path}, check=True)

    def unreadable(self) -> list[str]:
        """Return the files that the image's user, who owns none of them, could not read."""
        task = Path(self.environment["LAMBDA_TASK_ROOT"])
        wanted = {True: 0o005, False: 0o004}
        return [str(p) for p in (task, *task.rglob("*")) if p.stat().st_mode & wanted[p.is_dir()] != wanted[p.is_dir()]]

    @contextmanager
    def running(self, **environment: str) -> Iterator["Runtime"]:
        """Run the command with the runtime interface client. Only packages that were installed or copied, or are in the
        base image, can be imported (-S)."""
        client = self.root / "runtime"
        _link_packages(client)
        task = self.environment["LAMBDA_TASK_ROOT"]
        with Runtime.serving() as runtime:
            process = subprocess.Popen(
                [sys.executable, "-S", "-m", "awslambdaric", *self.command],
                cwd=task,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.root),
                    "PYTHONPATH": os.pathsep.join([task, str(self.packages), str(client)]),
                    "AWS_LAMBDA_RUNTIME_API": runtime.address,
                    "AWS_LAMBDA_FUNCTION_NAME": "analyze_posts",
                    "AWS_LAMBDA_FUNCTION_VERSION": "1",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008",
                    "AWS_LAMBDA_LOG_GROUP_NAME": "log",
                    "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
                    **self.environment,
                    **environment,
                },
            )
            runtime.process = process
            try:
                yield runtime
            finally:
                process.kill()
                process.wait()


class Runtime:
    """Lambda's runtime API: serves one event at a time and records its result."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.process: subprocess.Popen[bytes] | None = None
        self.events: Queue[Any] = Queue()
        self.outcomes: Queue[tuple[str, Any]] = Queue()

    def invoke(self, event: Any) -> tuple[str, Any]:
        """Return ("response", answer) or ("error", details)."""
        assert self.process is not None
        self.events.put(event)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(Empty):
                return self.outcomes.get(timeout=0.2)
            if self.process.poll() is not None:
                raise AssertionError(f"the runtime ended with {self.process.returncode}")
        raise AssertionError(f"no outcome in {PATIENCE_SECONDS} s")

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator["Runtime"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.daemon_threads = True
        runtime = cls(f"127.0.0.1:{server.server_port}")
        server.runtime = runtime  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield runtime
        finally:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        event = self._runtime.events.get()
        body = json.dumps(event).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(1000 * (time.time() + 300))))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:x")
        self.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        self._runtime.outcomes.put((self.path.rsplit("/", 1)[-1], body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @property
    def _runtime(self) -> Runtime:
        found: Runtime = self.server.runtime  # type: ignore[attr-defined]
        return found

    def log_message(self, *_: object) -> None:
        pass


def _steps(dockerfile: Path) -> Iterator[tuple[str, str]]:
    lines = (line.strip() for line in dockerfile.read_text().replace("\\\n", " ").splitlines())
    for line in lines:
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest


def _link_packages(folder: Path) -> None:
    """Link only these of the installed packages."""
    folder.mkdir(exist_ok=True)
    for name in IN_BASE_IMAGE:
        for file in distribution(name).files or ():
            link = folder / file.parts[0]
            if not link.exists() and not file.parts[0].startswith((".", "..")):
                link.symlink_to(Path(str(distribution(name).locate_file(file.parts[0]))))
