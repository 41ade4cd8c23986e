"""The console's files, served by the local API as CloudFront serves them on AWS."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

ASSETS = "assets"
RESERVED = ("api", "_local", "docs", "openapi.json")
"""First parts of paths that belong to the API; no page has them."""
CONFIGURATION = "config.json"
_IMMUTABLE = "public, max-age=31536000, immutable"
_INDEX = "index.html"


class ConsoleRoute(Route):
    """Serves a built file, else the page, whose own routes decide what the path means. Other methods than GET and HEAD
    are answered as if the console did not exist, and so is everything until it is built."""

    def __init__(self, folder: Path, headers: dict[str, str], sign_in: Mapping[str, str] | None = None) -> None:
        self._folder = folder.resolve()
        self._headers = headers
        # Without settings there is no sign-in: requests of this machine are those of the user `local`.
        self._sign_in = dict(sign_in or {})
        super().__init__("/{path:path}", self._serve, methods=["GET", "HEAD"], include_in_schema=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        first = scope["path"].lstrip("/").split("/")[0]
        if first in RESERVED or not (self._folder / _INDEX).exists():
            return Match.NONE, {}
        return super().matches(scope)

    def _serve(self, request: Request) -> Response:
        path: str = request.path_params["path"]
        if path == CONFIGURATION:
            return self._with_headers(JSONResponse(self._sign_in), "no-store")
        file = self._file(path)
        if file is None:
            if path.split("/")[0] == ASSETS:
                return self._with_headers(Response("Not found", 404, media_type="text/plain"), "no-store")
            return self._with_headers(FileResponse(self._folder / _INDEX), "no-store")
        kind, _ = mimetypes.guess_type(file.name)
        caching = _IMMUTABLE if path.startswith(f"{ASSETS}/") else "public, max-age=3600"
        return self._with_headers(FileResponse(file, media_type=kind), caching)

    def _file(self, path: str) -> Path | None:
        """Return the file of a path, None for none, for a folder's, for the page itself and for those outside."""
        found = (self._folder / path).resolve()
        hidden = any(part.startswith(".") for part in Path(path).parts)
        if hidden or not found.is_relative_to(self._folder) or not found.is_file() or found.name == _INDEX:
            return None
        return found

    def _with_headers(self, response: Response, caching: str) -> Response:
        headers: dict[str, Any] = {**self._headers, "Cache-Control": caching}
        response.headers.update(headers)
        return response
