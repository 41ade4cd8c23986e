"""Connections to hosts that others name: only to addresses that were checked.

A connection goes to the address that was checked, so a name that resolves differently the second time has no effect.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from creator_search.domain.addresses import is_public, parse_address

if TYPE_CHECKING:
    import ssl

    import httpcore

RESOLVE_SECONDS = 3.0


class AddressRefused(Exception):
    """The host has no address that may be connected to; the message is the reason."""


def resolve(host: str, port: int, seconds: float = RESOLVE_SECONDS) -> list[str]:
    """Return the addresses of a host. Raises AddressRefused, also if the resolver does not answer in time."""
    found: list[str] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):  # UnicodeError: a label of the name is too long
            found.extend(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive() or not found:
        raise AddressRefused("host does not resolve")
    return found


def resolve_public(host: str, port: int, seconds: float = RESOLVE_SECONDS) -> str:
    """Return an address of a host that has only public addresses. Raises AddressRefused."""
    found = resolve(host, port, seconds)
    # Every address is checked: a name with a public and a private address could be used to reach the private one.
    for text in found:
        address = parse_address(text.split("%")[0])
        if address is None or not is_public(address):
            raise AddressRefused("host resolves to an address that is not public")
    return found[0]


class PinnedBackend:
    """A network backend of httpcore that connects to the address that `choose` returns for a host and port. With
    `until` (of time.monotonic), everything on its connections ends then, however little is sent at a time."""

    def __init__(self, choose: Callable[[str, int], str], until: float | None = None) -> None:
        import httpcore

        self._choose = choose
        self._until = until
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "httpcore.NetworkStream":
        address = self._choose(host, port)
        if self._until is None:
            return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
        left = _left(self._until, timeout)
        stream = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
        return _TimedStream(stream, self._until)  # type: ignore[return-value]

    def connect_unix_socket(self, *_: Any, **__: Any) -> "httpcore.NetworkStream":
        raise AddressRefused("host is not allowed")

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class _TimedStream:
    def __init__(self, stream: "httpcore.NetworkStream", until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: "ssl.SSLContext", server_hostname: str | None = None, timeout: float | None = None
    ) -> "_TimedStream":
        left = _left(self._until, timeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    import httpcore

    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left if timeout is None else min(left, timeout)
