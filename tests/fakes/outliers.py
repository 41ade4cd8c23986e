"""Outliers of all accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.outliers import (
    MAX_AGE,
    Baseline,
    Outlier,
    OutlierPage,
    OutlierPosition,
    OutlierQuery,
    OutlierSort,
)

from tests.fakes.process import FakeClock, whole_seconds
from tests.fakes.profiles import FakeProfileStore


@dataclass
class FakeOutlierStore:
    clock: FakeClock
    profiles: FakeProfileStore
    items: dict[tuple[HistoryKey, Baseline, str], Outlier] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.profiles.beside.append(self._delete)

    def _delete(self, key: str) -> int:
        keys = [found for found in self.items if found[0] == key]
        for found in keys:
            del self.items[found]
        return len(keys)

    def _live(self) -> list[Outlier]:
        return [o for o in self.items.values() if o.taken_at + MAX_AGE + timedelta(days=1) > self.clock()]

    def load_outliers(self, key: HistoryKey) -> Sequence[Outlier]:
        return [outlier for outlier in self._live() if outlier.key == key]

    def change_outliers(self, save: Sequence[Outlier], delete: Sequence[Outlier]) -> None:
        for outlier in save:
            score = replace(outlier.score, seen_at=whole_seconds(outlier.score.seen_at))
            stored = replace(outlier, taken_at=whole_seconds(outlier.taken_at), score=score)
            self.items[(outlier.key, *outlier.item)] = stored
        for outlier in delete:
            self.items.pop((outlier.key, *outlier.item), None)

    def list_outliers(self, query: OutlierQuery, limit: int, after: OutlierPosition | None) -> OutlierPage:
        def position(outlier: Outlier) -> tuple[float, str]:
            by_score = query.sort is OutlierSort.SCORE
            value = outlier.score.score if by_score else outlier.taken_at.timestamp()
            return -value, f"{outlier.key}#outlier#{outlier.baseline}#{outlier.score.shortcode}"

        passing = [o for o in self._live() if o.baseline is query.baseline and query.passes(o)]
        found = sorted(passing, key=position)
        if after:
            found = [outlier for outlier in found if position(outlier) > (-after.value, after.key)]
        if len(found) <= limit:
            return OutlierPage(tuple(found), None)
        value, key = position(found[limit - 1])
        return OutlierPage(tuple(found[:limit]), OutlierPosition(-value, key))
