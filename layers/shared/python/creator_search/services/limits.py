"""The limits of callers, counted over all processes."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from creator_search.domain.caller_errors import RateLimited
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.limits import Limits, RequestClass, Usage, seconds_left, window_of
from creator_search.domain.metrics import Metric

if TYPE_CHECKING:
    from creator_search.services.ports import FailureLog, Metrics, RequestCounts


class RequestLimiter:
    """Counts the requests of a caller. While the store of the counts is down, no request is refused."""

    def __init__(
        self, counts: "RequestCounts", limits: Limits, *, clock: Clock, metrics: "Metrics", failures: "FailureLog"
    ) -> None:
        self.limits = limits
        self._counts = counts
        self._clock = clock
        self._metrics = metrics
        self._failures = failures

    def start(self, subject: str) -> "CountedRequest":
        return CountedRequest(lambda kind: self.count(subject, kind))

    def count(self, subject: str, kind: RequestClass) -> Usage | None:
        """Count one request of the caller; return None if the store of the counts is down."""
        now, limit = self._clock(), self.limits[kind]
        try:
            taken = self._counts.add_request(subject, kind, window_of(now), limit)
        except StoreUnavailable as error:
            self._metrics.count(Metric.REQUEST_NOT_COUNTED)
            self._failures.log_failure("a request was not counted: the limits are not enforced", error)
            return None
        left = seconds_left(now)
        return Usage(kind, limit, 0, left, is_over=True) if taken is None else Usage(kind, limit, limit - taken, left)

    def load_usages(self, subject: str) -> list[Usage]:
        """Return what the caller has left now; it is None while the store of the counts is down."""
        now = self._clock()
        left = seconds_left(now)
        try:
            taken = self._counts.load_counts(subject, tuple(self.limits), window_of(now))
        except StoreUnavailable as error:
            self._failures.log_failure("what a caller has left is not known", error)
            return [Usage(kind, limit, None, left) for kind, limit in self.limits.items()]
        return [Usage(kind, limit, max(0, limit - taken.get(kind, 0)), left) for kind, limit in self.limits.items()]


class CountedRequest:
    """What one request of a caller counts towards: each class at most once. If it was one too many, it stays so."""

    def __init__(self, count: Callable[[RequestClass], Usage | None]) -> None:
        self._count = count
        self._taken: set[RequestClass] = set()
        self.usages: dict[RequestClass, Usage] = {}

    def take(self, kinds: Iterable[RequestClass]) -> None:
        """Count the request. Raises RateLimited if the caller has no request of a class left."""
        for kind in kinds:
            if kind not in self._taken:
                self._taken.add(kind)
                counted = self._count(kind)
                if counted is not None:
                    self.usages[kind] = counted
            usage = self.usages.get(kind)
            if usage is not None and usage.is_over:
                what = "reads" if kind is RequestClass.READS else "requests that can reach the upstream"
                raise RateLimited(f"The limit of {usage.limit} {what} a minute is used up", usage.resets_in_seconds)

    def take_upstream(self) -> None:
        """Count what can reach the upstream. Raises RateLimited."""
        self.take([RequestClass.UPSTREAM])
