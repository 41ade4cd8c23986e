"""Sending of webhooks to a real receiver on this machine."""

import base64
import hashlib
import hmac
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from creator_search.adapters.webhooks import HttpWebhookSender, random_secret
from creator_search.domain.addresses import AllowList
from creator_search.domain.deliveries import Attempt
from standardwebhooks import Webhook, WebhookVerificationError

from tests.receiver import Receiver, receiving, status

BODY = '{"type": "ping", "data": {"name": "Zoë"}}'
SECRET, OLD_SECRET = random_secret(), random_secret()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def send(url: str, *allowed: str, seconds: float = 5, secrets: tuple[str, ...] = (SECRET,)) -> Attempt:
    sender = HttpWebhookSender(AllowList(allowed), seconds=seconds)
    return sender.send(url, message_id="msg_1", body=BODY, secrets=secrets, at=datetime.now(UTC))


def test_a_message_is_signed_as_standard_webhooks_say(receiver: Receiver) -> None:
    attempt = send(receiver.url, receiver.host)
    assert (attempt.status, attempt.error, attempt.is_success) == (200, None, True)
    [got] = receiver.received
    headers = {name.lower(): value for name, value in got.headers.items()}
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")
    assert Webhook(SECRET).verify(got.body, headers)["type"] == "ping"
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"msg_1.{headers['webhook-timestamp']}.".encode() + got.body
    by_hand = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{by_hand}"


def test_every_secret_that_is_valid_signs(receiver: Receiver) -> None:
    send(receiver.url, receiver.host, secrets=(SECRET, OLD_SECRET))
    [got] = receiver.received
    headers = {name.lower(): value for name, value in got.headers.items()}
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(got.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(random_secret()).verify(got.body, headers)


def test_secrets_are_random_and_have_32_bytes() -> None:
    assert SECRET != OLD_SECRET
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"))) == 32


@pytest.mark.parametrize("number", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(receiver: Receiver, number: int) -> None:
    receiver.answers["/hook"] = status(number, Location=f"http://{receiver.host}/private")
    attempt = send(receiver.url, receiver.host)
    assert (attempt.status, attempt.error, attempt.is_success) == (number, "Redirects are not followed", False)
    assert [got.path for got in receiver.received] == ["/hook"]


@pytest.mark.parametrize("number", [400, 410, 500, 503])
def test_an_error_status_is_reported(receiver: Receiver, number: int) -> None:
    receiver.answers["/hook"] = status(number)
    attempt = send(receiver.url, receiver.host)
    assert (attempt.status, attempt.error) == (number, f"The receiver answered {number}")


def hang(receiver: Receiver) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(_: BaseHTTPRequestHandler) -> None:
        receiver.stopping.wait()

    return answer


def drip(receiver: Receiver) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not receiver.stopping.wait(0.02):
            handler.wfile.write(b"x")

    return answer


@pytest.mark.parametrize("kind", [hang, drip])
def test_a_receiver_that_does_not_answer_in_time_ends_the_attempt(receiver: Receiver, kind: Any) -> None:
    """Also one that goes on sending a little."""
    receiver.answers["/hook"] = kind(receiver)
    attempt = send(receiver.url, receiver.host, seconds=0.4)
    assert (attempt.status, attempt.error) == (None, "The receiver did not answer in time")


def test_an_endless_body_is_not_read(receiver: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not receiver.stopping.is_set():
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    receiver.answers["/hook"] = endless
    assert send(receiver.url, receiver.host, seconds=30).is_success


def test_an_answer_that_is_not_http_is_a_failure(receiver: Receiver) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"hello\r\n\r\n")

    receiver.answers["/hook"] = answer
    attempt = send(receiver.url, receiver.host)
    assert (attempt.status, attempt.error) == (None, "The receiver did not answer with valid HTTP")


def test_a_closed_port_is_a_failure() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    assert send(f"http://{host}/", host).error == "The connection failed"


def test_a_receiver_without_tls_is_a_failure(receiver: Receiver) -> None:
    assert send(f"https://{receiver.host}/hook", receiver.host).error == "The connection failed"
    assert receiver.received == []


def test_an_address_that_is_no_longer_on_the_allow_list_is_refused(receiver: Receiver) -> None:
    attempt = send(receiver.url)
    assert attempt.status is None and attempt.error == "url: must be an https URL"
    assert send(f"https://{receiver.host}/").error == "url: must not be a private address"
    assert receiver.received == []


def resolving_to(*answers: str) -> Callable[..., Any]:
    left = list(answers)

    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    return resolve


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "64:ff9b::7f00:1", "::7f00:1", "::ffff:7f00:1"])
def test_a_name_that_resolves_to_a_private_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(address))
    attempt = send("https://hooks.example/")
    assert attempt.error == "host resolves to an address that is not public"


def test_a_name_that_does_not_resolve_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert send("https://hooks.example/").error == "host does not resolve"


def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look-up of the name would answer with the private address of the receiver."""
    port = int(receiver.host.rsplit(":", 1)[1])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("93.184.215.14", "127.0.0.1"))
    monkeypatch.setattr(socket, "create_connection", connect)
    assert send(f"https://hooks.example:{port}/").error == "The connection failed"
    assert connected == [("93.184.215.14", port)]
    assert receiver.received == []
