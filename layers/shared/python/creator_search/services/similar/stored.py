"""Reads cached sets of similar profiles before it is known whether they are the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from creator_search.domain.clock import Clock
from creator_search.domain.metrics import Metric
from creator_search.domain.similar import SimilarProfile, SimilarRow, SimilarSet
from creator_search.services.ahead import ReadAhead

if TYPE_CHECKING:
    from creator_search.services.ports import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarResult:
    """`profiles` are ordered by rank; in a fresh result, those whose image failed have no `image`. `unfinished` counts
    images that are copied in the background."""

    profiles: tuple[SimilarProfile, ...]
    fetched_at: datetime
    is_cached: bool
    is_stale: bool = False
    resolved_username: str | None = None
    unfinished: int = 0

    @classmethod
    def of(cls, found: SimilarSet, limit: int, *, is_cached: bool, is_stale: bool = False) -> "SimilarResult":
        return cls(profiles=found.top(limit), fetched_at=found.fetched_at, is_cached=is_cached, is_stale=is_stale)


class SimilarLoader(Protocol):
    def load_similar(self, username: str) -> SimilarRow:
        """Return the row with a consistent read; an expired set is omitted. Raises StoreUnavailable."""


class StoredSimilar:
    """Reads a set for an answer that needs nothing else, and hands over its row if that is not enough."""

    def __init__(self, store: SimilarLoader, metrics: "Metrics", clock: Clock) -> None:
        self._rows: ReadAhead[SimilarRow] = ReadAhead(store.load_similar)
        self._metrics = metrics
        self._clock = clock

    def read_fresh(self, username: str, limit: int) -> SimilarResult | None:
        """Return the cached set if it is fresh and large enough. One call. Raises StoreUnavailable."""
        return self._hit(self._rows.read(username), limit)

    def find_fresh(self, username: str, limit: int) -> SimilarResult | None:
        """Return what `read_fresh` does; no call for the row that it handed over. Raises StoreUnavailable."""
        return self._hit(self._rows.load(username), limit)

    def _hit(self, row: SimilarRow, limit: int) -> SimilarResult | None:
        found = fresh_result(row, limit, self._clock())
        if found:
            self._metrics.count(Metric.SIMILAR_CACHE_HIT)
        return found


def fresh_result(
    row: SimilarRow, limit: int, now: datetime, not_before: datetime | None = None
) -> SimilarResult | None:
    """Return the set of the row if it is fresh, large enough and fetched since `not_before`."""
    cached = row.cached
    if cached is None or not cached.is_fresh(now) or not cached.satisfies(limit):
        return None
    if not_before and cached.fetched_at < not_before:
        return None
    return SimilarResult.of(cached, limit, is_cached=True)
