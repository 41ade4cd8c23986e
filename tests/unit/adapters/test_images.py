"""Image hosts are not trusted: unacceptable images are refused, within limits of time and memory."""

import io
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from creator_search.adapters.images.source import HttpImageSource, as_jpeg, safe_address
from creator_search.domain.addresses import AllowList
from creator_search.domain.errors import ImageRejected
from PIL import Image

from infra.local.sandbox.pictures import bomb, picture
from tests.fakes import jpeg


class _Host(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path:
            case "/good.jpg":
                self._send(jpeg())
            case "/good.png":
                self._send(jpeg(image_format="PNG"), "image/png")
            case "/to-private":
                self._redirect("http://169.254.169.254/latest/meta-data/")
            case "/to-localhost-name":
                self._redirect("http://localhost/x.jpg")
            case "/to-good":
                self._redirect("/good.jpg")
            case "/to-itself":
                self._redirect("/to-itself")
            case "/to-file":
                self._redirect("file:///etc/passwd")
            case "/html":
                self._send(b"<html><script>alert(1)</script></html>", "image/png")
            case "/declared-huge":
                self.send_response(200)
                self.send_header("Content-Length", str(30 * 1024 * 1024))
                self.end_headers()
            case "/huge":
                self.send_response(200)
                self.end_headers()
                for _ in range(480):
                    self.wfile.write(bytes(64 * 1024))
            case "/bomb":
                self._send(bomb(), "image/png")
            case "/cut-off":
                self._send(jpeg(400, 400)[:800])
            case "/drip":
                self.send_response(200)
                self.end_headers()
                for _ in range(600):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    if stop.wait(0.05):
                        return
            case "/hang":
                stop.wait(30)
            case _:
                self.send_error(404)

    def _send(self, body: bytes, content_type: str = "image/jpeg") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # the clients of these tests disconnect early


stop = threading.Event()


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    server.server_close()


def fetch(url: str, *allowed: str, seconds: float = 5) -> bytes:
    source = HttpImageSource(allow=AllowList(allowed), timeout_seconds=seconds, clock=lambda: datetime.now(UTC))
    return source.fetch_image(url, datetime.now(UTC) + timedelta(seconds=60))


def test_a_jpeg_is_kept_unchanged(host: str) -> None:
    assert fetch(f"http://{host}/good.jpg", host) == jpeg()


def test_another_format_becomes_a_jpeg(host: str) -> None:
    with Image.open(io.BytesIO(fetch(f"http://{host}/good.png", host))) as image:
        assert image.format == "JPEG" and image.size == (64, 64)


def test_a_redirect_within_the_list_is_followed(host: str) -> None:
    assert fetch(f"http://{host}/to-good", host) == jpeg()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("to-private", "not on the allow-list"),
        ("to-localhost-name", "not on the allow-list"),
        ("to-file", "not valid"),
        ("to-itself", "too many redirects"),
        ("html", "not an image"),
        ("declared-huge", "larger than 5 MB"),
        ("huge", "larger than 5 MB"),
        ("bomb", "too many pixels"),
        ("cut-off", "not an image"),
        ("missing", "answered 404"),
    ],
)
def test_an_unacceptable_image_is_refused_with_the_reason(host: str, path: str, reason: str) -> None:
    with pytest.raises(ImageRejected, match=reason):
        fetch(f"http://{host}/{path}", host)


@pytest.mark.parametrize("path", ["drip", "hang"])
def test_a_slow_host_is_refused_after_the_timeout(host: str, path: str) -> None:
    with pytest.raises(ImageRejected, match=r"too slow|does not answer"):
        fetch(f"http://{host}/{path}", host, seconds=0.3)


def test_a_host_that_is_not_on_the_list_is_refused(host: str) -> None:
    with pytest.raises(ImageRejected, match="allow-list"):
        fetch(f"http://{host}/good.jpg", "*.cdninstagram.com")


def test_a_name_on_the_list_that_resolves_to_a_private_address_is_refused(host: str) -> None:
    port = host.rsplit(":", 1)[1]
    with pytest.raises(ImageRejected, match="not public"):
        fetch(f"http://localhost:{port}/good.jpg", "localhost")


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1", "::ffff:10.0.0.1", "fd00::1", "0.0.0.0", "224.0.0.1"]
)
def test_a_name_with_any_address_that_is_not_public_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolves(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(0, 0, 0, "", ("93.184.215.14", 80)), (0, 0, 0, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolves)
    with pytest.raises(ImageRejected, match="not public"):
        safe_address("images.example", 80)


@pytest.mark.parametrize(
    ("entry", "host", "port", "admitted"),
    [
        ("cdn.example", "cdn.example", 443, True),
        ("cdn.example", "evil-cdn.example", 443, False),
        ("cdn.example", "cdn.example.evil", 443, False),
        ("*.fbcdn.net", "a.b.fbcdn.net", 443, True),
        ("*.fbcdn.net", "evilfbcdn.net", 443, False),
        ("127.0.0.1:9000", "127.0.0.1", 9000, True),
        ("127.0.0.1:9000", "127.0.0.1", 9001, False),
        ("[::1]:80", "::1", 80, True),
    ],
)
def test_the_allow_list_matches_whole_names(entry: str, host: str, port: int, admitted: bool) -> None:
    assert AllowList((entry,)).admits(host, port) is admitted


@pytest.mark.parametrize("url", ["ftp://a/x", "//a/x", "http://", "http://user:pw@127.0.0.1/x", "http://[::1", "x" * 9])
def test_an_invalid_url_is_refused(url: str) -> None:
    with pytest.raises(ImageRejected):
        fetch(url, "127.0.0.1", "a")


@pytest.mark.parametrize("size", [(4, 64), (64, 4097)])
def test_dimensions_outside_the_range_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageRejected, match="out of range"):
        as_jpeg(jpeg(*size))


def test_a_decompression_bomb_is_refused_with_little_memory() -> None:
    """Runs in a process limited to 400 MB; the decoded image would have 1.2 GB."""
    code = (
        "from creator_search.adapters.images.source import as_jpeg\n"
        "from creator_search.domain.errors import ImageRejected\n"
        "from infra.local.sandbox.pictures import bomb\n"
        "try:\n    as_jpeg(bomb())\nexcept ImageRejected as error:\n    print(error)\n"
    )
    cap = 400 * 1024 * 1024

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (cap, cap))

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.stdout.strip() == "image has too many pixels", done.stderr


def test_sandbox_pictures_are_valid_and_deterministic() -> None:
    assert as_jpeg(picture("a/b")) == picture("a/b")
