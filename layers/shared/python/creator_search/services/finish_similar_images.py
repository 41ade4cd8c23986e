"""In the background: the images that a similar-fast answer had no time for; and what the two have in common."""

from dataclasses import replace
from datetime import datetime

from creator_search.domain.similar import SimilarProfile, similar_image_key
from creator_search.services.copy_images import CopyImages, CopyResult, CopyState, ImageCopy
from creator_search.services.ports import SimilarStore, TaskQueue


class FinishSimilarImages:
    def __init__(self, store: SimilarStore, copy_images: CopyImages, tasks: TaskQueue) -> None:
        self._store = store
        self._copy_images = copy_images
        self._tasks = tasks

    def __call__(self, username: str, batch_id: str, deadline: datetime) -> int:
        """How many images were added to the set; 0 when the set is gone. Raises StoreUnavailable."""
        row = self._store.read(username)
        cached = row.cached
        if cached is None or cached.batch_id != batch_id or not cached.unfinished:
            return 0
        by_key = {similar_image_key(username, e.username): e for e in cached.unfinished}
        copies = [ImageCopy(e.source_image_url, key) for key, e in by_key.items() if e.source_image_url]
        results = self._copy_images(copies, deadline)
        stored = [with_image(username, e, results.get(key)) for key, e in by_key.items()]
        added = tuple(e for e in stored if e.image_key)
        left = tuple(e for key, e in by_key.items() if is_unfinished(results.get(key)))
        done = replace(cached, profiles=cached.profiles + added, unfinished=left)
        if not self._store.replace(done, row.generation):
            return 0
        if left and added:
            self._tasks.copy_similar_images(username, batch_id)
        return len(added)


def with_image(username: str, entry: SimilarProfile, result: CopyResult | None) -> SimilarProfile:
    if result is None or result.image is None:
        return entry
    return replace(
        entry,
        image_key=similar_image_key(username, entry.username),
        image_version=result.image.version,
        image_bytes=result.image.size,
    )


def is_unfinished(result: CopyResult | None) -> bool:
    return result is not None and result.state is CopyState.UNFINISHED
