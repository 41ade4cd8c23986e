"""CPU time of one invocation for a cached profile and for a page of posts: ours, the reads without documents, and a raw
signed call.
"""

import hashlib
import hmac
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from creator_search.adapters.aws.client import create_client
from creator_search.adapters.aws.lean_items import LeanItems
from creator_search.adapters.dynamodb.items import to_wire
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPERATIONS, Table, environment_name, folder, operation
from mangum import Mangum
from rich.console import Console
from rich.table import Table as Printed

from infra.local.context import LocalContext
from infra.toolkit import ROOT
from tests.proxy_events import proxy_event

ROUNDS, CALLS = 15, 100
REGION, KEY, SECRET = "us-east-1", "test", "test"
EXAMPLE = ROOT / "functions" / "api" / "get_profile" / "example.json"
HELLO = """
import fastapi, mangum
app = fastapi.FastAPI()
@app.get("/")
def hello() -> dict[str, str]:
    return {"hello": "world"}
handler = mangum.Mangum(app, lifespan="off")
"""
out = Console(highlight=False, soft_wrap=True, width=120)


def run() -> None:
    with _canned_store() as port:
        _invocations(port)
    _initialization()


@contextmanager
def _canned_store() -> Iterator[int]:
    """Run the server, and set the environment for a process that uses it as its store."""
    names = {environment_name(table): str(table) for table in Table}
    queues = {f"QUEUE_PROFILE_{name}": f"http://127.0.0.1/{name}" for name in ("HIGH", "MEDIUM", "LOW")}
    os.environ |= {
        **names,
        **queues,
        **{f"{name}_DEAD_LETTER": f"{url}-dead" for name, url in queues.items()},
        "BUCKET_DOCUMENTS": "documents",
        "CDN_BASE_URL": "https://cdn.test",
        "CURSOR_KEY": "a key for measurements",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "LOG_LEVEL": "CRITICAL",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.canned"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        port = int(server.stdout.readline())
        os.environ |= {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": "get_profile",
        }
        yield port
    finally:
        server.terminate()
        server.wait()


class NoRecords:
    """Records nothing of what callers do."""

    def record_opening(self, subject: str, username: str) -> None:
        return

    def finish(self, longest_wait: timedelta) -> None:
        return


class Invocation:
    """Invocations of a handler with a plain request, each of which reads the store unless the document is in memory."""

    def __init__(
        self,
        handler: Callable[[Any, Any], Any],
        kind: str,
        name: str = "get_profile",
        *,
        query: dict[str, str] | None = None,
        from_memory: bool = False,
    ) -> None:
        self._handler = handler
        self._event = proxy_event(operation(name))
        self._event["requestContext"]["authorizer"]["kind"] = kind
        self._event["queryStringParameters"] = query
        self._records = kind == "user"
        self._from_memory = from_memory

    def __call__(self) -> None:
        parts = vars(process_container())
        if not self._records:
            parts["activity_recorder"] = NoRecords()
        elif isinstance(parts.get("activity_recorder"), NoRecords):
            del parts["activity_recorder"]
        if not self._from_memory:
            process_container().kept_documents.forget_documents("ada")
        answer = self._handler(self._event, LocalContext("get_profile", 28))
        assert answer["statusCode"] == 200, answer


def _invocations(port: int) -> None:
    from functions.api.get_posts.handler import handler as posts
    from functions.api.get_profile.handler import handler as stored
    from functions.api.get_profile.operation import handler as framework
    from tests.benchmarks import naive

    rebuilt = Mangum(naive.app, lifespan="off")
    client = create_client("dynamodb", attempts=1)
    lean = LeanItems(client)
    key = to_wire({"username": "ada", "item": "document#profile"})
    request = json.dumps({"TableName": "profiles", "Key": key, "ConsistentRead": False}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    arms: dict[str, Callable[[], object]] = {
        "a raw signed call": lambda: _raw(connection, request),
        "botocore's signer over a kept connection": lambda: _lean(connection, request),
        "a lean GetItem": lambda: lean.get_item(TableName="profiles", Key=key, ConsistentRead=False),
        "boto3's GetItem": lambda: client.get_item(TableName="profiles", Key=key, ConsistentRead=False),
        "the document without the framework": Invocation(stored, "local"),
        "the document with the framework": Invocation(framework, "local"),
        "without the framework, counted and recorded": Invocation(stored, "user"),
        "with the framework, counted and recorded": Invocation(framework, "user"),
        "six calls of boto3, models rebuilt": Invocation(rebuilt, "local"),
        "20 of 100 posts": Invocation(posts, "local", "get_posts"),
        "21 of 100 posts, from the rows": Invocation(posts, "local", "get_posts", query={"limit": "21"}),
        "20 of 100 posts, two calls of boto3, models rebuilt": Invocation(rebuilt, "local", "get_posts"),
    }
    taken = measured(arms)
    floor = taken["a raw signed call"]
    printed = Printed("one invocation", "CPU ms", "of a raw signed call", title="CPU, medians")
    for name, milliseconds in taken.items():
        printed.add_row(name, f"{milliseconds:.3f}", f"{milliseconds / floor:.1f}")
    out.print(printed)
    for with_, without in (
        ("six calls of boto3, models rebuilt", "the document without the framework"),
        ("20 of 100 posts, two calls of boto3, models rebuilt", "20 of 100 posts"),
        ("21 of 100 posts, from the rows", "20 of 100 posts"),
        ("the document with the framework", "the document without the framework"),
        ("with the framework, counted and recorded", "without the framework, counted and recorded"),
    ):
        out.print(f"{with_}: {taken[with_] / taken[without]:.2f} × {without}")
    saved = taken["boto3's GetItem"] - taken["a lean GetItem"]
    share = 100 * saved / (taken["the document without the framework"] + saved)
    out.print(f"The lean read saves {saved:.3f} ms of the invocation without the framework, {share:.0f} %")


def measured(arms: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the CPU time of one call of each arm in milliseconds: medians of rounds, in which the arms take turns."""
    rounds: dict[str, list[float]] = {name: [] for name in arms}
    with redirect_stdout(StringIO()):
        for call in arms.values():
            for _ in range(20):
                call()
        for _ in range(ROUNDS):
            for name, call in arms.items():
                started = time.process_time()
                for _ in range(CALLS):
                    call()
                rounds[name].append(1000 * (time.process_time() - started) / CALLS)
    return {name: sorted(found)[len(found) // 2] for name, found in rounds.items()}


def _raw(connection: http.client.HTTPConnection, body: bytes) -> Any:
    """Sign with the standard library alone. Source: AWS, "Create a signed AWS API request"."""
    at = datetime.now(UTC)
    stamp, day, host = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d"), f"{connection.host}:{connection.port}"
    target, scope = "DynamoDB_20120810.GetItem", f"{day}/{REGION}/dynamodb/aws4_request"
    signed = "host;x-amz-date;x-amz-target"
    digest = hashlib.sha256(body).hexdigest()
    canonical = f"POST\n/\n\nhost:{host}\nx-amz-date:{stamp}\nx-amz-target:{target}\n\n{signed}\n{digest}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (day, REGION, "dynamodb", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, Signature={signature}"
    headers = {"X-Amz-Date": stamp, "X-Amz-Target": target, "Authorization": authorization}
    return _sent(connection, body, {**headers, "Content-Type": "application/x-amz-json-1.0"})


def _lean(connection: http.client.HTTPConnection, body: bytes) -> Any:
    headers = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", f"http://{connection.host}:{connection.port}/", headers, body)
    SigV4Auth(Credentials(KEY, SECRET), "dynamodb", REGION).add_auth(request)
    return _sent(connection, body, dict(request.headers.items()))


def _sent(connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> Any:
    connection.request("POST", "/", body, headers)
    return json.loads(connection.getresponse().read())


def _initialization() -> None:
    """Compare the CPU time that the functions of reads take to import, without boto3, with that of a minimal app."""
    rows = [row for row in OPERATIONS if row.tag in ("reading", "similar") and row.method == "GET"]
    codes = {row.name: f"import {folder(row).replace('/', '.')}.handler" for row in rows}
    taken = {name: _import_seconds(code) for name, code in {"hello": HELLO, **codes}.items()}
    ratios = {row.name: taken[row.name] / taken["hello"] for row in rows}
    stored = ", ".join(f"{row.name} {ratios[row.name]:.2f}" for row in rows if row.document)
    others = sorted(ratios[row.name] for row in rows if not row.document)
    out.print(f"Import, of a FastAPI and Mangum hello ({1000 * taken['hello']:.0f} ms CPU): {stored}; ", end="")
    out.print(f"the reads with the framework {others[0]:.2f} to {others[-1]:.2f}")


def _import_seconds(code: str, times: int = 2) -> float:
    """Return the least CPU time of some runs in processes of their own."""
    script = f"import time\nstarted = time.process_time()\n{code}\nprint(time.process_time() - started)"
    return min(
        float(subprocess.run([sys.executable, "-c", script], cwd=Path(ROOT), check=True, capture_output=True).stdout)
        for _ in range(times)
    )
