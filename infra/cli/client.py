"""HTTP client of the API."""

import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx

POLL_SECONDS = 0.5
OVER = ("completed", "failed", "not_found")


class ApiError(Exception):
    """An error answer of the API: its text, and the whole body as `answer`."""

    def __init__(self, text: str, answer: dict[str, Any]) -> None:
        super().__init__(text)
        self.answer = answer


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

    def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """Send a request; return the body. Raises ApiError, also if the API does not answer."""
        try:
            response = self._http.request(method, path, **arguments)
            body = response.json()
        except httpx.HTTPError as error:
            raise ApiError(f"No answer from {self._http.base_url}: {error}", {"success": False}) from error
        except ValueError as error:
            raise ApiError(f"{self._http.base_url} did not answer with JSON", {"success": False}) from error
        if not isinstance(body, dict) or not body.get("success"):
            raise ApiError(str(body.get("error") if isinstance(body, dict) else body), {"success": False, "body": body})
        return body
