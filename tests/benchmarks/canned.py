"""A server that answers calls of DynamoDB with items that are ready: what remains is the CPU time of the caller."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Canned(BaseHTTPRequestHandler):
    """`argv[1]` is the file with the item of every GetItem."""

    protocol_version = "HTTP/1.1"
    answers: dict[str, bytes]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.answers[self.headers["X-Amz-Target"].rpartition(".")[2]]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: Any) -> None:
        return


def main() -> None:
    with open(sys.argv[1]) as file:
        item = json.load(file)
    counted = {"Attributes": {"taken": {"N": "7"}}}
    Canned.answers = {
        "GetItem": json.dumps({"Item": item}).encode(),
        "UpdateItem": json.dumps(counted).encode(),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canned)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
