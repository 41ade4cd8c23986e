"""Erasure of a creator: the name is blocked first, then everything stored under it is deleted."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.images import erasable_prefixes, similar_image_key
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.similar import SimilarProfile
from creator_search.services.ports import (
    Cdn,
    DocumentStore,
    ImageStore,
    JobStore,
    ProfileStore,
    SimilarStore,
    TaskQueue,
    Tombstones,
)

_ATTEMPTS = 5
_MARGIN_SECONDS = 5


class ErasureRequests:
    def __init__(self, tombstones: Tombstones, tasks: TaskQueue) -> None:
        self._tombstones = tombstones
        self._tasks = tasks

    def request_erasure(self, username: str) -> None:
        """Store the tombstone, then send the erasure message.

        The tombstone prevents that data is collected during the erasure. Raises StoreUnavailable, QueueUnavailable;
        repeating the request completes it.
        """
        self._tombstones.add_tombstone(username)
        self._tasks.send_task(ErasureMessage(username=username))


@dataclass(frozen=True, slots=True)
class Erased:
    items: int
    images: int
    similar_sets: int


class ProfileEraser:
    """Deletes the data of a creator, in two passes.

    Work that was in progress when the tombstone was written may still store data, so the last pass runs when the
    longest such work must have ended. Each pass may run more than once.
    """

    def __init__(
        self,
        *,
        jobs: JobStore,
        profiles: ProfileStore,
        documents: DocumentStore,
        similar: SimilarStore,
        images: ImageStore,
        cdn: Cdn,
        tasks: TaskQueue,
        longest_work_seconds: float,
    ) -> None:
        self._jobs = jobs
        self._profiles = profiles
        self._documents = documents
        self._similar = similar
        self._images = images
        self._cdn = cdn
        self._tasks = tasks
        self._last_pass_after_seconds = int(longest_work_seconds) + _MARGIN_SECONDS

    def erase(self, username: str, *, is_last: bool) -> Erased:
        """Delete everything stored for the creator.

        Raises Unavailable; SQS then delivers the message again, and the next attempt completes the erasure.
        """
        self._end_job(username)
        self._similar.clear_set(username)
        sets = sum(self._remove_from_set(primary, username) for primary in self._similar.sets_naming(username))
        items = self._profiles.delete_everything(username)
        self._documents.delete_documents(username)
        images = 0
        for prefix in erasable_prefixes(username):
            deleted = self._images.delete_images(prefix)
            if deleted:
                self._cdn.invalidate(prefix)
            images += deleted
        if not is_last:
            last = ErasureMessage(username=username, is_last=True)
            self._tasks.send_task(last, delay_seconds=self._last_pass_after_seconds)
        return Erased(items, images, sets)

    def _end_job(self, username: str) -> None:
        """Delete the job row, with which its worker loses the lease and stores nothing more."""
        for _ in range(_ATTEMPTS):
            job = self._jobs.load_job(username)
            if job is None:
                return
            if self._jobs.delete_job(job):
                if job.is_active:
                    self._jobs.finish_ticket(job.priority)
                return
        raise StoreUnavailable()

    def _remove_from_set(self, primary: str, username: str) -> bool:
        """Remove the name from another creator's set; return False if it is no longer in it."""
        # Delete the image first: after the name is removed from the set, nothing refers to the image.
        key = similar_image_key(primary, username)
        if self._images.delete_images(key):
            self._cdn.invalidate(key)
        for _ in range(_ATTEMPTS):
            row = self._similar.load_similar(primary)
            if row.cached is None or username not in row.cached.members:
                return False
            others = _without(username)
            left = replace(
                row.cached,
                profiles=tuple(filter(others, row.cached.profiles)),
                unfinished=tuple(filter(others, row.cached.unfinished)),
            )
            if self._similar.replace_set(left, row.generation):
                return True
        raise StoreUnavailable()


def _without(username: str) -> Callable[[SimilarProfile], bool]:
    return lambda profile: profile.username != username
