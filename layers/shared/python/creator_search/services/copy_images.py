"""Copy images from Instagram's short-lived addresses into our storage, ten at a time, within a time budget."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.answers import Clock, StoredImage
from creator_search.domain.errors import ImageRejected, StorageUnavailable
from creator_search.services.ports import ImageSource, ImageStore

PARALLEL = 10


@dataclass(frozen=True, slots=True)
class ImageCopy:
    """One image to copy: from where, to which key."""

    source_url: str
    key: str


class CopyState(StrEnum):
    STORED = "stored"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class CopyResult:
    state: CopyState
    image: StoredImage | None = None
    reason: str | None = None


class CopyImages:
    """One image that fails costs only itself."""

    def __init__(self, source: ImageSource, store: ImageStore, clock: Clock) -> None:
        self._source = source
        self._store = store
        self._clock = clock

    def __call__(
        self,
        copies: Sequence[ImageCopy],
        deadline: datetime,
        on_each: Callable[[ImageCopy, CopyResult], None] | None = None,
    ) -> Mapping[str, CopyResult]:
        """Results by key; what the deadline cut off is UNFINISHED. `on_each` runs in the caller's thread."""
        results: dict[str, CopyResult] = {}
        pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="image")
        waiting: dict[Future[CopyResult], ImageCopy] = {pool.submit(self._copy, c, deadline): c for c in copies}
        try:
            while waiting:
                left = (deadline - self._clock()).total_seconds()
                done, _ = wait(waiting, timeout=max(0.0, left), return_when="FIRST_COMPLETED")
                if not done:
                    break
                for future in done:
                    copy = waiting.pop(future)
                    results[copy.key] = future.result()
                    if on_each:
                        on_each(copy, results[copy.key])
        finally:
            # Threads still at work end by themselves: each fetch has the same deadline.
            pool.shutdown(wait=False, cancel_futures=True)
        for copy in waiting.values():
            results[copy.key] = CopyResult(CopyState.UNFINISHED)
        return results

    def _copy(self, copy: ImageCopy, deadline: datetime) -> CopyResult:
        if self._clock() >= deadline:
            return CopyResult(CopyState.UNFINISHED)
        try:
            jpeg = self._source.fetch(copy.source_url, deadline)
            return CopyResult(CopyState.STORED, self._store.put(copy.key, jpeg))
        except (ImageRejected, StorageUnavailable) as error:
            return CopyResult(CopyState.REJECTED, reason=error.message)
