"""When a request is repeated, and how long to wait before it."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

RETRIED_STATUSES = frozenset({429, 502, 503, 504})


class Clock(Protocol):
    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def now(self) -> datetime:
        """Return the time with its offset from UTC."""

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a request is attempted, the first time included.

    No attempt starts later than `total_seconds` after the first one: a Retry-After that is longer than what is left of
    it ends the call with its error at once. Without Retry-After the pauses double, each shortened by up to a half at
    random.
    """

    attempts: int = 4
    total_seconds: float = 90
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 10


NO_RETRIES = Retries(attempts=1)


class Attempts:
    """The attempts of one call."""

    def __init__(self, retries: Retries, clock: Clock, draw: Callable[[], float] = random.random) -> None:
        self._retries = retries
        self._clock = clock
        self._draw = draw
        self._made = 1
        self._end = clock.monotonic() + retries.total_seconds

    def wait(self, retry_after: float | None = None) -> bool:
        """Wait until the next attempt; False, without waiting, if there is none."""
        if self._made >= self._retries.attempts:
            return False
        pause = max(retry_after or 0, self._own_pause())
        if self._clock.monotonic() + pause > self._end:
            return False
        self._made += 1
        self._clock.sleep(pause)
        return True

    def _own_pause(self) -> float:
        # Bounded before the power, which is too large for a float after a thousand attempts.
        doubled = self._retries.first_pause_seconds * 2.0 ** min(self._made - 1, 30)
        return min(doubled, self._retries.longest_pause_seconds) * (1 - self._draw() / 2)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of Retry-After, which is a number or an HTTP date; None if there is none that is valid.

    A date is compared with the server's own clock, if the answer has its time.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:10])
    at = _http_date(text)
    if at is None:
        return None
    return max(0.0, (at - (_http_date(headers.get("date", "")) or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
