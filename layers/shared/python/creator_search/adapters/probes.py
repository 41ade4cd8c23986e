"""The probes of the health: one small call of each dependency, with clients of their own that wait at most a second and
use no breaker. None calls a paid upstream."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from creator_search.catalogue import PROBE_KEY
from creator_search.domain.clock import Clock
from creator_search.domain.health import Finding, HealthStatus
from creator_search.domain.jobs import JobStatus, Priority

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from creator_search.adapters.aws.sqs import SqsJobQueue
    from creator_search.adapters.dynamodb.jobs import DynamoDBJobStore

TIMEOUT_SECONDS = 0.8
"""Of one call; shorter than the second that a probe has."""
LEAST_FREE_BYTES = 16 * 1024 * 1024
"""Free disk below which nothing can be stored on one machine."""
LATE_AFTER, DEAD_AFTER = timedelta(minutes=2), timedelta(minutes=10)
"""How long a due job of HIGH or MEDIUM waits for a worker before the workers count as slow, and as down. The sweeper
sends the message of a due job every minute."""
_REFUSED = frozenset({"AccessDenied", "AccessDeniedException", "AccessDeniedFault", "UnauthorizedOperation"})
_HEALTHY = HealthStatus.HEALTHY


def is_refused(error: BaseException) -> bool:
    """Whether AWS refused a call because this process has no permission."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _REFUSED


def unless_refused(probe: Callable[[], Finding]) -> Callable[[], Finding]:
    """Return a probe that finds `unknown` where this process has no permission to probe."""

    def probed() -> Finding:
        try:
            return probe()
        except Exception as error:  # other errors are the caller's
            if is_refused(error):
                return Finding(HealthStatus.UNKNOWN, "this process has no permission to probe it")
            raise

    return probed


def read_item(client: "DynamoDBClient", table: str, **key: str) -> Callable[[], Finding]:
    """Probe a table by reading an item that does not exist, by its key."""

    def probe() -> Finding:
        client.get_item(TableName=table, Key={name: {"S": value} for name, value in key.items()})
        return Finding(_HEALTHY, "read an item")

    return unless_refused(probe)


def read_queue(client: "SQSClient", url: str) -> Callable[[], Finding]:
    def probe() -> Finding:
        client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return Finding(_HEALTHY, "read the attributes of the queue of HIGH")

    return unless_refused(probe)


def write_object(client: "S3Client", bucket: str, cdn_base_url: str, disk: Path | None) -> Callable[[], Finding]:
    """Probe the bucket with an object of a few bytes, and the CDN in front of it with any request. The stand-in of AWS
    keeps objects that it could not write to its disk in memory, so the free disk counts too."""

    def probe() -> Finding:
        if disk is not None and (free := _free_bytes(disk)) is not None and free < LEAST_FREE_BYTES:
            return Finding(HealthStatus.UNHEALTHY, f"the disk is full: {free // (1024 * 1024)} MB are free")
        body = str(int(time.time())).encode()
        client.put_object(Bucket=bucket, Key=PROBE_KEY, Body=body, ContentType="text/plain")
        if not cdn_base_url:
            return Finding(HealthStatus.UNKNOWN, "stored an object; CDN_BASE_URL is not configured")
        problem = _problem_of(cdn_base_url)
        if problem:
            return Finding(HealthStatus.DEGRADED, f"stored an object; the CDN {problem}")
        return Finding(_HEALTHY, "stored an object; the CDN answers")

    return unless_refused(probe)


def _free_bytes(disk: Path) -> int | None:
    import shutil

    try:
        return shutil.disk_usage(disk).free
    except OSError:
        return None


def _problem_of(url: str) -> str | None:
    """Return what is wrong with a web server; None if it answers with a status below 500."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("HEAD", parts.path or "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ssl.SSLError):
        return "does not answer"
    finally:
        connection.close()
    return f"answers {status}" if status >= 500 else None


def connect_providers(
    providers: Mapping[str, tuple[str, str]], load_key: Callable[[str], str | None]
) -> Callable[[], Finding]:
    """Probe the hosts of the providers by connecting, without a request. `providers` maps the name of each to its base
    URL and the name of its key."""

    def probe() -> Finding:
        detail: dict[str, str] = {}
        usable = 0
        for name, (base_url, key) in providers.items():
            if not load_key(key):
                detail[name] = "no key is configured"
            elif _connects(base_url):
                detail[name] = "a key is configured, the host accepts connections"
                usable += 1
            else:
                detail[name] = "a key is configured, the host accepts no connection"
        if usable == len(providers):
            return Finding(_HEALTHY, detail)
        return Finding(HealthStatus.DEGRADED if usable else HealthStatus.UNHEALTHY, detail)

    return probe


def _connects(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), TIMEOUT_SECONDS / 2):
            return True
    except OSError:
        return False


def find_models(folder: Path | None, names: Sequence[str]) -> Callable[[], Finding]:
    """Probe the folders of the models in use."""

    def probe() -> Finding:
        if folder is None:
            return Finding(_HEALTHY, "rules: no MODEL_DIR in this process")
        missing = [name for name in names if not (folder / name / "model.onnx").is_file()]
        if missing:
            return Finding(HealthStatus.DEGRADED, f"rules replace the missing models: {', '.join(missing)}")
        return Finding(_HEALTHY, f"onnx: {', '.join(names)}")

    return probe


def find_waiting_jobs(jobs: "DynamoDBJobStore", queue: "SqsJobQueue", clock: Clock) -> Callable[[], Finding]:
    """Probe the workers: the longest due job of HIGH and MEDIUM that none has claimed, and the dead letters of all
    priorities."""

    def probe() -> Finding:
        now = clock()
        detail: dict[str, str] = {}
        longest = timedelta()
        for priority in (Priority.HIGH, Priority.MEDIUM):
            due = jobs.due_jobs(JobStatus.PENDING, priority, now, 1)
            waited = max((now - job.due_at for job in due), default=timedelta())
            longest = max(longest, waited)
            detail[priority.lower()] = f"a job is due for {waited.total_seconds():.0f} s" if due else "no job is due"
        dead = {priority: queue.load_depth(priority).dead_letter for priority in Priority}
        detail["dead_letters"] = ", ".join(f"{priority.lower()} {number}" for priority, number in dead.items())
        if longest >= DEAD_AFTER:
            return Finding(HealthStatus.UNHEALTHY, detail)
        return Finding(HealthStatus.DEGRADED if longest >= LATE_AFTER else _HEALTHY, detail)

    return probe


def create_probe_client(service: str) -> Any:
    """Create a client for the probes: no retries, and time-outs below a second."""
    from creator_search.adapters.aws.client import create_client

    return create_client(service, connect_timeout=TIMEOUT_SECONDS / 2, read_timeout=TIMEOUT_SECONDS, attempts=1)
