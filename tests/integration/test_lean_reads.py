"""The lean GetItem has the answers and errors of boto3's client."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from creator_search.adapters.aws.client import create_client
from creator_search.adapters.aws.lean import LeanReads

ITEMS: dict[str, dict[str, Any]] = {
    "texts": {"text": {"S": 'quoted "B": and \\ and \u2028 ü 🔥'}, "empty": {"S": ""}},
    "numbers": {"whole": {"N": "12345678901234567890"}, "part": {"N": "0.1"}},
    "nested": {"map": {"M": {"B": {"S": "x"}, "list": {"L": [{"BOOL": True}, {"NULL": True}]}}}},
    "sets": {"texts": {"SS": ["a", "b"]}, "numbers": {"NS": ["1", "2"]}},
    "binary": {"bytes": {"B": b"\x00\xff"}},
    "binaries": {"map": {"M": {"set": {"BS": [b"\x00", b"\x01"]}}}},
}


def key(item: str) -> dict[str, Any]:
    return {"username": {"S": "ada"}, "item": {"S": item}}


@pytest.fixture
def clients(aws: dict[str, str]) -> tuple[Any, Any]:
    """The lean client, and the one of boto3."""
    client = create_client("dynamodb", attempts=1)
    for name, values in ITEMS.items():
        client.put_item(TableName="profiles", Item={**key(name), **values})
    return LeanReads(client), client


def test_a_lean_read_returns_what_the_client_returns(clients: tuple[Any, Any]) -> None:
    for name in (*ITEMS, "absent"):
        for more in ({}, {"ConsistentRead": True}, {"ProjectionExpression": "username"}):
            lean, client = (found.get_item(TableName="profiles", Key=key(name), **more) for found in clients)
            assert lean.get("Item") == client.get("Item")
            assert ("Item" in lean) == (name != "absent")


@pytest.mark.parametrize(
    "arguments",
    [
        {"TableName": "nothing", "Key": key("texts")},
        {"TableName": "profiles", "Key": {"username": {"S": "ada"}}},
    ],
)
def test_a_refused_lean_read_raises_the_error_of_the_client(clients: tuple[Any, Any], arguments: Any) -> None:
    errors = []
    for found in clients:
        with pytest.raises(ClientError) as raised:
            found.get_item(**arguments)
        errors.append((raised.value.response["Error"]["Code"], raised.value.operation_name))
    assert errors[0] == errors[1]


def test_what_watches_the_calls_of_the_client_sees_lean_ones_once(clients: tuple[Any, Any]) -> None:
    lean, client = clients
    seen: list[str] = []
    client.meta.events.register("before-call", lambda model, **_: seen.append(model.name))
    client.meta.events.register("before-send", lambda request, **_: seen.append(request.method))
    lean.get_item(TableName="profiles", Key=key("texts"))
    assert seen == ["GetItem", "POST"]


class Signed(http.server.BaseHTTPRequestHandler):
    """Answers with what the server has, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.client_address, dict(self.headers)))  # type: ignore[attr-defined]
        status, body = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def store(*answers: tuple[int, bytes]) -> Iterator[tuple[Any, list[Any]]]:
    """A lean client of a server with these answers, and what it was asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Signed) as server:
        server.daemon_threads = True
        server.answers, server.asked = list(answers), []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{server.server_port}")
        try:
            yield LeanReads(client), server.asked  # type: ignore[attr-defined]
        finally:
            client.close()
            server.shutdown()
            thread.join()


FOUND = (200, b'{"Item": {"username": {"S": "ada"}}}')


def test_lean_reads_are_signed_and_share_a_connection() -> None:
    with store(FOUND, FOUND) as (lean, asked):
        for _ in range(2):
            assert lean.get_item(TableName="t", Key=key("x")) == {"Item": {"username": {"S": "ada"}}}
    (first, headers), (second, _) = asked
    assert first == second
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=test/")
    assert "/us-east-1/dynamodb/aws4_request" in headers["Authorization"]


@pytest.mark.parametrize("status", [301, 400, 403, 429, 500, 503])
def test_an_unusual_answer_is_left_to_the_client_which_asks_again(status: int) -> None:
    with store((status, b"{}"), FOUND) as (lean, asked):
        assert lean.get_item(TableName="t", Key=key("x"))["Item"] == {"username": {"S": "ada"}}
    assert len(asked) == 2


def test_a_connection_that_fails_raises_the_error_of_the_client() -> None:
    with store() as (lean, _):
        pass
    with pytest.raises(EndpointConnectionError):
        lean.get_item(TableName="t", Key=key("x"))


def test_a_client_without_the_parts_it_needs_is_asked_itself(clients: tuple[Any, Any]) -> None:
    class Other:
        """A client of another version of boto3."""

        meta = clients[1].meta
        get_item: Callable[..., Any] = clients[1].get_item

    assert LeanReads(Other()).get_item(TableName="profiles", Key=key("texts"))["Item"]["empty"] == {"S": ""}
