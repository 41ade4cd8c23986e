"""Clears the cached similar profiles of one creator: the row, the stored images, and the CDN's copies."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from creator_search.domain.errors import CacheClearingFailed, CdnUnavailable, StorageUnavailable, StoreUnavailable
from creator_search.domain.images import similar_prefix
from creator_search.domain.metrics import Metric
from creator_search.domain.similar import SimilarSet
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

    The row is cleared last, because it lists the copies that the CDN has to remove: a second clear completes one that
    failed. After it, a fetch that started earlier cannot store its own set, because the generation has changed.
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
        stored = self._store.load_sets([username]).get(username)
        found = stored.cached if stored else None
        images = self._delete_images(username)
        is_told = self._invalidate(found)
        cleared = self._store.clear_set(username)
        if cleared and (found is None or cleared.batch_id != found.batch_id):
            # A fetch has stored another set meanwhile.
            images += self._delete_images(username)
            is_told = self._invalidate(cleared) and is_told
        return ClearOutcome(
            profiles_cleared=len(cleared.profiles) if cleared else 0,
            images_deleted=images,
            cdn_invalidated=is_told if cleared or images else None,
            seconds=self._timer() - start,
        )

    def _delete_images(self, username: str) -> int:
        try:
            return self._images.delete_images(similar_prefix(username))
        except StorageUnavailable as error:
            raise CacheClearingFailed("The cached images could not be deleted") from error

    def _invalidate(self, cached: SimilarSet | None) -> bool:
        """Return False if the CDN could not be told: its copies then expire within a day, and the rest is still
        cleared."""
        try:
            self._cdn.invalidate(cached.images if cached else ())
        except CdnUnavailable:
            self._metrics.count(Metric.SIMILAR_CACHE_CLEAR_FAILED)
            return False
        return True
