"""Retries of failures that can pass: how often, after which delays, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from creator_search.domain.clock import Clock

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`attempts` in all, with delays in seconds: `first`, then `factor` times as long plus `step` each time, with up to
    `jitter` added, and at most `longest`. No attempt starts after `total` seconds."""

    attempts: int
    first: float
    factor: float = 1
    step: float = 0
    jitter: float = 0
    longest: float = 30
    total: float = 300

    def delay(self, number: int, jitter: Callable[[float, float], float]) -> float:
        """Return the delay after the attempt with this number, counted from 1. `jitter` draws from a range."""
        seconds = self.first * self.factor ** (number - 1) + self.step * (number - 1)
        return min(self.longest, seconds + (jitter(0, self.jitter) if self.jitter else 0))


DATABASE = RetryPolicy(attempts=3, first=0.5, factor=2, longest=10)
CACHE = RetryPolicy(attempts=3, first=0.5, step=0.5, longest=2)
UPSTREAM = RetryPolicy(attempts=5, first=1, factor=2, jitter=1, longest=30, total=120)
AI_MODELS = RetryPolicy(attempts=4, first=2, factor=2.5, longest=60, total=300)


def retrying(
    call: Callable[[], T],
    policy: RetryPolicy,
    *,
    deadline: datetime | None,
    clock: Clock,
    sleep: Callable[[float], None],
    can_pass: Callable[[BaseException], bool],
    asked_delay: Callable[[BaseException], timedelta | None] = lambda _: None,
) -> T:
    """Call until an attempt succeeds; raise the error of the last one.

    Only failures that `can_pass` are retried, and no attempt starts after the deadline. `asked_delay` is the delay for
    which the dependency asked, which replaces that of the policy.
    """
    until = min(filter(None, (deadline, clock() + timedelta(seconds=policy.total))))
    try:
        return call()  # most calls succeed, and tenacity takes 60 ms to import
    except Exception as error:
        if not can_pass(error):
            raise
        first_failure: list[Exception] = [error]
    return _continued(
        _after(first_failure, call),
        policy,
        until=until,
        clock=clock,
        sleep=sleep,
        can_pass=can_pass,
        asked_delay=asked_delay,
    )


def _after(failures: list[Exception], call: Callable[[], T]) -> Callable[[], T]:
    """Return `call`, whose first attempt has already been made and failed."""

    def attempt() -> T:
        if failures:
            raise failures.pop()
        return call()

    return attempt


def _continued(
    call: Callable[[], T],
    policy: RetryPolicy,
    *,
    until: datetime,
    clock: Clock,
    sleep: Callable[[float], None],
    can_pass: Callable[[BaseException], bool],
    asked_delay: Callable[[BaseException], timedelta | None],
) -> T:
    import random

    from tenacity import Retrying, retry_if_exception

    def pause(state: "RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = asked_delay(error) if error else None
        return asked.total_seconds() if asked is not None else policy.delay(state.attempt_number, random.uniform)

    def is_too_late(state: "RetryCallState") -> bool:
        return clock() + timedelta(seconds=state.upcoming_sleep) >= until

    def is_last(state: "RetryCallState") -> bool:
        return state.attempt_number >= policy.attempts or is_too_late(state)

    attempts = Retrying(
        stop=is_last,
        wait=pause,
        retry=retry_if_exception(can_pass),
        sleep=sleep,
        reraise=True,
    )
    return attempts(call)
