"""Copies images from Instagram's short-lived URLs into storage, ten at a time, until a deadline."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, as_completed
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ImageRejected, StorageUnavailable
from creator_search.domain.images import Image
from creator_search.services.context_pool import ContextPool
from creator_search.services.ports import ImageSource, ImageStore

PARALLEL = 10


@dataclass(frozen=True, slots=True)
class ImageCopy:
    """An image to copy: its source URL and its target key."""

    source_url: str
    key: str


class CopyState(StrEnum):
    STORED = "stored"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class CopyResult:
    """`image` and its `size` in bytes are set if STORED, `reason` if REJECTED."""

    state: CopyState
    image: Image | None = None
    size: int = 0
    reason: str | None = None


class ImageCopier:
    """Copies images in parallel. A failed image does not affect the others."""

    def __init__(self, source: ImageSource, store: ImageStore, clock: Clock) -> None:
        self._source = source
        self._store = store
        self._clock = clock

    def copy(
        self,
        copies: Sequence[ImageCopy],
        deadline: datetime,
    ) -> Mapping[str, CopyResult]:
        """Copy the images; return the results by key. Images not done at the deadline are UNFINISHED."""
        results: dict[str, CopyResult] = {}
        pool = ContextPool(PARALLEL, thread_name_prefix="image")
        waiting: dict[Future[CopyResult], ImageCopy] = {pool.submit(self._copy, c, deadline): c for c in copies}
        try:
            left = (deadline - self._clock()).total_seconds()
            with suppress(TimeoutError):
                for future in as_completed([*waiting], timeout=max(0.0, left)):
                    copy = waiting.pop(future)
                    results[copy.key] = future.result()
        finally:
            # Running downloads end at the same deadline.
            pool.shutdown(wait=False, cancel_futures=True)
        for copy in waiting.values():
            results[copy.key] = CopyResult(CopyState.UNFINISHED)
        return results

    def _copy(self, copy: ImageCopy, deadline: datetime) -> CopyResult:
        if self._clock() >= deadline:
            return CopyResult(CopyState.UNFINISHED)
        try:
            jpeg = self._source.fetch_image(copy.source_url, deadline)
            return CopyResult(CopyState.STORED, self._store.store_image(copy.key, jpeg), len(jpeg))
        except (ImageRejected, StorageUnavailable) as error:
            return CopyResult(CopyState.REJECTED, reason=error.message)
