"""Similar profiles from the cache, else from one fetch for all concurrent callers, else from a stale set."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileErased, Unavailable
from creator_search.domain.images import similar_image_key, similar_prefix
from creator_search.domain.locks import LockOutcome
from creator_search.domain.messages import MediaMessage
from creator_search.domain.metrics import Metric
from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.similar import SimilarProfile, SimilarSet
from creator_search.domain.upstream_errors import UpstreamError, UpstreamNotConfigured
from creator_search.services.images.copy import CopyResult, ImageCopier, ImageCopy
from creator_search.services.ports import ImageStore, Metrics, NewId, SimilarStore, TaskQueue, Tombstones
from creator_search.services.similar.images import is_unfinished, with_image
from creator_search.services.similar.lookup import SimilarLookup
from creator_search.services.similar.stored import SimilarResult, StoredSimilar, fresh_result
from creator_search.services.single_flight import WRITE_RESERVE_SECONDS, SingleFlight


class SimilarProfiles:
    """Returns similar profiles. A cache hit takes one read."""

    def __init__(
        self,
        *,
        lookup: SimilarLookup,
        store: SimilarStore,
        stored: StoredSimilar,
        tombstones: Tombstones,
        single_flight: SingleFlight,
        images: ImageStore,
        copier: ImageCopier,
        tasks: TaskQueue,
        metrics: Metrics,
        take_upstream: Callable[[], None],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._lookup = lookup
        self._store = store
        self._stored = stored
        self._tombstones = tombstones
        self._single_flight = single_flight
        self._images = images
        self._copier = copier
        self._tasks = tasks
        self._metrics = metrics
        self._take_upstream = take_upstream
        self._clock = clock
        self._new_id = new_id

    def find(self, username: str, *, limit: int, force_refresh: bool, deadline: datetime) -> SimilarResult:
        """Return the similar profiles of a creator. Raises ProfileNotFound, RateLimited, Unavailable."""
        asked_at = self._clock()
        if not force_refresh and (hit := self._stored.find_fresh(username, limit)):
            return hit
        self._metrics.count(Metric.SIMILAR_CACHE_MISS)
        try:
            self._lookup.require_key()
            self._take_upstream()
            return self._fetch_once(username, limit, force_refresh, asked_at, deadline)
        except UpstreamNotConfigured:
            raise
        except UpstreamError:
            stale = self._store.load_similar(username).cached
            if stale and stale.is_servable_stale(self._clock()):
                return SimilarResult.of(stale, limit, is_cached=True, is_stale=True)
            raise

    def _fetch_once(
        self, username: str, limit: int, force_refresh: bool, asked_at: datetime, deadline: datetime
    ) -> SimilarResult:
        not_before = asked_at if force_refresh else None

        def shared(outcome: LockOutcome) -> SimilarResult | None:
            row = self._store.load_similar(outcome.resolved_username or username)
            answer = fresh_result(row, limit, self._clock(), not_before)
            return replace(answer, resolved_username=outcome.resolved_username) if answer else None

        return self._single_flight.run(
            f"similar#{username}",
            username,
            deadline,
            fetch=lambda: self._fetch(username, limit, deadline),
            shared=shared,
            resolved=lambda answer: answer.resolved_username,
        )

    def _fetch(self, username: str, limit: int, deadline: datetime) -> SimilarResult:
        # Read before the upstream is called: after a later clear, this fetch is not stored.
        generation = self._store.load_similar(username).generation
        if self._tombstones.erased_among([username]):
            raise ProfileErased(username)
        found = self._lookup.look_up(username, deadline)
        resolved = None if found.username == username else found.username
        if resolved:
            # Stored under the resolved name, not the requested one.
            generation = self._store.load_similar(resolved).generation
        listed = found.accounts[:limit]
        erased = self._tombstones.erased_among([found.username, *(account.username for account in listed)])
        if found.username in erased:
            raise ProfileErased(username)
        kept = [account for account in listed if account.username not in erased]
        wanted = [_entry(rank, account) for rank, account in enumerate(kept, start=1)]
        results = self._copy(found.username, wanted, deadline - timedelta(seconds=WRITE_RESERVE_SECONDS))
        entries = tuple(with_image(e, results.get(e.username)) for e in wanted)
        unfinished = tuple(e for e in wanted if is_unfinished(results.get(e.username)))
        new = SimilarSet(
            username=found.username,
            batch_id=self._new_id(),
            fetched_at=self._clock(),
            limit=limit,
            is_complete=len(found.accounts) <= limit,
            profiles=tuple(e for e in entries if e.image),
            unfinished=unfinished,
        )
        self._keep(new, generation, upstream_had_some=bool(wanted))
        return replace(
            SimilarResult.of(new, limit, is_cached=False),
            profiles=entries,
            resolved_username=resolved,
            unfinished=len(unfinished),
        )

    def _copy(self, username: str, wanted: Sequence[SimilarProfile], deadline: datetime) -> dict[str, CopyResult]:
        keys = {similar_image_key(username, e.username): e.username for e in wanted}
        copies = [
            ImageCopy(e.source_image_url, similar_image_key(username, e.username)) for e in wanted if e.source_image_url
        ]
        return {keys[key]: result for key, result in self._copier.copy(copies, deadline).items()}

    def _keep(self, new: SimilarSet, generation: str | None, *, upstream_had_some: bool) -> None:
        """Store the set. If the store is down, only caching is lost."""
        if upstream_had_some and not new.profiles and not new.unfinished:
            return  # every image failed: an empty set must not be cached for 24 h
        try:
            if not self._store.replace_set(new, generation):
                self._discard(new.username)
            elif new.unfinished:
                task = MediaMessage(kind="similar", username=new.username, batch_id=new.batch_id)
                self._tasks.send_task(task)
        except Unavailable:
            self._metrics.count(Metric.SIMILAR_SET_NOT_STORED)

    def _discard(self, username: str) -> None:
        """Delete the images of a fetch during which the row was cleared, unless a newer set is stored."""
        if self._store.load_similar(username).cached is None:
            self._images.delete_images(similar_prefix(username))


def _entry(rank: int, account: RelatedAccount) -> SimilarProfile:
    return SimilarProfile(
        username=account.username,
        name=account.name,
        rank=rank,
        followers=account.followers,
        is_verified=account.is_verified,
        source_image_url=account.source_image_url,
    )
