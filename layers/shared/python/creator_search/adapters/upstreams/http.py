"""Shared by the upstream clients: one HTTP call within limits, retries, and the mapping of statuses to errors."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from creator_search.domain.clock import Clock
from creator_search.domain.errors import (
    ProfileNotFound,
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
    UpstreamThrottled,
)

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

CALL_ATTEMPTS = 5
ALL_ATTEMPTS_SECONDS = 120
MAX_RESPONSE_BYTES = 32 * 1024 * 1024

HttpClient: TypeAlias = "httpx.Client"
_USER = r"\b(?:user|username|account|profile|creator)\b"
_ABSENT_USER = re.compile(
    rf"{_USER}.{{0,60}}?\b(?:not (?:be )?found|(?:does|do|did)(?: not|n't|n’t) exist|not exist)|\bno such {_USER}"
)
_OTHER_FAILURE = re.compile(
    r"\b(?:endpoint|route|url|path|try again|data not found|received \d{3})\b|\bapi\b.{0,20}\bnot exist"
)
T = TypeVar("T")


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
        return [_cleaned(v) for v in value if v is not None]
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


class RateLimit(Protocol):
    def take(self, name: str, per_second: float, deadline_seconds: float) -> bool:
        """Wait until the rate allows a call; return False when it does not before the deadline."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """One caller's share of a provider's rate."""

    rate_limit: RateLimit
    name: str
    per_second: float

    def take(self, seconds: float) -> None:
        """Wait until the rate allows a call. Raises UpstreamThrottled when it does not within `seconds`."""
        if not self.rate_limit.take(self.name, self.per_second, seconds):
            raise UpstreamThrottled()


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
        until = self._clock().timestamp() + timeout
        try:
            with self._client().stream(method, url, timeout=timeout, **arguments) as response:
                body = self._body(response, until)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UpstreamError() from error
        raise_for_status(response.status_code, body, response.headers.get("retry-after"), self._clock())
        return UpstreamResponse(response.status_code, body, response.headers.get("content-type", ""))

    def _left(self, deadline: datetime) -> float:
        left = (deadline - self._clock()).total_seconds()
        if left <= 0:
            raise UpstreamError("The upstream API took too long")
        return left

    def _body(self, response: "httpx.Response", until: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_RESPONSE_BYTES:
                raise UpstreamPayloadInvalid("(the body is too large)")
            if self._clock().timestamp() > until:
                raise UpstreamError("The upstream API took too long")
        return bytes(body)


def raise_for_status(status: int, body: bytes, retry_after: str | None, now: datetime) -> None:
    if status == 429:
        raise throttled(body[:2000].decode(errors="replace"), retry_after, now)
    if status in (401, 403):
        raise UpstreamRejected()
    if status >= 300 and status != 404:
        raise UpstreamError()


def throttled(text: str, retry_after: str | None = None, now: datetime | None = None) -> UpstreamError:
    """Return the error for a 429; its text distinguishes an exhausted monthly quota from a limit per second."""
    if "monthly" in text.lower():
        return UpstreamQuotaExhausted()
    return UpstreamThrottled(_seconds(retry_after, now))


def reported(text: str) -> UpstreamError:
    """Return the error that the body of an answer with status 200 reports."""
    is_limit = any(word in text.lower() for word in ("quota", "rate limit"))
    return throttled(text) if is_limit else UpstreamError()


def _seconds(retry_after: str | None, now: datetime | None) -> float | None:
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())


def retrying(call: Callable[[], T], *, deadline: datetime, clock: Clock, sleep: Callable[[float], None]) -> T:
    """Call up to five times, with jittered delays, within 120 s and before the deadline. Only transient failures are
    retried.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay, wait_exponential_jitter

    jittered = wait_exponential_jitter(initial=1, max=30, jitter=1)

    def pause(state: "RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, UpstreamThrottled) else None
        return asked if asked is not None else jittered(state)

    left = max(0.0, (deadline - clock()).total_seconds())
    attempts = Retrying(
        stop=stop_after_attempt(CALL_ATTEMPTS) | stop_before_delay(min(left, ALL_ATTEMPTS_SECONDS)),
        wait=pause,
        retry=retry_if_exception(lambda e: isinstance(e, UpstreamError) and e.can_pass),
        sleep=sleep,
        reraise=True,
    )
    return attempts(call)


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
    if "html" not in response.content_type and says_absent(response.body[:2000].decode(errors="replace")):
        raise ProfileNotFound(username)
    raise UpstreamMisconfigured()
