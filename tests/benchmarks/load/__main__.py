"""`make load`: what clients of the local system wait for beside the aims.

The system runs on free loopback ports with a temporary folder for its state, and is stopped at the end. Client, API,
workers and the AWS stand-in share the processors of this machine. The API is one process, where a deployment has one
for each concurrent request, and keeps documents in its memory for a minute.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName
from creator_search.domain.messages import AnalysisMessage
from rich.console import Console
from rich.table import Table

from infra.local.processes import is_healthy
from infra.local.resources import provision
from tests.benchmarks.load.waits import Measured, crowd, one_by_one
from tests.local_system import System, running, until
from tests.seeds import numbered_post, store_creator

CREATOR, ANALYZED = "load.read", "load.analyzed"
READ = f"/api/profile/{CREATOR}"
STREAM = f"/api/profile/{CREATOR}/posts?stream=true"
WITHOUT, WITH = "access record", "identity, limit, access record"
POSTS_PER_HOUR, POSTS_IN_30_S = 1200, 100
out = Console(highlight=False, soft_wrap=True, width=150)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load ARGS=")
    parser.add_argument("--seconds", type=float, default=20, help="how long each load lasts")
    parser.add_argument("--connections", type=int, default=1000, help="how many are open at the same time")
    given = parser.parse_args()
    limits = {"RATE_LIMIT_READS_PER_MINUTE": "1000000", "RATE_LIMIT_UPSTREAM_PER_MINUTE": "1000"}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--no-sample", **limits) as (_, ports):
        api, aws, sandbox = (f"http://127.0.0.1:{ports[f'{name}_PORT']}" for name in ("API", "AWS", "SANDBOX"))
        until(lambda: is_healthy(f"{api}/openapi.json"), "the API")
        system = System(api, aws, sandbox, Path(folder))
        out.print(
            f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start"
        )
        connect(system)
        headline(system, given.seconds, given.connections)
        system.http.close()


def connect(system: System) -> None:
    """Connect the container of this process to the store and the queues of the system."""
    os.environ |= {
        "AWS_ENDPOINT_URL": system.aws,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    os.environ |= {
        **provision(endpoint_url=system.aws),
        "CDN_BASE_URL": "https://cdn.test",
        "CURSOR_KEY": "a key for the load",
        "COMMENTER_KEY": "another key for the load",
        "LOCAL_CALLER": "true",
        "DOCUMENT_CACHE_SECONDS": "0",
        "LOG_LEVEL": "CRITICAL",
    }
    process_container.cache_clear()


def headline(system: System, seconds: float, connections: int) -> None:
    table = Table("", "aim", "measured", "answers", "failed", "included", title="What clients wait for")
    job_row(table, system)
    analysis_row(table)
    token = system.http.post("/_local/tokens", json={"subject": "load"}).raise_for_status().json()["token"]
    for included, authorization in ((WITHOUT, ""), (WITH, f"Bearer {token}")):
        headers = {"Authorization": authorization} if authorization else {}
        fresh = [f"/api/profile/fresh.{number}.{len(authorization)}" for number in range(5)]
        waits = [
            ("cached read, p95", 100, [READ] * 100, False),
            ("fresh profile, slowest of 5", 2000, fresh, False),
            ("first chunk of a stream, p95", 200, [STREAM] * 50, True),
            *([("health, p95", 50, ["/api/health"] * 100, False)] if not authorization else []),
        ]
        with httpx.Client(base_url=system.api, headers=headers, timeout=60) as client:
            for what, aim, paths, streamed in waits:
                found = one_by_one(client, paths, streamed=streamed)
                given = "public" if "health" in what else included
                _row(table, what, f"< {aim} ms", _ms(found.percentile(0.95)), found, given)
        crowded = crowd(system.api, CREATOR, connections=connections, seconds=seconds, authorization=authorization)
        waited = f"p50 {_ms(crowded.percentile(0.5))}, p95 {_ms(crowded.percentile(0.95))}"
        what = f"mixed reads, {connections:,} connections"
        _row(table, what, "500 a second", f"{crowded.per_second:.0f} a second, {waited}", crowded, included)
    out.print(table)


def job_row(table: Table, system: System) -> None:
    """Add the rows for a request of a creator until all of its captions are analysed."""
    path, start = f"/api/profile/{CREATOR}/ai-insights", time.perf_counter()
    system.request(CREATOR)
    system.wait_for(CREATOR)

    def insights() -> dict[str, Any]:
        found: dict[str, Any] = system.http.get(path).json()
        return found

    until(lambda: insights()["ai_insights"]["status"] == "completed", "the analysis")
    seconds, posts = time.perf_counter() - start, int(insights()["coverage"]["analyzed_posts"])
    what = f"posts fetched, stored and analysed by rules ({posts} posts of one creator)"
    at_rate = 100 * seconds / posts
    table.add_row(what, "", f"{posts} in {seconds:.1f} s: {at_rate:.1f} s per 100", "1", "0", WITHOUT)
    table.add_row("the same, per hour", f"{POSTS_PER_HOUR:,}", f"{3600 * posts / seconds:,.0f}", "1", "0", WITHOUT)
    table.add_row(
        "analysed by models", f"{POSTS_PER_HOUR:,} an hour", "not measured here: make bench ARGS=models", "", "", ""
    )


def analysis_row(table: Table) -> None:
    """Add the row for the analysis of stored posts, whose captions are all different, from its message to its stored
    result."""
    store_creator(*(numbered_post(n, caption=f"Run {n} by the lake #running") for n in range(100)), username=ANALYZED)
    container, start = process_container(), time.perf_counter()
    container.task_queue.send_task(AnalysisMessage(username=ANALYZED))

    def is_analyzed() -> bool:
        found = container.document_store.load_document(ANALYZED, DocumentName.INSIGHTS)
        return found is not None and found.ai_coverage == "100%"

    until(is_analyzed, "the analysis")
    seconds = time.perf_counter() - start
    table.add_row("100 stored posts analysed by rules", f"{POSTS_IN_30_S} in 30 s", f"{seconds:.1f} s", "1", "0", "")


def _row(table: Table, what: str, aim: str, measured: str, found: Measured, included: str) -> None:
    table.add_row(what, aim, measured, f"{len(found.seconds):,}", f"{found.failed:,}", included)


def _ms(seconds: float | None) -> str:
    return "not measured: no answer" if seconds is None else f"{1000 * seconds:.0f} ms"


if __name__ == "__main__":
    main()
