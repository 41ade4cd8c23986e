"""A collection of OpenSearch Serverless: a search engine that is not ours, behind a front that verifies signatures.

The engine is noida-db, which answers the requests of Elasticsearch 8. The front computes the signature as "Create a
signed AWS API request" (AWS, IAM user guide) describes it, without botocore, which signs in the adapter.
"""

import hashlib
import hmac
import http.client
import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import SEARCH_ENDPOINT, SEARCH_INDEX

from infra.local.processes import answers, free_port, wait_until

ACCESS_KEY, SECRET_KEY, REGION = "test", "test", "us-east-1"  # those of tests/conftest.py
_DIGEST = "x-amz-content-sha256"


@dataclass
class Collection:
    engine_port: int
    port: int = 0
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    """Method, path and body of what was sent to the engine; a body of lines is a list."""
    scripted: list[tuple[int, bytes]] = field(default_factory=list)
    """Answers to the next requests in place of the engine's: status and body."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.engine_port, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def refresh(self) -> None:
        """Let searches find what was written. The service does so by itself, some seconds later."""
        assert self.send("POST", f"/{SEARCH_INDEX}/_refresh")[0] == 200

    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        self.refresh()
        _, answer = self.send("POST", f"/{SEARCH_INDEX}/_search", b'{"size": 1000}')
        return {hit["_id"]: hit["_source"] for hit in json.loads(answer)["hits"]["hits"]}

    def clear(self) -> None:
        self.send("DELETE", f"/{SEARCH_INDEX}")
        self.requests.clear()
        self.scripted.clear()


def refusal(method: str, path: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return why the service would refuse the request, or None."""
    given = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    if given.get(_DIGEST) != hashlib.sha256(body).hexdigest():
        return f"{_DIGEST} is not the digest of the body"
    scheme, _, parts = given.get("authorization", "").partition(" ")
    fields = dict(part.strip().split("=", 1) for part in parts.split(",")) if parts else {}
    scope = f"{given.get('x-amz-date', '')[:8]}/{REGION}/aoss/aws4_request"
    if scheme != "AWS4-HMAC-SHA256" or fields.get("Credential") != f"{ACCESS_KEY}/{scope}":
        return "not signed for the service and its region"
    names = fields["SignedHeaders"].split(";")
    if not {"host", "x-amz-date", _DIGEST} <= set(names):
        return "a header is not signed"
    lines = "".join(f"{name}:{given[name]}\n" for name in names)
    canonical = "\n".join([method, path, "", lines, fields["SignedHeaders"], given[_DIGEST]])
    text = "\n".join([scheme, given["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = reduce(
        lambda k, part: hmac.digest(k, part.encode(), "sha256"), scope.split("/"), f"AWS4{SECRET_KEY}".encode()
    )
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    return None if hmac.compare_digest(signature, fields["Signature"]) else "the signature does not match"


def _front(collection: Collection) -> ThreadingHTTPServer:
    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one piece: the second one would wait for an acknowledgement

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            why = refusal(self.command, self.path, dict(self.headers), body)
            if why:
                status, content = (
                    403,
                    json.dumps({"status": 403, "error": {"type": "Forbidden", "reason": why}}).encode(),
                )
            else:
                kind = self.headers["Content-Type"]
                lines = [json.loads(line) for line in body.splitlines()]
                collection.requests.append((self.command, self.path, lines if "ndjson" in kind else lines[0]))
                scripted = collection.scripted.pop(0) if collection.scripted else None
                status, content = scripted or collection.send(self.command, self.path, body, kind)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = _answer

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Front)


@contextmanager
def running(folder: Path) -> Iterator[Collection]:
    binary, port = Path(str(files("noida_db"))) / "noida-db", free_port(0)
    binary.chmod(0o755)
    process = subprocess.Popen(
        [binary, "start", "--only", "elasticsearch", "--elasticsearch-port", str(port), "--data-dir", folder],
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    collection = Collection(port)
    server = _front(collection)
    collection.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, "the search engine")
        assert process.poll() is None
        yield collection
    finally:
        server.shutdown()
        server.server_close()
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def running_collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with running(tmp_path_factory.mktemp("collection")) as found:
        yield found


@pytest.fixture
def collection(running_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """An empty collection, which the environment names."""
    running_collection.clear()
    monkeypatch.setenv(SEARCH_ENDPOINT, running_collection.url)
    return running_collection
