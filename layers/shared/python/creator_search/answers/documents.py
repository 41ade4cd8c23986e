"""The `meta` of the read family, and the text of a stored document."""

import json
import time
from datetime import datetime, timedelta
from typing import Any

from creator_search.schemas.times import iso
from creator_search.services.reading.stored import DocumentResult


class Timer:
    """`now` is the time of the request, `deadline` the time at which the answer must be sent."""

    def __init__(self, now: datetime, budget: timedelta) -> None:
        self.now = now
        self.deadline = now + budget
        self._started = time.perf_counter()

    def meta(self, *, is_cached: bool, is_stale: bool, updated_at: datetime, source: str | None) -> dict[str, Any]:
        """Return the fields of `meta` that all answers of the read family have. `source` is None for data stored before
        the provider was recorded."""
        return {
            "cache_hit": is_cached,
            "response_time_ms": round(1000 * (time.perf_counter() - self._started), 2),
            "last_updated": iso(updated_at),
            "stale": is_stale,
            "source": source or "store",
            "age_seconds": max(0, int((self.now - updated_at).total_seconds())),
        }


def document_text(result: DocumentResult, timer: Timer) -> str:
    """Return the stored text with `meta` inserted after its last field."""
    found = result.document
    about = timer.meta(
        is_cached=result.is_cached, is_stale=result.is_stale, updated_at=found.updated_at, source=found.source
    )
    meta = json.dumps({**about, "ai_analysis_coverage": found.ai_coverage})
    return f'{found.body[:-1]},"meta":{meta}}}'
