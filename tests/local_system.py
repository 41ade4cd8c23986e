"""The local system on free ports, started once and stopped after the tests."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from creator_search.bootstrap.process import process_container

from infra.local import roles
from infra.local.processes import clean_environment, free_port, is_healthy
from infra.local.resources import provision
from infra.toolkit import ROOT

LEASE_SECONDS = 20
"""A job takes a second, on a busy machine ten: another worker takes it when its lease ends."""
PATIENCE_SECONDS = 600
"""Nothing takes so long even on a machine with a fifth of the speed. A test that waits for it has failed."""


@dataclass
class System:
    api: str
    aws: str
    sandbox: str
    state: Path
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.api, timeout=60)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.aws,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def queue_url(self, name: str) -> str:
        return str(self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def request(self, username: str, source: str = "frontend") -> dict[str, Any]:
        return self._data(self.http.post(f"/api/profile/{username}/request", params={"source": source}))

    def status(self, username: str) -> dict[str, Any]:
        return self._data(self.http.get(f"/api/profile/{username}/status"))

    def _data(self, response: httpx.Response) -> dict[str, Any]:
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()["data"]
        return found

    def wait_for(self, username: str, status: str = "completed") -> dict[str, Any]:
        until(lambda: self.status(username)["status"] == status, f"{username} to be {status}")
        return self.status(username)

    def fault(self, **fault: object) -> None:
        httpx.post(f"{self.sandbox}/_faults", json=fault).raise_for_status()

    def calls(self) -> dict[str, int]:
        found: dict[str, int] = httpx.get(f"{self.sandbox}/_calls").json()
        return found


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Ask at first ten times a second, and less often the longer it takes: questions to the system take from the
    processor that it needs for what is waited for.
    """
    start = time.monotonic()
    while not condition():
        waited = time.monotonic() - start
        assert waited < seconds, f"waited {seconds} s for {what}"
        time.sleep(min(max(waited / 20, 0.1), 0.5))


@contextmanager
def running(state: Path, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run `python -m infra.local` on free ports; stop it with the signal of Ctrl-C. No function may have been refused
    anything that its role does not allow."""
    ports = {name: str(free_port(0)) for name in ("API_PORT", "AWS_PORT", "CDN_PORT", "SANDBOX_PORT")}
    environment = clean_environment(LOCAL_STATE=str(state), **ports, **variables)
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, ports
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)
    logged = (line for log in state.rglob("*.log") for line in log.read_text(errors="replace").splitlines())
    assert not [line for line in logged if roles.REFUSED in line]


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A local system, which ends after the last test of the folder whose conftest.py imports this: the schedules and
    pollers of an idle one take a quarter of a processor."""
    state = tmp_path_factory.mktemp("local")
    variables = {"JOB_LEASE_SECONDS": str(LEASE_SECONDS), "SCHEDULE_SECONDS": "2", "DOCUMENT_CACHE_SECONDS": "2"}
    with running(state, "--no-sample", **variables) as (process, ports):
        api = f"http://127.0.0.1:{ports['API_PORT']}"
        until(lambda: is_healthy(f"{api}/openapi.json") or process.poll() is not None, "the API")
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        aws, sandbox = (f"http://127.0.0.1:{ports[name]}" for name in ("AWS_PORT", "SANDBOX_PORT"))
        system = System(api, aws, sandbox, state)
        yield system
        system.http.close()


@pytest.fixture
def connected(system: System, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Connect the adapters to the system's stand-in; yield the environment for it."""
    access = {
        "AWS_ENDPOINT_URL": system.aws,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    resources = provision(endpoint_url=system.aws)
    environment = {**access, **resources, "CDN_BASE_URL": "https://cdn.test"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    process_container.cache_clear()
    yield environment
    process_container.cache_clear()


@pytest.fixture(autouse=True)
def no_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove all faults of the upstream and all moved names after each test."""
    yield
    if "system" in request.fixturenames:
        sandbox = request.getfixturevalue("system").sandbox
        for scenario in ("_faults", "_names"):
            httpx.delete(f"{sandbox}/{scenario}").raise_for_status()


def processes_of(system: System, what: str) -> list[int]:
    """Return the ids of this system's processes for one of its parts; other processes on the machine are ignored."""
    return processes_with(what, f"AWS_ENDPOINT_URL={system.aws}")


def processes_with(what: str, variable: str) -> list[int]:
    """Return the ids of the processes with an argument and a variable of the environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            environ = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if what in command and variable in environ.split("\0"):
            found.append(int(folder.name))
    return found


def body(message: dict[str, Any]) -> str:
    return json.dumps(message)
