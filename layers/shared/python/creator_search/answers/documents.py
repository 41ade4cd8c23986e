"""The `meta` of the read family, and answers from stored documents."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from creator_search.schemas.json_text import json_text
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

    def meta_of(self, result: DocumentResult) -> dict[str, Any]:
        """Return these fields of an answer from a document."""
        found = result.document
        return self.meta(
            is_cached=result.is_cached, is_stale=result.is_stale, updated_at=found.updated_at, source=found.source
        )


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """`text` returns the whole body; a client that has the version of `etag` does not need it."""

    etag: str
    text: Callable[[], str]
    is_stale: bool = False


def document_answer(result: DocumentResult, timer: Timer) -> ReadyAnswer:
    """Return the stored text with `meta`. The ETag is of the stored text: `meta` differs in every answer."""
    found = result.document
    fields = {"ai_analysis_coverage": found.ai_coverage}
    return ReadyAnswer(found.etag, lambda: with_meta(found.body, timer.meta_of(result) | fields), result.is_stale)


def with_meta(body: str, meta: Mapping[str, Any]) -> str:
    """Insert `meta` after the last field of a JSON object."""
    return f'{body[:-1]},"meta":{json_text(meta)}}}'
