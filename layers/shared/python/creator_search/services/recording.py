"""The metrics of answers and of messages.

Besides counts and times, each process records a metric when too large a share of its recent requests or messages failed
or was slow. Alarms read this metric instead of rates: there is one for all operations of an area, and it is not written
while nothing is wrong.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from creator_search.domain.clock import Clock
from creator_search.domain.metrics import Metric
from creator_search.domain.recent_shares import RecentShare
from creator_search.domain.thresholds import ERROR_PERCENT, RESPONSE_SECONDS, SLOW_PERCENT

if TYPE_CHECKING:
    from creator_search.services.ports import Metrics


class AnswerRecorder:
    """`areas` maps each operation to the area of its alarms; `untimed` has the operations whose duration has no
    limit."""

    def __init__(self, metrics: "Metrics", clock: Clock, *, areas: Mapping[str, str], untimed: frozenset[str]) -> None:
        self._metrics = metrics
        self._clock = clock
        self._areas = areas
        self._untimed = untimed
        self._failed = defaultdict[str, RecentShare](lambda: RecentShare(ERROR_PERCENT))
        self._slow = defaultdict[str, RecentShare](lambda: RecentShare(SLOW_PERCENT))

    def record_answer(self, operation: str, status: int, seconds: float) -> None:
        """Record the time to the first byte of an answer, and whether its status is 400 or more."""
        self._metrics.record_seconds(Metric.REQUEST_SECONDS, seconds, operation=operation)
        if status >= 500:
            self._metrics.count(Metric.REQUEST_FAILED, operation=operation)
        elif status >= 400:
            self._metrics.count(Metric.REQUEST_REFUSED, operation=operation)
        if area := self._areas.get(operation):
            now = self._clock()
            if self._failed[operation].add(status >= 500, now):
                self._metrics.count(Metric.OPERATION_FAILING, area=area)
            if operation not in self._untimed and self._slow[operation].add(seconds > RESPONSE_SECONDS, now):
                self._metrics.count(Metric.OPERATION_SLOW, area=area)


class MessageRecorder:
    def __init__(self, metrics: "Metrics", clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock
        self._failed = defaultdict[str, RecentShare](lambda: RecentShare(ERROR_PERCENT))

    def record_message(self, worker: str, seconds: float, *, is_failure: bool) -> None:
        """Record how long a message took, and whether it failed."""
        self._metrics.record_seconds(Metric.MESSAGE_SECONDS, seconds, worker=worker)
        if is_failure:
            self._metrics.count(Metric.MESSAGE_FAILED, worker=worker)
        if self._failed[worker].add(is_failure, self._clock()):
            self._metrics.count(Metric.WORKER_FAILING, worker=worker)
