"""One endpoint of an upstream: its circuit breaker, and the retries of its operations."""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from creator_search.adapters.breakers import BreakerGuard
from creator_search.adapters.retries import UPSTREAM, retrying
from creator_search.domain.clock import Clock
from creator_search.domain.upstream_errors import UpstreamDeferred, UpstreamError, UpstreamTooSlow

T = TypeVar("T")


class UpstreamEndpoint:
    """`record` is called after each operation with its duration in seconds and whether the endpoint failed."""

    def __init__(
        self,
        breaker: BreakerGuard,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        record: Callable[[float, bool], None] = lambda *_: None,
    ) -> None:
        self._breaker = breaker
        self._clock = clock
        self._sleep = sleep
        self._record = record

    def run(self, call: Callable[[], T], subject: str, deadline: datetime, *, is_retried: bool = True) -> T:
        """Return the result of `call`, which is repeated after failures that can pass. `subject` is the username, or
        what else the operation is about. Raises UpstreamBreakerOpen, without a call, and the errors of `call`: if the
        deadline ends the last attempt, the failure of an earlier one, which is evidence against the endpoint."""
        failures: list[UpstreamError] = []

        def attempt() -> T:
            try:
                return call()
            except UpstreamTooSlow as error:
                if failures:
                    raise failures[-1] from error
                raise
            except UpstreamError as error:
                if error.is_failure:
                    failures.append(error)
                raise

        with self._breaker.guard(subject) as is_trial:
            started = time.perf_counter()
            has_failed = False
            try:
                if is_trial or not is_retried:
                    return call()
                return retrying(
                    attempt,
                    UPSTREAM,
                    deadline=deadline,
                    clock=self._clock,
                    sleep=self._sleep,
                    can_pass=lambda error: isinstance(error, UpstreamError) and error.can_pass,
                    asked_delay=_asked_delay,
                )
            except UpstreamError as error:
                has_failed = error.is_failure
                raise
            finally:
                self._record(time.perf_counter() - started, has_failed)


def fingerprint(key: str | None) -> str | None:
    """Return what identifies a key without telling it."""
    return hashlib.sha256(key.encode()).hexdigest()[:12] if key else None


def _asked_delay(error: BaseException) -> timedelta | None:
    return error.retry_in or None if isinstance(error, UpstreamDeferred) else None  # no time at all is no delay
