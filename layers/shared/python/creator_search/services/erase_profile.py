"""Erase a creator: refuse the name first, then take away all that is stored under it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.similar import SimilarProfile, erasable_prefixes, similar_image_key
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


class AskErasure:
    def __init__(self, tombstones: Tombstones, tasks: TaskQueue) -> None:
        self._tombstones = tombstones
        self._tasks = tasks

    def __call__(self, username: str) -> None:
        """The tombstone first: what is refused cannot come back while it is erased. Raises StoreUnavailable,
        QueueUnavailable; the same request again does what is left."""
        self._tombstones.bury(username)
        self._tasks.erase_profile(username, is_last=False, delay_seconds=0)


@dataclass(frozen=True, slots=True)
class Erased:
    items: int
    images: int
    similar_sets: int


class EraseProfile:
    """Safe to do twice, and done twice: work that was under way when the tombstone was written may still store
    something, so a last pass comes when the longest of it must have ended."""

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
        last_pass_after_seconds: int,
    ) -> None:
        self._jobs = jobs
        self._profiles = profiles
        self._documents = documents
        self._similar = similar
        self._images = images
        self._cdn = cdn
        self._tasks = tasks
        self._last_pass_after_seconds = last_pass_after_seconds

    def __call__(self, username: str, *, is_last: bool) -> Erased:
        """Raises Unavailable: the message comes back, and what is left is done then."""
        self._end_job(username)
        self._similar.clear(username)
        sets = sum(self._leave(primary, username) for primary in self._similar.naming(username))
        items = self._profiles.erase(username)
        self._documents.erase(username)
        images = 0
        for prefix in erasable_prefixes(username):
            deleted = self._images.delete_prefix(prefix)
            if deleted:
                self._cdn.invalidate(prefix)
            images += deleted
        if not is_last:
            self._tasks.erase_profile(username, is_last=True, delay_seconds=self._last_pass_after_seconds)
        return Erased(items, images, sets)

    def _end_job(self, username: str) -> None:
        """Whoever works on it loses the lease with the row, and stores nothing more."""
        for _ in range(_ATTEMPTS):
            job = self._jobs.job(username)
            if job is None:
                return
            if self._jobs.retract(job):
                if job.is_active:
                    self._jobs.finish_ticket(job.priority)
                return
        raise StoreUnavailable()

    def _leave(self, primary: str, username: str) -> bool:
        """Take the name out of somebody's set; False when it is not in it any more."""
        # The image first: once the name is out of the set, nobody would know of it.
        key = similar_image_key(primary, username)
        if self._images.delete_prefix(key):
            self._cdn.invalidate(key)
        for _ in range(_ATTEMPTS):
            row = self._similar.read(primary)
            if row.cached is None or username not in row.cached.members:
                return False
            others = _without(username)
            left = replace(
                row.cached,
                profiles=tuple(filter(others, row.cached.profiles)),
                unfinished=tuple(filter(others, row.cached.unfinished)),
            )
            if self._similar.replace(left, row.generation):
                return True
        raise StoreUnavailable()


def _without(username: str) -> Callable[[SimilarProfile], bool]:
    return lambda profile: profile.username != username
