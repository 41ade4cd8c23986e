"""An HTTP server in place of a service of AWS: it gives the answers that a test sets, and keeps what it was asked."""

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """`connection` is equal for requests of one connection. The names of headers are in lower case."""

    connection: Any
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(self.client_address, self.command, self.path, headers, body))  # type: ignore[attr-defined]
        answer: Answer = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_POST = do_PUT = _answer

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def scripted_service(*answers: Answer) -> Iterator[tuple[str, list[Asked]]]:
    """Yield the URL of a server with these answers, and what it was asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.answers, server.asked = list(answers), []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.asked  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
