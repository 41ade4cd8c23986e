"""Shared by the upstream clients: one HTTP call within limits, retries, and the mapping of statuses to errors."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRateSpent,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTooSlow,
)

if TYPE_CHECKING:
    import httpx

MAX_RESPONSE_BYTES = 32 * 1024 * 1024
FAIR_SECONDS = 8.0
"""An upstream that does not answer for this long has failed, even if the caller would have waited longer with a later
deadline."""
LONGEST_DELAY = timedelta(days=62)
"""A longer delay, or time until a reset, is no plausible value."""
SHORTEST_QUOTA_DELAY = timedelta(minutes=1)
"""Before the next call after a used up quota, even if its reset is said to be over."""

_MAX_READ = 2000
"""Characters of a text that are searched for what it reports."""
_FAILED = ("fail", "failed", "failure", "error")

HttpClient: TypeAlias = "httpx.Client"
_USER = r"\b(?:user|username|account|profile|creator)\b"
_ABSENT_USER = re.compile(
    rf"{_USER}.{{0,60}}?\b(?:not (?:be )?found|(?:does|do|did)(?: not|n't|n’t) exist|not exist)|\bno such {_USER}"
)
_OTHER_FAILURE = re.compile(
    r"\b(?:endpoint|route|url|path|try again|data not found|received \d{3})\b|\bapi\b.{0,20}\bnot exist"
)


@dataclass(frozen=True, slots=True)
class UpstreamResponse:
    """A successful response, or a 404."""

    status: int
    body: bytes
    content_type: str

    def json(self) -> Any:
        """Return the parsed body. Raises UpstreamPayloadInvalid."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise UpstreamPayloadInvalid("(the body is not JSON)") from error


def cleaned(value: Any) -> Any:
    """Remove null fields, and replace unpaired surrogates, which JSON may contain but UTF-8 cannot encode. Raises
    UpstreamPayloadInvalid."""
    try:
        return _cleaned(value)
    except RecursionError as error:
        raise UpstreamPayloadInvalid("(the body is nested too deeply)") from error


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {_cleaned(k): _cleaned(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_cleaned(v) for v in value]
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


class RateLimit(Protocol):
    def take(self, name: str, per_second: float, longest_wait: float) -> float | None:
        """Wait until the rate allows a call; return None then. If that takes more than `longest_wait` seconds, return
        at once the time after which there may be room."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """One caller's share of a provider's rate, for which it waits for at most `longest_wait` seconds."""

    rate_limit: RateLimit
    name: str
    per_second: float
    longest_wait: float

    def take(self, seconds: float) -> None:
        """Wait until the rate allows a call, for at most `seconds`. Raises UpstreamRateSpent when it does not."""
        wait = self.rate_limit.take(self.name, self.per_second, min(seconds, self.longest_wait))
        if wait is not None:
            raise UpstreamRateSpent(retry_in=timedelta(seconds=wait))


def create_http_client() -> "httpx.Client":
    import httpx

    return httpx.Client(follow_redirects=False, limits=httpx.Limits(max_connections=50))


class HttpUpstream:
    """The HTTP calls to one provider."""

    def __init__(
        self,
        client: "Callable[[], httpx.Client]",
        *,
        timeout_seconds: float,
        clock: Clock,
        budget: RateBudget | None = None,
    ) -> None:
        self._client = client
        self._timeout = timeout_seconds
        self._clock = clock
        self._budget = budget

    def send(self, method: str, url: str, *, deadline: datetime, **arguments: Any) -> UpstreamResponse:
        """Make one attempt. Raises UpstreamError; a 404 is returned, because its meaning depends on the endpoint."""
        import httpx

        if self._budget:
            self._budget.take(self._left(deadline))
        timeout = min(self._timeout, self._left(deadline))
        late = UpstreamTooSlow if timeout < min(self._timeout, FAIR_SECONDS) else UpstreamError
        until = self._clock().timestamp() + timeout
        try:
            with self._client().stream(method, url, timeout=timeout, **arguments) as response:
                body = self._body(response, until, late)
        except httpx.TimeoutException as error:
            raise late() from error
        except (httpx.LocalProtocolError, UnicodeEncodeError):
            # A header cannot be sent, such as a key with a line break. The error contains it, and must not be logged.
            raise UpstreamRejected() from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UpstreamError() from error
        raise_for_status(response.status_code, body, response.headers, self._clock())
        return UpstreamResponse(response.status_code, body, response.headers.get("content-type", ""))

    def _left(self, deadline: datetime) -> float:
        left = (deadline - self._clock()).total_seconds()
        if left <= 0:
            raise UpstreamTooSlow()
        return left

    def _body(self, response: "httpx.Response", until: float, late: type[UpstreamError]) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_RESPONSE_BYTES:
                raise UpstreamPayloadInvalid("(the body is too large)")
            if self._clock().timestamp() > until:
                raise late()
        return bytes(body)


def raise_for_status(status: int, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
    if status == 429:
        raise throttled(body[:_MAX_READ].decode(errors="replace"), headers, now)
    if status in (401, 403):
        raise UpstreamRejected()
    if status >= 300 and status != 404:
        raise UpstreamError()


def throttled(text: str, headers: Mapping[str, str] | None = None, now: datetime | None = None) -> UpstreamError:
    """Return the error for a 429; its text distinguishes an exhausted monthly quota from a limit per second."""
    told = headers or {}
    if "monthly" in text.lower():
        # Source: RapidAPI, "Response headers": the seconds until the quota is reset.
        reset = _delay(told.get("x-ratelimit-requests-reset"), now)
        return UpstreamQuotaExhausted(retry_in=None if reset is None else max(reset, SHORTEST_QUOTA_DELAY))
    return UpstreamThrottled(retry_in=_delay(told.get("retry-after"), now))


def reported_failure(body: Mapping[str, Any]) -> str:
    """Return the text with which the body of an answer with status 200 reports a failure; empty if it reports none."""
    if body.get("error"):
        text = body["error"]
    elif body.get("status") in _FAILED or body.get("success") is False or body.get("errors"):
        text = body.get("message") or body.get("errors") or body.get("detail") or "failed"
    else:
        return ""
    return str(text)[:_MAX_READ]


def reported(text: str) -> UpstreamError:
    """Return the error that the body of an answer with status 200 reports."""
    is_limit = any(word in text.lower() for word in ("quota", "rate limit"))
    return throttled(text) if is_limit else UpstreamError()


def _delay(given: str | None, now: datetime | None) -> timedelta | None:
    """Parse a number of seconds, or a date of HTTP; None for anything else, and for more than LONGEST_DELAY."""
    if not given:
        return None
    try:
        delay = timedelta(seconds=float(given))
    except (ValueError, OverflowError):
        try:
            delay = parsedate_to_datetime(given) - (now or datetime.now(UTC))
        except (ValueError, TypeError, OverflowError):
            return None
    return max(timedelta(), delay) if delay <= LONGEST_DELAY else None


def says_absent(text: str) -> bool:
    """Whether an error text says explicitly that there is no such user: "data not found" and "Endpoint '/x' does not
    exist" do not."""
    lowered = text.lower()
    return bool(_ABSENT_USER.search(lowered)) and not says_other_failure(text)


def says_other_failure(text: str) -> bool:
    """Whether an error text is about the endpoint, or about a failure that may pass."""
    return bool(_OTHER_FAILURE.search(text.lower()))


def raise_for_404(response: UpstreamResponse, username: str) -> None:
    """Of a 404: ProfileNotFound when it is about the user, else UpstreamMisconfigured: the endpoint is not there."""
    if "html" not in response.content_type and says_absent(response.body[:_MAX_READ].decode(errors="replace")):
        raise ProfileNotFound(username)
    raise UpstreamMisconfigured()
