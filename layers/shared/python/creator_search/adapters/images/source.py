"""Downloads images from untrusted hosts.

Only hosts on the allow-list, public addresses and valid images of limited size are accepted. The connection goes to the
address that was checked, so a name that resolves differently the second time has no effect.
"""

import io
import ipaddress
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ImageRejected

if TYPE_CHECKING:
    import httpcore

MAX_BYTES = 5 * 1024 * 1024
MIN_SIDE = 8
MAX_SIDE = 4096
MAX_REDIRECTS = 3
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_JPEG_QUALITY = 90
# An image of the largest size takes 50 MB when decoded, so only one is decoded at a time.
_decoding = threading.Lock()


@dataclass(frozen=True, slots=True)
class AllowList:
    """Host names (`a.example`), wildcards for all subdomains (`*.b.example`) and IP addresses, each with or without a
    port.
    """

    entries: tuple[str, ...]

    def admits(self, host: str, port: int) -> bool:
        shown = f"[{host}]" if ":" in host else host
        for entry in self.entries:
            if entry.startswith("*.") and (host.endswith(entry[1:]) or f"{host}:{port}".endswith(entry[1:])):
                return True
            if entry in (host, shown, f"{shown}:{port}"):
                return True
        return False


class GuardedBackend:
    """A network backend that connects only to addresses that it has checked."""

    def __init__(self) -> None:
        import httpcore

        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "httpcore.NetworkStream":
        address = safe_address(host, port)
        return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(self, *_: Any, **__: Any) -> "httpcore.NetworkStream":
        raise ImageRejected("host is not allowed")

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


def safe_address(host: str, port: int) -> str:
    """Return the address to connect to. An address on the list is trusted; a name must resolve only to public
    addresses. Raises ImageRejected.
    """
    if _is_address(host):
        return host
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise ImageRejected("host does not resolve") from error
    # Every address is checked: a name with a public and a private address could be used to reach the private one.
    if not found or not all(_is_public(address) for address in found):
        raise ImageRejected("host resolves to an address that is not public")
    return found[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return bool((mapped or ip).is_global and ip.is_global and not ip.is_multicast)


class HttpImageSource:
    """Implements ImageSource over one guarded connection pool."""

    def __init__(self, *, allow: AllowList, timeout_seconds: float, clock: Clock) -> None:
        import httpcore

        self._allow = allow
        self._timeout = timeout_seconds
        self._clock = clock
        self._pool = httpcore.ConnectionPool(
            network_backend=GuardedBackend(),  # type: ignore[arg-type]
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=30,
        )

    def fetch_image(self, url: str, deadline: datetime) -> bytes:
        import httpcore

        until = min(deadline.timestamp(), self._clock().timestamp() + self._timeout)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                target = self._checked(url)
                body, redirect = self._get(target, until)
                if redirect is None:
                    return as_jpeg(body)
                url = urljoin(target, redirect)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise ImageRejected("host does not answer") from error
        except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError, ValueError, UnicodeError) as error:
            raise ImageRejected("address is not valid") from error
        raise ImageRejected("too many redirects")

    def _checked(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise ImageRejected("address is not valid")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not self._allow.admits(parts.hostname.lower().rstrip("."), port):
            raise ImageRejected("host is not on the allow-list")
        return url

    def _get(self, url: str, until: float) -> tuple[bytes, str | None]:
        """Return the body, and the target if the response is a redirect."""
        left = max(0.001, until - self._clock().timestamp())
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), left)
        headers = [("Accept", "image/*"), ("User-Agent", "creator-search"), ("Accept-Encoding", "identity")]
        with self._pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as response:
            fields = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in (301, 302, 303, 307, 308) and b"location" in fields:
                return b"", fields[b"location"]
            if response.status != 200:
                raise ImageRejected(f"host answered {response.status}")
            declared = fields.get(b"content-length", "")
            if declared.isdigit() and int(declared) > MAX_BYTES:
                raise ImageRejected("image is larger than 5 MB")
            body = bytearray()
            for chunk in response.iter_stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ImageRejected("image is larger than 5 MB")
                if self._clock().timestamp() > until:
                    raise ImageRejected("host is too slow")
            return bytes(body), None


def as_jpeg(body: bytes) -> bytes:
    """Return the image as JPEG: a JPEG unchanged, any other format converted. Raises ImageRejected.

    The dimensions in the header are checked before decoding, so a decompression bomb is never decoded.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as image:
            width, height = image.size
            if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
                raise ImageRejected(f"image of {width} x {height} pixels is out of range")
            with _decoding:
                image.load()
                if image.format == "JPEG":
                    return body
                converted = io.BytesIO()
                image.convert("RGB").save(converted, "JPEG", quality=_JPEG_QUALITY)
                return converted.getvalue()
    except ImageRejected:
        raise
    except Image.DecompressionBombError as error:
        raise ImageRejected("image has too many pixels") from error
    except Exception as error:
        # Pillow's decoders raise many kinds of errors for crafted files.
        raise ImageRejected("not an image") from error
