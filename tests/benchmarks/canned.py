"""A DynamoDB that answers a call from memory when it was made before: what remains is the CPU time of the caller.

It has one creator, `ada`. An answer is made by moto at the first call; a write is made once, and has the same answer
later.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, ClassVar

import boto3
from creator_search.bootstrap.process import process_container
from moto import mock_aws

from infra.local.resources import provision
from tests.seeds import numbered_post, store_creator

POSTS = 100


class Canned(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, bytes]] = {}
    lock = Lock()
    client: Any

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers["X-Amz-Target"].rpartition(".")[2]
        # The values of writes contain times.
        key = f"{target} {json.loads(asked)['UpdateExpression'] if target == 'UpdateItem' else asked.decode()}"
        with self.lock:
            body = self.answers.get(key) or self.answers.setdefault(key, self._made(target, asked))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def _made(self, target: str, asked: bytes) -> bytes:
        found = self.client._make_api_call(target, json.loads(asked))
        return json.dumps({name: value for name, value in found.items() if name != "ResponseMetadata"}).encode()

    def log_message(self, format: str, *args: Any) -> None:
        return


def main() -> None:
    with mock_aws():
        provision()
        store_creator(*map(numbered_post, range(POSTS)))
        process_container.cache_clear()
        Canned.client = boto3.client("dynamodb")
        server = ThreadingHTTPServer(("127.0.0.1", 0), Canned)
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
