"""The interface of circuit breakers for the adapters."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class BreakerGuard(Protocol):
    """A breaker, for the code that calls what it protects."""

    def guard(self, subject: str | None = None) -> AbstractContextManager[bool]:
        """Run an operation, with all its retries, in the block; its end is counted. `subject` is its username, of which
        failures count once.

        The value is whether the operation is the trial of a half-open breaker, which must not be retried. Raises the
        error of the dependency, without running the block, while calls are refused.
        """


class NoBreaker:
    """The guard of a dependency that has no breaker."""

    @contextmanager
    def guard(self, subject: str | None = None) -> Iterator[bool]:  # noqa: ARG002
        yield False
