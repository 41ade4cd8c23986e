"""Downloads images from untrusted hosts.

Only hosts on the allow-list, public addresses and valid images of limited size are accepted. The connection goes to the
address that was checked, so a name that resolves differently the second time has no effect.
"""

import io
import threading
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from creator_search.adapters.addresses import AddressRefused, PinnedBackend, resolve_public
from creator_search.adapters.images.jpeg import whole_jpeg_size
from creator_search.domain.addresses import AllowList, parse_address
from creator_search.domain.clock import Clock
from creator_search.domain.errors import ImageRejected

MAX_BYTES = 5 * 1024 * 1024
MIN_SIDE = 8
MAX_SIDE = 4096
MAX_REDIRECTS = 3
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_JPEG_QUALITY = 90
# An image of the largest size takes 50 MB when decoded, so only one is decoded at a time.
_decoding = threading.Lock()


def safe_address(host: str, port: int) -> str:
    """Return the address to connect to. An address on the list is trusted; a name must resolve only to public
    addresses. Raises ImageRejected.
    """
    if parse_address(host.removeprefix("[").removesuffix("]")) is not None:
        return host
    try:
        return resolve_public(host, port)
    except AddressRefused as error:
        raise ImageRejected(str(error)) from error


class HttpImageSource:
    """Implements ImageSource over one guarded connection pool."""

    def __init__(self, *, allow: AllowList, timeout_seconds: float, clock: Clock) -> None:
        import httpcore

        self._allow = allow
        self._timeout = timeout_seconds
        self._clock = clock
        self._pool = httpcore.ConnectionPool(
            network_backend=PinnedBackend(safe_address),  # type: ignore[arg-type]
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

    A plain JPEG is accepted by its structure, and not decoded. The dimensions in the header of any other file are
    checked before decoding, so a decompression bomb is never decoded.
    """
    if size := whole_jpeg_size(body):
        _check_size(*size)
        return body
    return _decoded(body)


def _check_size(width: int, height: int) -> None:
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ImageRejected(f"image of {width} x {height} pixels is out of range")


def _decoded(body: bytes) -> bytes:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as image:
            _check_size(*image.size)
            with _decoding:
                if image.format == "JPEG":
                    # Grey and at an eighth of the size: all of the file is read, for half of the processor time.
                    image.draft("L", (1, 1))
                    image.load()
                    return body
                image.load()
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
