"""The limits of callers, counted by several processes over the AWS stand-in."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.limits import RequestClass

from infra.toolkit import ROOT
from tests.local_system import PATIENCE_SECONDS, System

pytestmark = pytest.mark.system

PROCESSES, REQUESTS, LIMIT = 4, 50, 60
COUNTER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from creator_search.bootstrap import Container
from creator_search.config import Config
from creator_search.domain.caller_errors import RateLimited

now = datetime.fromisoformat(sys.argv[1])  # all requests are in one minute, however long they take
settings = Config(rate_limit_reads_per_minute=int(sys.argv[3]))
container = Container.for_tests(config=settings, clock=lambda: now)
limiter = container.request_limiter
container.request_counts
print("ready", flush=True)
input()

def passes(_):
    try:
        limiter.start("busy").take(["reads"])
    except RateLimited:
        return False
    return True

with ThreadPoolExecutor(10) as pool:
    print(sum(pool.map(passes, range(int(sys.argv[2])))))
"""


def test_of_two_hundred_requests_in_four_processes_exactly_sixty_pass(
    system: System, connected: dict[str, str]
) -> None:
    now = datetime.now(UTC)
    command = [sys.executable, "-c", COUNTER, now.isoformat(), str(REQUESTS), str(LIMIT)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = {**os.environ, **connected}
    counters = [
        subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload]
        for _ in range(PROCESSES)
    ]
    try:
        assert [counter.stdout.readline() for counter in counters] == ["ready\n"] * PROCESSES
        for counter in counters:
            counter.stdin.write("\n")
            counter.stdin.flush()
        passed = [int(counter.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()[-1]) for counter in counters]
    finally:
        for counter in counters:
            counter.kill()
    assert sum(passed) == LIMIT
    counts = process_container().request_counts.load_counts("busy", [RequestClass.READS], int(now.timestamp() // 60))
    assert counts == {RequestClass.READS: LIMIT}
