"""Measures what operations cause, for `python -m infra.costs`: `make bench ARGS=costs` writes infra/costs/counts.json.

`python -m tests.benchmarks.costs --quick` prints the counts without waiting for assumed latencies; its times mean
nothing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from moto import mock_aws

from infra.costs.counts import COUNTS_FILE, Counts, dump_counts
from infra.local.processes import answers, free_port, wait_until
from infra.local.resources import make_distribution, provision
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.toolkit import ROOT
from tests.benchmarks.costs.meter import Meter

_REPEATS = 40
_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",  # handlers run as they do in Lambda
    "CURSOR_KEY": "a key for measurements",
    "COMMENTER_KEY": "another key for measurements",
    "CDN_BASE_URL": "https://d111111abcdef8.cloudfront.net",
    "DOCUMENT_CACHE_SECONDS": "0",  # every read reads the store: which instance answers a request is not known
    "RATE_LIMIT_READS_PER_MINUTE": "1000000",
    "RATE_LIMIT_UPSTREAM_PER_MINUTE": "1000000",
    "DECODO_REQUESTS_PER_SECOND": "10000",
    "RAPIDAPI_REQUESTS_PER_SECOND": "10000",
}


def run() -> None:
    """Measure and write the committed file."""
    started = time.monotonic()
    COUNTS_FILE.write_text(dump_counts(measure(repeats=_REPEATS, waits=True)))
    print(f"{COUNTS_FILE.relative_to(ROOT)} written in {time.monotonic() - started:.0f} s")


def quick() -> None:
    print(dump_counts(measure(repeats=2, waits=False)))


def measure(*, repeats: int, waits: bool) -> Counts:
    """In a process that has imported no function yet."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(_SETTINGS)
    meter = Meter(waits=waits)
    with _sandbox() as upstream, mock_aws():
        environment = {**provision(), **upstream}
        os.environ.update({**environment, "CDN_DISTRIBUTION_ID": make_distribution()})
        with meter.installed():
            from tests.benchmarks.costs.scenarios import Scenarios

            return Scenarios(meter, environment, repeats=repeats).measure()


@contextmanager
def _sandbox() -> Iterator[dict[str, str]]:
    """Start the sandbox in a process of its own, whose processor time is not measured; yield its settings."""
    port = free_port(0)
    # A refresh finds the counts of the build, however long the measurement takes.
    command = [sys.executable, "-m", "infra.local.sandbox.app", "--port", str(port), "--still"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), "the sandbox upstream")
        yield {
            "DECODO_BASE_URL": f"http://127.0.0.1:{port}/decodo",
            "DECODO_API_KEY": DECODO_TOKEN,
            "RAPIDAPI_BASE_URL": f"http://127.0.0.1:{port}/rapidapi",
            "RAPIDAPI_KEY": RAPIDAPI_KEY,
            "IMAGE_HOST_ALLOWLIST": f"127.0.0.1:{port}",
        }
    finally:
        process.terminate()
        process.wait()
