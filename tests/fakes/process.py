"""Fakes of a process's environment: time, ids, failures and crashes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
"""The deadline of work that has no other."""


class Died(BaseException):
    """Simulates the crash of a process."""


@contextmanager
def dying_at(step: int, *calls: tuple[object, str]) -> Iterator[None]:
    """Raise Died at the `step`-th of these calls (object and method); later calls work again.

    Raises AssertionError if there were fewer calls.
    """
    left = step

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def attempt(*args: object, **kwargs: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died
            return call(*args, **kwargs)

        return attempt

    originals = [(place, name, getattr(place, name)) for place, name in calls]
    for place, name, call in originals:
        setattr(place, name, dying(call))
    try:
        yield
    except Died:
        pass
    else:
        raise AssertionError(f"the process was to die at call {step}, and made {step - left}")
    finally:
        for place, name, call in originals:
            setattr(place, name, call)


class FakeClock:
    """A clock that advances only when a test sets it or something sleeps."""

    def __init__(self) -> None:
        self.time = START
        self.on_sleep: Callable[[], None] | None = None
        """Called once, during the next sleep: simulates another process."""

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **delta: float) -> None:
        self.time += timedelta(**delta)

    def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)
        if self.on_sleep:
            meanwhile, self.on_sleep = self.on_sleep, None
            meanwhile()


def whole_seconds(at: datetime) -> datetime:
    """Round a time of expiry as the stores do."""
    return at.replace(microsecond=0)


def ids() -> Callable[[], str]:
    numbers = iter(range(1, 1_000_000))
    return lambda: f"id-{next(numbers)}"


@dataclass
class FakeFailures:
    logged: list[tuple[str, Exception]] = field(default_factory=list)

    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        self.logged.append((message, error))
