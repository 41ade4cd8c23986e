"""Clears the cached similar profiles of one creator: the row, the stored images, and the CDN's copies."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from creator_search.domain.errors import CacheClearingFailed, CdnUnavailable, StorageUnavailable, StoreUnavailable
from creator_search.domain.images import similar_prefix
from creator_search.domain.metrics import Metric
from creator_search.services.ports import Cdn, ImageStore, Metrics, SimilarStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearOutcome:
    """`cdn_invalidated` is None if nothing was cached."""

    profiles_cleared: int
    images_deleted: int
    cdn_invalidated: bool | None
    seconds: float

    @property
    def was_cached(self) -> bool:
        return self.cdn_invalidated is not None


class SimilarCacheCleaner:
    """Clears cached sets.

    The row is cleared first: after that no read returns the set, and a fetch that started earlier cannot store its own,
    because the generation has changed. Then the images and the CDN's copies are removed. A second clear completes one
    that failed.
    """

    def __init__(
        self,
        store: SimilarStore,
        images: ImageStore,
        cdn: Cdn,
        metrics: Metrics,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._images = images
        self._cdn = cdn
        self._metrics = metrics
        self._timer = timer

    def clear(self, username: str) -> ClearOutcome:
        """Clear the cached set. Raises StoreUnavailable, CacheClearingFailed."""
        start = self._timer()
        try:
            outcome = self._clear(username, start)
        except (StoreUnavailable, CacheClearingFailed):
            self._metrics.count(Metric.SIMILAR_CACHE_CLEAR_FAILED)
            raise
        self._metrics.count(Metric.SIMILAR_CACHE_CLEAR)
        self._metrics.record_seconds(Metric.SIMILAR_CACHE_CLEAR_SECONDS, outcome.seconds)
        return outcome

    def _clear(self, username: str, start: float) -> ClearOutcome:
        cleared = self._store.clear_set(username)
        prefix = similar_prefix(username)
        try:
            images = self._images.delete_images(prefix)
        except StorageUnavailable as error:
            raise CacheClearingFailed("The cached images could not be deleted") from error
        invalidated: bool | None = None
        if cleared or images:
            try:
                self._cdn.invalidate(prefix)
                invalidated = True
            except CdnUnavailable:
                # URLs contain a version, so new answers do not refer to the old copies; the rest is still cleared.
                invalidated = False
                self._metrics.count(Metric.SIMILAR_CACHE_CLEAR_FAILED)
        return ClearOutcome(
            profiles_cleared=len(cleared.profiles) if cleared else 0,
            images_deleted=images,
            cdn_invalidated=invalidated,
            seconds=self._timer() - start,
        )
