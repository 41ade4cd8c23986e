"""Requests, with credentials and retries, and the conversion of failures to errors."""

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from creator_search_client.answers import Answer
from creator_search_client.errors import (
    ApiError,
    ClientError,
    ConnectionFailed,
    InvalidArgument,
    UnexpectedAnswer,
    api_error,
)
from creator_search_client.retries import NO_RETRIES, RETRIED_STATUSES, Attempts, Clock, Retries, retry_after_seconds

REPEATABLE = frozenset({"GET", "PUT", "DELETE", "POST"})
"""A POST is, because it has an Idempotency-Key. A PATCH is not: after the first one its If-Match does not match."""
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 307, 308})
_PERMANENT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, however often it is attempted. `allowed` are error statuses whose bodies are answers."""

    method: str
    path: str
    parameters: Parameters = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    allowed: tuple[int, ...] = ()
    is_anonymous: bool = False


def segment(value: str) -> str:
    """Return text as one segment of a path. Raises InvalidArgument."""
    if not value:
        raise InvalidArgument("A username, an id or a shortcode cannot be empty")
    # A segment of dots would be resolved as a relative path.
    return quote(value, safe="", errors="replace") if value.strip(".") else value.replace(".", "%2E")


class Connection:
    def __init__(
        self, http: httpx.Client, credentials: Callable[[], Mapping[str, str]], retries: Retries, clock: Clock
    ) -> None:
        self.clock = clock
        self.retries = retries
        self._http = http
        self._credentials = credentials

    @property
    def base_url(self) -> str:
        return str(self._http.base_url).rstrip("/")

    def get(self, path: str, **parameters: object) -> Answer[Any]:
        return self.call(Call("GET", path, parameters))

    def post(self, path: str, body: Any = None, **parameters: object) -> Answer[Any]:
        return self.call(Call("POST", path, parameters, json=body))

    def put(self, path: str, body: Any = None) -> Answer[Any]:
        return self.call(Call("PUT", path, json=body))

    def patch(self, path: str, body: Any, etag: str | None = None) -> Answer[Any]:
        return self.call(Call("PATCH", path, json=body, headers={"If-Match": etag} if etag else {}))

    def delete(self, path: str) -> Answer[Any]:
        return self.call(Call("DELETE", path))

    def pages(self, path: str, parameters: Parameters, items: str = "data") -> Iterator[Any]:
        """Yield the items of all pages. A page is read when the items before it were consumed."""
        cursor: str | None = None
        while True:
            answer = self.get(path, **parameters, cursor=cursor)
            found = answer.body.get(items)
            if not isinstance(found, list):
                raise UnexpectedAnswer(f"{self.base_url} did not answer with a list")
            yield from found
            following = answer.meta.get("next_cursor")
            if not following or following == cursor:
                return
            cursor = following

    def download(self, call: Call, file: BinaryIO) -> int:
        """Write the body to the file and return its size in bytes. Only the start is retried: after ConnectionFailed,
        the file is incomplete."""
        size = 0
        with self.opened(call, self.retries) as response:
            for part in response.iter_bytes():
                file.write(part)
                size += len(part)
        return size

    def call(self, call: Call, retries: Retries | None = None) -> Answer[Any]:
        """Return the answer; its data is None if it has no body. Raises ClientError."""
        response = self._attempt(call, retries or self.retries, is_read=True)
        if response.status_code == 204 or (response.is_success and not response.content):
            return Answer(None, {}, response.status_code, response.headers)
        try:
            body = response.json()
        except ValueError as error:
            raise UnexpectedAnswer(f"{self.base_url} did not answer with JSON") from error
        if not isinstance(body, dict) or body.get("success") is False:
            raise UnexpectedAnswer(f"{self.base_url} did not answer as documented")
        return Answer(body.get("data", body), body, response.status_code, response.headers)

    def text(self, call: Call) -> str:
        return self._attempt(call, self.retries, is_read=True).text

    @contextmanager
    def opened(self, call: Call, retries: Retries, timeout: httpx.Timeout | None = None) -> Iterator[httpx.Response]:
        """Yield a successful response whose body was not read. Raises ConnectionFailed also if reading it fails."""
        response = self._attempt(call, retries, is_read=False, timeout=timeout)
        try:
            yield response
        except httpx.HTTPError as error:
            raise self._no_answer(error) from error
        finally:
            response.close()

    def _attempt(
        self, call: Call, retries: Retries, *, is_read: bool, timeout: httpx.Timeout | None = None
    ) -> httpx.Response:
        request = self._build(call, timeout)
        attempts = Attempts(retries if call.method in REPEATABLE else NO_RETRIES, self.clock)
        while True:
            failure: ClientError
            cause: Exception | None = None
            try:
                response = self._send(call, request, is_read)
            except httpx.HTTPError as error:
                failure, cause = self._no_answer(error), error
            else:
                if response.is_success or response.status_code in call.allowed:
                    return response
                failure = api_error(response, retry_after_seconds(response.headers, self.clock.now()))
            if not wait_to_retry(failure, attempts):
                raise failure from cause

    def _build(self, call: Call, timeout: httpx.Timeout | None) -> httpx.Request:
        headers = {"Accept": "application/json", **call.headers}
        content = call.content
        if call.json is not None:
            content = json.dumps(call.json, ensure_ascii=False, default=_text).encode(errors="replace")
            headers["Content-Type"] = "application/json"
        if call.method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        shown = {name: _text(value) for name, value in call.parameters.items() if value is not None}
        try:
            return self._http.build_request(
                call.method,
                call.path,
                params=shown or None,
                headers=headers,
                content=content,
                timeout=timeout or self._http.timeout,
            )
        except httpx.InvalidURL as error:
            raise InvalidArgument(f"An address that cannot be requested: {error}") from error

    def _send(self, call: Call, request: httpx.Request, is_read: bool) -> httpx.Response:
        """Send the request with the present credentials, and follow redirects of a GET on the same server."""
        for _ in range(MAX_REDIRECTS):
            if not call.is_anonymous:
                request.headers.update(self._credentials())
            response = self._http.send(request, stream=True)
            try:
                if is_read or not response.is_success:
                    response.read()
            except BaseException:
                response.close()
                raise
            target = _target(call, response)
            if target is None:
                break
            request = httpx.Request("GET", target, headers=request.headers, extensions=request.extensions)
        return response

    def _no_answer(self, error: httpx.HTTPError) -> ConnectionFailed:
        reason = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
        failure = ConnectionFailed(f"No answer from {self.base_url}: {reason}")
        failure.can_pass = isinstance(error, httpx.TransportError) and not isinstance(error, _PERMANENT)
        return failure


def wait_to_retry(failure: ClientError, attempts: Attempts) -> bool:
    """Wait until the next attempt after the failure; False if there is none."""
    if isinstance(failure, ApiError):
        return failure.status in RETRIED_STATUSES and attempts.wait(failure.retry_after)
    return failure.can_pass and attempts.wait()


def _target(call: Call, response: httpx.Response) -> httpx.URL | None:
    """Return the address to follow; None for one of another server, which must not receive the credentials."""
    location = response.headers.get("location")
    if call.method != "GET" or response.status_code not in _REDIRECTS or not location:
        return None
    try:
        target = response.request.url.join(location)
    except httpx.InvalidURL:
        return None
    here = response.request.url
    return target if (target.scheme, target.host, target.port) == (here.scheme, here.host, here.port) else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text.encode(errors="replace").decode()  # arguments of a command may have unpaired surrogates
