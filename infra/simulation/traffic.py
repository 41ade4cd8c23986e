"""Reads of the API, as numbers a second: at thousands a second they are not simulated one by one."""

from dataclasses import dataclass

from creator_search.adapters.dynamodb.schema.profiles import SHARDS

from infra.concurrency import ANSWER_SECONDS
from infra.simulation.assumptions import (
    ACCOUNT_CONCURRENCY,
    PARTITION_READS,
    SCALING_PER_SECOND,
    SEARCH_SHARE,
    SEARCH_UNITS,
)


@dataclass(slots=True)
class Traffic:
    """What happens to the reads: the throttle of the stage, the concurrency that the workers leave, the partitions
    that all searches read."""

    stage_rate: float
    stage_burst: float
    most_searches: float = len(SHARDS) * PARTITION_READS / SEARCH_UNITS
    """With a filter, a second."""
    asked: float = 0
    answered: float = 0
    refused_by_stage: float = 0
    refused_by_lambda: float = 0
    throttled_searches: float = 0
    _tokens: float = -1
    _running: float = 0

    def start_counting(self) -> None:
        self.asked = self.answered = 0
        self.refused_by_stage = self.refused_by_lambda = self.throttled_searches = 0

    def second(self, reads: float, workers: int) -> float:
        """Return how many of the reads of this second are answered, while so many workers run."""
        if self._tokens < 0:
            self._tokens, self._running = self.stage_burst, ACCOUNT_CONCURRENCY
        self._tokens = min(self.stage_burst, self._tokens + self.stage_rate)
        admitted = min(reads, self._tokens)
        self._tokens -= admitted
        free = min(ACCOUNT_CONCURRENCY - workers, self._running + SCALING_PER_SECOND)
        served = min(admitted, max(0.0, free) / ANSWER_SECONDS)
        self._running = max(self._running, served * ANSWER_SECONDS)
        searches = served * SEARCH_SHARE
        throttled = max(0.0, searches - self.most_searches)
        self.asked += reads
        self.refused_by_stage += reads - admitted
        self.refused_by_lambda += admitted - served
        self.throttled_searches += throttled
        self.answered += served - throttled
        return served - throttled
