"""A small HTTP server with the answers that a test sets."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A JSON body, or a stream of events, that stays open after its last event until the server stops if `stays`."""

    status: int = 200
    body: Any = None
    events: Sequence[str] | None = None
    stays: bool = False


@dataclass
class AnsweringServer:
    """Gives the answers of a path in order and repeats the last one."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def next_answer(self, path: str) -> Answer:
        self.requests.append(path)
        found = self.answers.get(path, [Answer(404, {"success": False, "error": "This path does not exist"})])
        return found.pop(0) if len(found) > 1 else found[0]


@contextmanager
def answering(**paths: Sequence[Answer]) -> Iterator[AnsweringServer]:
    """Serve on a free port: `health` is /api/health, `metrics` is the stream of metrics, `request` and `status` are
    those of the creator ada."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = served.next_answer(self.path)
            self.send_response(answer.status)
            if answer.events is None:
                body = json.dumps(answer.body).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for event in answer.events:
                self.wfile.write(event.encode())
                self.wfile.flush()
            if answer.stays:
                served.stopping.wait()

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    names = {
        "health": "/api/health",
        "metrics": "/api/streaming/metrics",
        "request": "/api/profile/ada/request?source=frontend",
        "status": "/api/profile/ada/status",
    }
    served = AnsweringServer(
        f"http://127.0.0.1:{server.server_address[1]}", {names[name]: list(given) for name, given in paths.items()}
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        served.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
