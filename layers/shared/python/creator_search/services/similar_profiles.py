"""Similar profiles: from the cache, else one fetch for everybody who waits, else a stale set."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creator_search.domain.answers import Clock, FlightOutcome, SimilarRow
from creator_search.domain.errors import (
    ProfileErased,
    Unavailable,
    UpstreamError,
    UpstreamNotConfigured,
)
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.similar import (
    SimilarProfile,
    SimilarSet,
    similar_image_key,
    similar_prefix,
)
from creator_search.services.copy_images import CopyImages, CopyResult, ImageCopy
from creator_search.services.find_similar import FindSimilar
from creator_search.services.finish_similar_images import is_unfinished, with_image
from creator_search.services.ports import ImageStore, Metrics, NewId, SimilarStore, TaskQueue, Tombstones
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS, SingleFlight

NOT_CONFIGURED = "Simple similar profiles API not available"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarAnswer:
    """`profiles` by rank; in a fresh answer those whose image failed have no `image_key`."""

    profiles: tuple[SimilarProfile, ...]
    fetched_at: datetime
    is_cached: bool
    is_stale: bool = False
    resolved_username: str | None = None
    unfinished: int = 0


class SimilarProfiles:
    """A cache hit costs one read."""

    def __init__(
        self,
        *,
        find: FindSimilar | None,
        store: SimilarStore,
        tombstones: Tombstones,
        flight: SingleFlight,
        images: ImageStore,
        copy_images: CopyImages,
        tasks: TaskQueue,
        metrics: Metrics,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._find = find
        self._store = store
        self._tombstones = tombstones
        self._flight = flight
        self._images = images
        self._copy_images = copy_images
        self._tasks = tasks
        self._metrics = metrics
        self._clock = clock
        self._new_id = new_id

    def __call__(self, username: str, *, limit: int, force_refresh: bool, deadline: datetime) -> SimilarAnswer:
        """Raises ProfileNotFound, Unavailable."""
        asked_at = self._clock()
        row = self._store.read(username)
        if not force_refresh and (hit := self._hit(row, limit)):
            self._metrics.count("SimilarCacheHit")
            return hit
        self._metrics.count("SimilarCacheMiss")
        if self._find is None:
            raise UpstreamNotConfigured(NOT_CONFIGURED)
        try:
            return self._fly(username, limit, force_refresh, asked_at, deadline)
        except UpstreamError:
            stale = self._store.read(username).cached
            if stale and stale.is_servable_stale(self._clock()):
                return _answer(stale, limit, is_cached=True, is_stale=True)
            raise

    def _hit(self, row: SimilarRow, limit: int, not_before: datetime | None = None) -> SimilarAnswer | None:
        cached = row.cached
        if cached is None or not cached.is_fresh(self._clock()) or not cached.satisfies(limit):
            return None
        if not_before and cached.fetched_at < not_before:
            return None
        return _answer(cached, limit, is_cached=True)

    def _fly(
        self, username: str, limit: int, force_refresh: bool, asked_at: datetime, deadline: datetime
    ) -> SimilarAnswer:
        not_before = asked_at if force_refresh else None

        def shared(outcome: FlightOutcome) -> SimilarAnswer | None:
            answer = self._hit(self._store.read(outcome.resolved_username or username), limit, not_before)
            return replace(answer, resolved_username=outcome.resolved_username) if answer else None

        return self._flight(
            f"similar#{username}",
            username,
            deadline,
            fetch=lambda: self._fetch(username, limit, deadline),
            shared=shared,
            resolved=lambda answer: answer.resolved_username,
        )

    def _fetch(self, username: str, limit: int, deadline: datetime) -> SimilarAnswer:
        assert self._find is not None
        # Seen before the upstream is asked: a clear from now on keeps this fetch out of the cache.
        generation = self._store.read(username).generation
        if self._tombstones.erased([username]):
            raise ProfileErased(username)
        found = self._find(username, deadline)
        resolved = None if found.username == username else found.username
        if resolved:
            # Stored under the name it belongs to, never under the one asked for.
            generation = self._store.read(resolved).generation
        listed = found.accounts[:limit]
        erased = self._tombstones.erased([found.username, *(account.username for account in listed)])
        if found.username in erased:
            raise ProfileErased(username)
        kept = [account for account in listed if account.username not in erased]
        wanted = [_entry(rank, account) for rank, account in enumerate(kept, start=1)]
        results = self._copy(found.username, wanted, deadline - timedelta(seconds=WRITE_RESERVE_SECONDS))
        entries = tuple(with_image(found.username, e, results.get(e.username)) for e in wanted)
        unfinished = tuple(e for e in wanted if is_unfinished(results.get(e.username)))
        new = SimilarSet(
            username=found.username,
            batch_id=self._new_id(),
            fetched_at=self._clock(),
            limit=limit,
            is_complete=len(found.accounts) <= limit,
            profiles=tuple(e for e in entries if e.image_key),
            unfinished=unfinished,
        )
        self._keep(new, generation, upstream_had_some=bool(wanted))
        return replace(
            _answer(new, limit, is_cached=False),
            profiles=entries,
            resolved_username=resolved,
            unfinished=len(unfinished),
        )

    def _copy(self, username: str, wanted: Sequence[SimilarProfile], deadline: datetime) -> dict[str, CopyResult]:
        keys = {similar_image_key(username, e.username): e.username for e in wanted}
        copies = [
            ImageCopy(e.source_image_url, similar_image_key(username, e.username)) for e in wanted if e.source_image_url
        ]
        return {keys[key]: result for key, result in self._copy_images(copies, deadline).items()}

    def _keep(self, new: SimilarSet, generation: str | None, *, upstream_had_some: bool) -> None:
        """Store the set; a store that is down costs the cache, not the answer."""
        if upstream_had_some and not new.profiles and not new.unfinished:
            return  # every image failed: an empty set must not stand for 24 h
        try:
            if not self._store.replace(new, generation):
                self._discard(new.username)
            elif new.unfinished:
                self._tasks.copy_similar_images(new.username, new.batch_id)
        except Unavailable:
            self._metrics.count("SimilarSetNotStored")

    def _discard(self, username: str) -> None:
        """The row was cleared while we fetched: our images go too, unless a newer set stands there."""
        if self._store.read(username).cached is None:
            self._images.delete_prefix(similar_prefix(username))


def _entry(rank: int, account: RelatedAccount) -> SimilarProfile:
    return SimilarProfile(
        username=account.username, name=account.name, rank=rank, source_image_url=account.source_image_url
    )


def _answer(cached: SimilarSet, limit: int, *, is_cached: bool, is_stale: bool = False) -> SimilarAnswer:
    return SimilarAnswer(
        profiles=cached.top(limit), fetched_at=cached.fetched_at, is_cached=is_cached, is_stale=is_stale
    )
