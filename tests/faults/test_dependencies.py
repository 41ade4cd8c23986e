"""Each dependency of the running local system is taken away in turn, and returns."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from creator_search.catalogue import CAPTION_MODELS

from infra.local.processes import clean_environment, free_port, is_healthy
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.toolkit import ROOT
from tests.local_system import processes_with, running, until

pytestmark = pytest.mark.system


@dataclass
class Upstream:
    """The sandbox as a provider of its own, which nothing starts again."""

    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.local.sandbox.app", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=clean_environment())
        until(lambda: is_healthy(f"http://127.0.0.1:{self.port}/_calls"), "the upstream")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@dataclass
class Local:
    http: httpx.Client
    aws: str
    upstream: Upstream
    models: Path

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/api/health").json()
        return found

    def status_of(self, service: str) -> str:
        return str(self.health()["services"][service]["status"])

    def request(self, username: str) -> bool:
        """Request a profile; return whether it was accepted."""
        answer = self.http.post(f"/api/profile/{username}/request", params={"source": "frontend"})
        return bool(answer.status_code == 200 and answer.json()["data"]["queued"])

    def is_completed(self, username: str) -> bool:
        answer = self.http.get(f"/api/profile/{username}/status")
        return bool(answer.status_code == 200 and answer.json()["data"]["status"] == "completed")

    @contextmanager
    def paused(self, pids: list[int]) -> Iterator[None]:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    @property
    def stand_in(self) -> list[int]:
        return processes_with("ministack", f"GATEWAY_PORT={self.aws.rsplit(':', 1)[1]}")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    folder = tmp_path_factory.mktemp("dependencies")
    models = folder / "models"
    for name in CAPTION_MODELS:
        (models / name).mkdir(parents=True)
        (models / name / "model.onnx").write_bytes(b"no model, so the rules analyze")
        (models / name / "manifest.json").write_text("{}")
    upstream = Upstream(free_port(0))
    upstream.start()
    base = f"http://127.0.0.1:{upstream.port}"
    variables = {
        "DECODO_BASE_URL": f"{base}/decodo",
        "DECODO_API_KEY": DECODO_TOKEN,
        "RAPIDAPI_BASE_URL": f"{base}/rapidapi",
        "RAPIDAPI_KEY": RAPIDAPI_KEY,
        "IMAGE_HOST_ALLOWLIST": f"127.0.0.1:{upstream.port}",
        "MODEL_DIR": str(models),
        "JOB_LEASE_SECONDS": "60",
        "SCHEDULE_SECONDS": "2",
    }
    try:
        with running(folder / "state", "--no-sample", **variables) as (process, ports):
            api = f"http://127.0.0.1:{ports['API_PORT']}"
            until(lambda: is_healthy(f"{api}/openapi.json") or process.poll() is not None, "the API")
            assert process.poll() is None
            with httpx.Client(base_url=api, timeout=60) as http:
                yield Local(http, f"http://127.0.0.1:{ports['AWS_PORT']}", upstream, models)
    finally:
        upstream.stop()


def is_well(local: Local) -> bool:
    return bool(local.health()["status"] == "healthy")


def test_without_the_cdn_the_storage_is_degraded_and_profiles_are_built(local: Local) -> None:
    until(lambda: is_well(local), "the system to be well")
    with local.paused(processes_with("infra.local.cdn", f"AWS_ENDPOINT_URL={local.aws}")):
        until(lambda: local.status_of("storage") == "degraded", "health to tell of the CDN")
        assert "CDN" in str(local.health()["services"]["storage"]["detail"])
        assert local.request("without.cdn")
        until(lambda: local.is_completed("without.cdn"), "the profile")
    until(lambda: is_well(local), "the system to be well again")


def test_without_models_they_are_degraded_and_captions_are_analyzed_by_rules(local: Local) -> None:
    away = local.models.with_name("away")
    local.models.rename(away)
    until(lambda: local.status_of("ai_models") == "degraded", "health to tell of the models")
    assert local.request("without.models")
    until(lambda: local.is_completed("without.models"), "the profile")
    away.rename(local.models)
    until(lambda: local.status_of("ai_models") == "healthy", "the models to be well again")


def test_without_the_upstream_stored_creators_are_read_and_accepted_jobs_are_done_when_it_is_back(
    local: Local,
) -> None:
    assert local.request("before.upstream")
    until(lambda: local.is_completed("before.upstream"), "the profile")
    local.upstream.stop()
    until(lambda: local.status_of("upstream_api") == "unhealthy", "health to tell of the upstream")
    assert local.health()["status"] in ("degraded", "healthy")
    names = [f"no.upstream.{number}" for number in range(3)]
    assert all(local.request(name) for name in names)
    assert local.http.get("/api/profile/before.upstream").status_code == 200
    assert local.http.get("/api/profile/never.seen").status_code == 503
    local.upstream.start()
    until(lambda: local.status_of("upstream_api") != "unhealthy", "health to tell that it is back")
    until(lambda: all(map(local.is_completed, names)), "the accepted jobs")
    until(lambda: is_well(local), "the system to be well again")


def test_without_the_stand_in_nothing_that_was_accepted_is_lost(local: Local) -> None:
    until(lambda: is_well(local), "the system to be well")
    names = [f"accepted.{number}" for number in range(5)]
    assert all(local.request(name) for name in names)
    with local.paused(local.stand_in):
        until(lambda: local.health()["status"] == "unhealthy", "health to tell of the stores")
        services = local.health()["services"]
        assert {services[name]["status"] for name in ("database", "queue")} == {"unhealthy"}
        assert not local.request("refused")
    until(lambda: all(map(local.is_completed, names)), "the accepted jobs")
    until(lambda: is_well(local), "the system to be well again")
    assert local.http.post("/api/profile/refused/request").status_code == 200


def test_a_stand_in_that_ends_is_started_again_with_all_that_was_accepted(local: Local) -> None:
    names = [f"restarted.{number}" for number in range(5)]
    assert all(local.request(name) for name in names)
    [pid] = local.stand_in
    os.kill(pid, signal.SIGTERM)
    until(lambda: pid not in local.stand_in, "the stand-in to end")
    until(lambda: all(map(local.is_completed, names)), "the accepted jobs")
    until(lambda: is_well(local), "the system to be well again")


def _fill(file: Path) -> None:
    """Write until the disk is full."""
    with suppress(OSError), file.open("wb", buffering=0) as open_file:
        while True:
            open_file.write(bytes(65536))


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounts a small file system")
def test_on_a_full_disk_the_storage_is_unhealthy_and_accepted_jobs_are_done(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a file system: {mounted.stderr.decode()}")
    try:
        with running(tmp_path, "--no-sample", SCHEDULE_SECONDS="2") as (process, ports):
            api = f"http://127.0.0.1:{ports['API_PORT']}"
            until(lambda: is_healthy(f"{api}/openapi.json") or process.poll() is not None, "the API")
            with httpx.Client(base_url=api, timeout=60) as http:
                local = Local(http, f"http://127.0.0.1:{ports['AWS_PORT']}", Upstream(0), tmp_path)
                until(lambda: is_well(local), "the system to be well")
                filler = tmp_path / "filler"
                _fill(filler)
                until(lambda: local.status_of("storage") != "healthy", "health to tell of the disk")
                accepted = [name for name in ("full.1", "full.2") if local.request(name)]
                assert accepted
                until(lambda: all(map(local.is_completed, accepted)), "the accepted jobs")
                filler.unlink()
                until(lambda: is_well(local), "the system to be well again")
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
