"""Counts what the code calls, at moto and at httpcore: the project's own code is not changed."""

import gc
import gzip
import io
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
import httpcore
from moto.core.botocore_stubber import BotocoreStubber

from infra.costs.assumptions import LATENCIES_MS
from infra.costs.counts import Work
from tests.benchmarks.costs.tables import TableMeter

_S3_OPERATIONS = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}


class CallClock:
    """The clock of the functions: calls advance it by their latencies, and nothing else does. What is repeated after an
    interval, such as reading a breaker, is so repeated equally often in every measurement."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self._now

    def advance(self, until: datetime) -> None:
        with self._lock:
            self._now = max(self._now, until)

    def sleep(self, seconds: float) -> None:
        self.advance(self._now + timedelta(seconds=seconds))


class Meter:
    """Records in the current `Work`, if there is one. With `waits`, every call really takes at least its latency, and
    the time that calls took is measured."""

    def __init__(self, *, waits: bool) -> None:
        self._waits = waits
        self.clock = CallClock()
        self._lock = threading.RLock()  # moto is not atomic
        self._own = threading.local()
        self._work: Work | None = None
        self._elsewhere = 0.0
        self._intervals: list[tuple[float, float]] = []
        self._log = io.StringIO()
        self._tables: TableMeter | None = None

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Within `mock_aws`."""
        answer, fetch = BotocoreStubber.process_request, httpcore.ConnectionPool.handle_request
        meter = self

        def metered_answer(stubber: BotocoreStubber, request: Any) -> Any:
            return meter._call_aws(lambda: answer(stubber, request), request)

        def metered_fetch(pool: httpcore.ConnectionPool, request: httpcore.Request) -> Any:
            return meter._fetch(lambda: fetch(pool, request), request)

        with (
            patch.object(BotocoreStubber, "process_request", metered_answer),
            patch.object(httpcore.ConnectionPool, "handle_request", metered_fetch),
            redirect_stdout(self._log),
        ):
            self._tables = TableMeter(boto3.client("dynamodb"))
            yield

    @contextmanager
    def measuring(self, work: Work) -> Iterator[None]:
        """Add what happens in the block to the work, as one invocation."""
        self._work, self._elsewhere, self._intervals = work, 0.0, []
        gc.freeze()  # moto has most of the objects of this process
        self._log.seek(0)
        self._log.truncate()
        started = time.process_time()
        try:
            yield
        finally:
            work.cpu_ms += 1000 * max(0.0, time.process_time() - started - self._elsewhere)
            work.waited_ms += 1000 * _length(self._intervals)
            work.invocations += 1
            self._work = None
            self._read_log(work)

    def _call_aws(self, answer: Any, request: Any) -> Any:
        work = self._work
        if work is None or getattr(self._own, "is_probing", False):
            return answer()
        started, cpu, now = time.perf_counter(), time.thread_time(), self.clock()
        service, operation = _operation(request)
        with self._lock, _uncollected():
            work.calls[f"{service} {operation}"] += 1
            if service == "DynamoDB" and self._tables is not None:
                self._own.is_probing = True
                try:
                    found = self._tables.measure(work, operation, json.loads(request.body), answer)
                finally:
                    self._own.is_probing = False
            else:
                found = answer()
            self._elsewhere += time.thread_time() - cpu
        self._wait(service, started, now)
        return found

    def _fetch(self, fetch: Any, request: httpcore.Request) -> Any:
        work = self._work
        if work is None:
            return fetch()
        path = urlsplit(bytes(request.url)).path
        kind = "image" if path.startswith(b"/images") else "upstream"
        started, now = time.perf_counter(), self.clock()
        found = fetch()
        with self._lock:
            work.calls[kind] += 1
        self._wait(kind, started, now)
        return found

    def _wait(self, kind: str, started: float, now: datetime) -> None:
        """Wait until the call has taken its latency; only that counts, as moto's queries read whole tables."""
        seconds = LATENCIES_MS.get(kind, 0) / 1000
        self.clock.advance(now + timedelta(seconds=seconds))
        if self._waits:
            time.sleep(max(0.0, started + seconds - time.perf_counter()))
        with self._lock:
            self._intervals.append((started, started + seconds))

    def _read_log(self, work: Work) -> None:
        lines = self._log.getvalue().splitlines()
        work.log_lines += len(lines)
        work.log_bytes += sum(len(line.encode()) for line in lines)
        found = {*work.metrics}
        for line in lines:
            found |= metrics_in(line)
        work.metrics = sorted(found)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What moto allocates causes no garbage collection, in the block or after it: it would be that of the functions."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def metrics_in(line: str) -> set[str]:
    """Return the metrics of a line in the embedded metric format, each with its dimensions."""
    if '"_aws"' not in line:
        return set()
    fields: Mapping[str, Any] = json.loads(line)
    return {
        " ".join([metric["Name"], *(f"{key}={fields[key]}" for key in keys)])
        for directive in fields["_aws"]["CloudWatchMetrics"]
        for keys in directive["Dimensions"]
        for metric in directive["Metrics"]
    }


def compressed_bytes(answer: Mapping[str, Any]) -> int:
    """Return the size of a proxy answer as the gateway sends it to a client that accepts gzip."""
    body = str(answer.get("body") or "").encode()
    headers = json.dumps([answer.get("headers"), answer.get("multiValueHeaders")])
    return len(headers) + (len(gzip.compress(body, mtime=0)) if len(body) >= 1024 else len(body))


def _operation(request: Any) -> tuple[str, str]:
    target = request.headers.get("X-Amz-Target", "")
    target = target.decode() if isinstance(target, bytes) else target
    if target.startswith("DynamoDB"):
        return "DynamoDB", target.rpartition(".")[2]
    if target.startswith("AmazonSQS"):
        return "SQS", target.rpartition(".")[2]
    if ".s3." in request.url or "//s3." in request.url:
        return "S3", _S3_OPERATIONS.get(request.method, request.method)
    return urlsplit(request.url).netloc.partition(".")[0], request.method


def _length(intervals: list[tuple[float, float]]) -> float:
    """Return the length of their union."""
    total, covered_until = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, covered_until))
        covered_until = max(covered_until, end)
    return total
