"""HTTP client of the API."""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
from httpx_sse import connect_sse

POLL_SECONDS = 0.5
OVER = ("completed", "failed", "not_found")
SILENCE_SECONDS = 30
"""A stream that sends nothing for this long, not even a comment, is broken."""


class ApiError(Exception):
    """An error answer of the API: its text, and the whole body as `answer`; `can_pass` if it is worth trying again."""

    def __init__(self, text: str, answer: dict[str, Any], *, can_pass: bool = False) -> None:
        super().__init__(text)
        self.answer = answer
        self.can_pass = can_pass


class Client:
    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        timeout_seconds: float = 40,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_seconds, verify=verify)

    def request(self, username: str, source: str) -> dict[str, Any]:
        return self._call("POST", f"/api/profile/{username}/request", params={"source": source})

    def status(self, username: str) -> dict[str, Any]:
        return self._call("GET", f"/api/profile/{username}/status")

    def profile(self, username: str) -> dict[str, Any]:
        return self._call("GET", f"/api/profile/{username}")

    def similar(self, username: str, limit: int, force_refresh: bool) -> dict[str, Any]:
        parameters = {"limit": limit, "force_refresh": force_refresh}
        return self._call("GET", f"/api/profile/{username}/similar-fast", params=parameters)

    def queue(self) -> dict[str, Any]:
        return self._call("GET", "/api/viral-ideas/queue-status")

    def wait(
        self, username: str, timeout_seconds: float, on_change: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Poll until the job has ended or the time is up; return the last status."""
        end = time.monotonic() + timeout_seconds
        before: object = None
        while True:
            answer = self.status(username)
            data = answer["data"]
            shown = (data["status"], data.get("queue_position"), data.get("attempts"))
            if shown != before:
                on_change(data)
                before = shown
            if data["status"] in OVER or time.monotonic() > end:
                return answer
            time.sleep(POLL_SECONDS)

    def health(self) -> dict[str, Any]:
        """Return the health document, which an unhealthy system sends with status 503."""
        body = self._ask("GET", "/api/health")
        if not isinstance(body, dict) or not isinstance(body.get("status"), str):
            raise ApiError(f"{self._http.base_url} did not answer with its health", _refused(body))
        return body

    def snapshots(self) -> Iterator[dict[str, Any]]:
        """Yield the metrics that one connection streams, until it ends. Raises ApiError."""
        timeout = httpx.Timeout(10, read=SILENCE_SECONDS)
        try:
            with connect_sse(self._http, "GET", "/api/streaming/metrics", timeout=timeout) as source:
                self._require_stream(source.response)
                for event in source.iter_sse():
                    with suppress(ValueError):
                        found = json.loads(event.data)
                        # The last event of a stream says why it ended.
                        if isinstance(found, dict) and "stream_completed" not in found:
                            yield found
        except httpx.HTTPError as error:
            raise self._no_answer(error) from error

    def _require_stream(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        response.read()
        try:
            body = response.json()
        except ValueError:
            body = None
        can_pass = response.status_code >= 500 or response.status_code == 429
        text = body.get("error") if isinstance(body, dict) else None
        raise ApiError(text or f"HTTP status {response.status_code}", _refused(body), can_pass=can_pass)

    def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """Send a request; return the body. Raises ApiError, also if the API does not answer."""
        body = self._ask(method, path, **arguments)
        if not isinstance(body, dict) or not body.get("success"):
            raise ApiError(str(body.get("error") if isinstance(body, dict) else body), _refused(body))
        return body

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            response = self._http.request(method, path, **arguments)
            return response.json()
        except httpx.HTTPError as error:
            raise self._no_answer(error) from error
        except ValueError as error:
            raise ApiError(f"{self._http.base_url} did not answer with JSON", {"success": False}) from error

    def _no_answer(self, error: httpx.HTTPError) -> ApiError:
        return ApiError(f"No answer from {self._http.base_url}: {error}", {"success": False}, can_pass=True)


def _refused(body: object) -> dict[str, Any]:
    return {"success": False} if body is None else {"success": False, "body": body}
