"""Cached analyses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from creator_search.domain.posts import PostAnalysis

from tests.fakes.process import FakeClock, whole_seconds


@dataclass
class FakeAnalysisCache:
    clock: FakeClock
    rows: dict[tuple[str, str], tuple[PostAnalysis, datetime]] = field(default_factory=dict)
    """Analyses with their time of expiry."""

    def load_analyses(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        found = {caption: self.rows.get((version, caption)) for caption in captions}
        return {caption: row[0] for caption, row in found.items() if row and row[1] > self.clock()}

    def save_analyses(self, version: str, analyses: Mapping[str, PostAnalysis], lifetime: timedelta) -> None:
        until = whole_seconds(self.clock() + lifetime)
        self.rows |= {(version, caption): (analysis, until) for caption, analysis in analyses.items()}
