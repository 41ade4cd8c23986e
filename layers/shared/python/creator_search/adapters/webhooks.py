"""Sends signed messages to the receivers of webhooks, whose addresses callers choose."""

import base64
import os
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from creator_search.adapters.addresses import AddressRefused, PinnedBackend, resolve, resolve_public
from creator_search.domain.addresses import AllowList, is_public, parse_address
from creator_search.domain.deliveries import Attempt
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.webhook_urls import WebhookUrl, parse_webhook_url

if TYPE_CHECKING:
    import httpcore

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
_MAX_READ = 16 * 1024
"""Bytes of a body that are read, and not used: some servers take it for an error when nobody reads their answer."""
_REDIRECTS = range(300, 400)


def random_secret() -> str:
    """Return a new secret of 32 bytes in the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(os.urandom(32)).decode()}"


class HttpWebhookSender:
    """Implements WebhookSender, as Standard Webhooks describes it. Redirects are not followed. Every attempt has a
    connection of its own, so that no other one waits for it."""

    def __init__(self, allow: AllowList, *, connect_seconds: float = CONNECT_SECONDS, seconds: float = TOTAL_SECONDS):
        self._allow = allow
        self._connect_seconds = connect_seconds
        self._seconds = seconds

    def send(self, url: str, *, message_id: str, body: str, secrets: Sequence[str], at: datetime) -> Attempt:
        started = time.monotonic()
        status: int | None = None
        try:
            target = parse_webhook_url(url, self._allow)  # the allow-list may have changed since the registration
            status, error = self._post(target, _headers(message_id, body, secrets, at), body.encode(), started)
        except (AddressRefused, InvalidParameter) as refusal:
            error = str(refusal)
        return Attempt(status, round(1000 * (time.monotonic() - started)), error)

    def _post(
        self, target: WebhookUrl, headers: list[tuple[str, str]], body: bytes, started: float
    ) -> tuple[int | None, str | None]:
        import httpcore

        until = started + self._seconds
        timeout = {"connect": self._connect_seconds, "read": None, "write": None, "pool": None}
        backend = PinnedBackend(lambda host, port: self._address(target, host, port), until)
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend, max_connections=1) as pool,  # type: ignore[arg-type]
                pool.stream("POST", target.text, headers=headers, content=body, extensions={"timeout": timeout}) as got,
            ):
                _drain(got)
                if got.status in _REDIRECTS:
                    return got.status, "Redirects are not followed"
                return got.status, None if 200 <= got.status < 300 else f"The receiver answered {got.status}"
        except httpcore.TimeoutException:
            return None, "The receiver did not answer in time"
        except (httpcore.NetworkError, OSError):
            return None, "The connection failed"
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError):
            return None, "The receiver did not answer with valid HTTP"

    def _address(self, target: WebhookUrl, host: str, port: int) -> str:
        """Return the address to connect to. Raises AddressRefused."""
        if target.is_trusted:
            return resolve(host, port, self._connect_seconds)[0]
        literal = parse_address(host.removeprefix("[").removesuffix("]"))
        if literal is None:
            return resolve_public(host, port, self._connect_seconds)
        if not is_public(literal):
            raise AddressRefused("the address is not public")
        return str(literal)


def _headers(message_id: str, body: str, secrets: Sequence[str], at: datetime) -> list[tuple[str, str]]:
    from standardwebhooks import Webhook

    signatures = " ".join(Webhook(secret).sign(message_id, at, body) for secret in secrets)
    return [
        ("Content-Type", "application/json"),
        ("User-Agent", "creator-search"),
        ("webhook-id", message_id),
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", signatures),
    ]


def _drain(response: "httpcore.Response") -> None:
    """Read the beginning of the body. The status is known already: failures do not matter."""
    import httpcore

    read = 0
    try:
        for chunk in response.iter_stream():
            read += len(chunk)
            if read > _MAX_READ:
                return
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return
