"""Measures requests and jobs of the local system."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName
from rich.console import Console

from infra.local.processes import free_port, is_healthy
from infra.local.resources import provision
from infra.toolkit import ROOT
from tests.local_system import System, body, running, until

out = Console(highlight=False, soft_wrap=True)


def run() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), "--no-sample") as (_, ports),
    ):
        api = f"http://127.0.0.1:{ports['API_PORT']}"
        until(lambda: is_healthy(f"{api}/openapi.json"), "the API")
        system = System(
            api,
            f"http://127.0.0.1:{ports['AWS_PORT']}",
            f"http://127.0.0.1:{ports['SANDBOX_PORT']}",
            Path(folder),
        )
        one_read_or_five(system)
        read_or_recompute(system)
        kept_or_stored(system)
        miss_or_hit(system)
        idle_or_flooded(system)
        system.http.close()


def median_seconds(call: Callable[[int], object], times: int) -> float:
    taken = []
    for number in range(times):
        start = time.perf_counter()
        call(number)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def side_by_side(what: str, first: tuple[str, float], second: tuple[str, float]) -> None:
    ratio = second[1] / first[1]
    out.print(f"{what}: {first[0]} {1000 * first[1]:.3g} ms, {second[0]} {1000 * second[1]:.3g} ms, ratio {ratio:.2f}")


def one_read_or_five(system: System) -> None:
    """Compare the answer for a queued profile, one BatchGetItem, with the five reads that it replaces."""
    dynamodb = system.client("dynamodb")
    profile = {"username": {"S": "ada"}, "item": {"S": "profile"}}
    job = {"username": {"S": "ada"}}
    counters = [{"id": {"S": f"queue#{p}"}} for p in ("HIGH", "MEDIUM", "LOW")]
    batch: Any = {"profiles": {"Keys": [profile]}, "jobs": {"Keys": [job]}, "control": {"Keys": counters}}

    def separately(_: int) -> None:
        dynamodb.get_item(TableName="profiles", Key=profile)
        dynamodb.get_item(TableName="jobs", Key=job)
        for key in counters:
            dynamodb.get_item(TableName="control", Key=key)

    once = median_seconds(lambda _: dynamodb.batch_get_item(RequestItems=batch), 200)
    five = median_seconds(separately, 200)
    side_by_side("What a request reads", ("one batch", once), ("five reads", five))


def read_or_recompute(system: System) -> None:
    """Compare the read of a stored profile with 100 posts, one document, with six round trips and a rebuild.

    Each side has its own server process, under the same load, in turns.
    """
    system.request("bench.read")
    system.wait_for("bench.read")
    os.environ |= {
        "AWS_ENDPOINT_URL": system.aws,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    environment = {**os.environ, **provision(), "CDN_BASE_URL": "http://127.0.0.1:1"}
    servers = []
    for module in ("infra.local.gateway", "tests.benchmarks.naive"):
        port = free_port(0)
        process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port)], env=environment, cwd=ROOT)
        servers.append(Load(process, f"http://127.0.0.1:{port}/api/profile/bench.read"))
    try:
        for server in servers:
            until(lambda url=server.url: is_healthy(url), server.url)  # type: ignore[misc]
            server.run(50)
            server.forget()
        for _ in range(6):
            for server in servers:
                server.run(150)
        ours, naive = servers
        out.print(
            f"Reading a profile: a document {ours.cpu_ms:.2f} ms CPU a request, {ours.per_second:.0f} requests/s; "
            f"six round trips {naive.cpu_ms:.2f} ms CPU, {naive.per_second:.0f} requests/s; "
            f"ratio {naive.cpu_ms / ours.cpu_ms:.1f} in CPU, {ours.per_second / naive.per_second:.1f} in requests/s"
        )
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait()


def kept_or_stored(system: System) -> None:
    """Compare the read of a document that the process keeps in its memory with its read from the store."""
    os.environ |= provision(endpoint_url=system.aws)
    process_container.cache_clear()
    container, name = process_container(), DocumentName.PROFILE
    kept, store = container.kept_documents, container.document_store
    kept.load_document("bench.read", name)
    side_by_side(
        "Loading a document",
        ("from memory", median_seconds(lambda _: kept.load_document("bench.read", name), 300)),
        ("from the store", median_seconds(lambda _: store.load_document("bench.read", name), 300)),
    )


class Load:
    """Requests to one server, their durations, and the CPU time of its process."""

    THREADS = 8

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self.process = process
        self.url = url
        self.forget()

    def forget(self) -> None:
        self._requests, self._seconds, self._cpu = 0, 0.0, 0.0

    def run(self, requests: int) -> None:
        start, cpu = time.perf_counter(), self._cpu_seconds()
        with httpx.Client(timeout=30) as client, ThreadPoolExecutor(self.THREADS) as pool:
            for answer in pool.map(lambda _: client.get(self.url), range(requests)):
                answer.raise_for_status()
        self._seconds += time.perf_counter() - start
        self._cpu += self._cpu_seconds() - cpu
        self._requests += requests

    def _cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def cpu_ms(self) -> float:
        return 1000 * self._cpu / self._requests

    @property
    def per_second(self) -> float:
        return self._requests / self._seconds


def miss_or_hit(system: System) -> None:
    """Compare similar-fast with twenty images to fetch and store, and with a cached set."""
    names = [f"bench.{n}" for n in range(5)]

    def ask(number: int) -> None:
        system.http.get(f"/api/profile/{names[number % 5]}/similar-fast").raise_for_status()

    miss = median_seconds(ask, 5)
    hit = median_seconds(ask, 100)
    side_by_side("Similar profiles", ("cached", hit), ("fresh", miss))


def idle_or_flooded(system: System) -> None:
    """Measure a HIGH job from request to completion: alone, and while 2,000 LOW messages wait."""

    def job(kind: str) -> Callable[[int], object]:
        def run(number: int) -> object:
            system.request(f"{kind}.{number}")
            return system.wait_for(f"{kind}.{number}")

        return run

    job("warm")(0)
    idle = median_seconds(job("idle"), 7)
    sqs, queue = system.client("sqs"), system.queue_url("profile-low")
    for start in range(0, 2000, 10):
        entries = [{"Id": str(n), "MessageBody": body({"username": f"flood.{start + n}"})} for n in range(10)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    flooded = median_seconds(job("flooded"), 7)
    waiting = json.loads(system.http.get("/api/viral-ideas/queue-status").text)["data"]["low_priority"]
    side_by_side("A HIGH job", ("idle", idle), (f"with {waiting} of 2000 LOW still waiting", flooded))
    sqs.purge_queue(QueueUrl=queue)
