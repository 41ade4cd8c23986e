"""The web console: its sources are built to static files, which the local API and CloudFront serve.

`python -m infra.console` builds it if its sources have changed.
"""

import argparse
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.toolkit import ROOT

SOURCES = Path("functions") / "console"
BUILT = SOURCES / "dist"
_OPENAPI = Path("functions") / "api" / "get_openapi_document" / "openapi.json"
_GENERATED = ("node_modules", "dist", "schema.d.ts")
_STAMP = ".sources"
_SECONDS = 300


class CannotBuild(Exception):
    """The console cannot be built; the message is the reason, in one line."""


def content_security_policy(issuer_origin: str | None, image_origin: str = "") -> str:
    """Return the policy of all of the console's files: everything has the console's own origin, except images of the
    CDN, and the token endpoint of the sign-in, whose origin is `issuer_origin`; None if there is no sign-in."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' {image_origin}",
        "connect-src": f"'self' {issuer_origin or ''}",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in policy.items())


def security_headers(image_origin: str, issuer_origin: str | None = None) -> dict[str, str]:
    """Return the headers of all of the console's files."""
    return {
        "Content-Security-Policy": content_security_policy(issuer_origin, image_origin),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def is_built(root: Path = ROOT) -> bool:
    return (root / BUILT / "index.html").exists()


def build(root: Path = ROOT) -> bool:
    """Build the console, and return whether that was necessary. Raises CannotBuild."""
    folder, built = root / SOURCES, root / BUILT
    with (folder / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # concurrent builds would write the same files
        digest = _digest(root)
        stamp = built / _STAMP
        if stamp.exists() and stamp.read_text() == digest:
            return False
        _install(folder)
        _npm(folder, "run", "--silent", "build")
        stamp.write_text(digest)
        return True


def _install(folder: Path) -> None:
    """Install the packages of the lock file, with their integrity checked, unless they are installed already."""
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / _STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _npm(folder, "ci", "--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
    stamp.write_text(wanted)


def _npm(folder: Path, *arguments: str) -> None:
    node = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    command = [str(node / "npm"), *arguments]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(f"npm {arguments[0]}: {error}") from error
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "error" in line.lower()]
        raise CannotBuild(f"npm {arguments[0]} failed: {lines[0] if lines else done.returncode}")


def _digest(root: Path) -> str:
    digest = hashlib.sha256((root / _OPENAPI).read_bytes())
    for file in sorted(_sources(root / SOURCES)):
        digest.update(f"{file.relative_to(root)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _GENERATED:
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.console")
    parser.add_argument("--optional", action="store_true", help="exit with 0 if the console cannot be built")
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it and npm, without a traceback
    try:
        if build():
            print(f"Console   built in {BUILT}")
    except CannotBuild as error:
        print(f"Missing   the console was not built, the API works without it: {error}", file=sys.stderr)
        return 0 if arguments.optional else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
