"""Images of a set of similar profiles: entries with their images, and completion in the background."""

from dataclasses import replace
from datetime import datetime

from creator_search.domain.images import similar_image_key
from creator_search.domain.messages import MediaMessage
from creator_search.domain.similar import SimilarProfile
from creator_search.services.images.copy import CopyResult, CopyState, ImageCopier, ImageCopy
from creator_search.services.ports import SimilarStore, TaskQueue


class SimilarImageFinisher:
    def __init__(self, store: SimilarStore, copier: ImageCopier, tasks: TaskQueue) -> None:
        self._store = store
        self._copier = copier
        self._tasks = tasks

    def finish_similar_images(self, username: str, batch_id: str, deadline: datetime) -> int:
        """Copy the remaining images; return the number added to the set, 0 if the set no longer exists. Raises
        StoreUnavailable.
        """
        row = self._store.load_similar(username)
        cached = row.cached
        if cached is None or cached.batch_id != batch_id or not cached.unfinished:
            return 0
        by_key = {similar_image_key(username, e.username): e for e in cached.unfinished}
        copies = [ImageCopy(e.source_image_url, key) for key, e in by_key.items() if e.source_image_url]
        results = self._copier.copy(copies, deadline)
        stored = [with_image(e, results.get(key)) for key, e in by_key.items()]
        added = tuple(e for e in stored if e.image)
        left = tuple(e for key, e in by_key.items() if is_unfinished(results.get(key)))
        done = replace(cached, profiles=cached.profiles + added, unfinished=left)
        if not self._store.replace_set(done, row.generation):
            return 0
        if left and added:
            self._tasks.send_task(MediaMessage(kind="similar", username=username, batch_id=batch_id))
        return len(added)


def with_image(entry: SimilarProfile, result: CopyResult | None) -> SimilarProfile:
    if result is None or result.image is None:
        return entry
    return replace(entry, image=result.image, image_bytes=result.size)


def is_unfinished(result: CopyResult | None) -> bool:
    return result is not None and result.state is CopyState.UNFINISHED
