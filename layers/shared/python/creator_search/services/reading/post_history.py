"""Reads how the counts of stored posts changed over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from creator_search.domain.analytics.post_growth import PostGrowth, measure_growth
from creator_search.domain.clock import Clock
from creator_search.domain.documents import DOCUMENTS_FRESH_FOR, DocumentName
from creator_search.domain.errors import (
    CreatorSearchError,
    PostNotStored,
    ProfileErased,
    ProfileMoved,
    ProfileNotStored,
)
from creator_search.domain.post_history import PostPoint
from creator_search.services.accounts import AccountRegistry
from creator_search.services.pipeline.refresh import RefreshRequests
from creator_search.services.ports import PostHistoryStore, PostStore, ProfileStore, Tombstones

_EVER = datetime.fromtimestamp(0, UTC)
_EARLIER = timedelta(days=1)
"""A post may be older than `taken_at` says, if that is from its shortcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHistory:
    """`growth` is None for a creator whose posts may not be shown."""

    points: Sequence[PostPoint] = ()
    growth: PostGrowth | None = None
    updated_at: datetime
    source: str | None
    is_stale: bool
    notes: tuple[str, ...] = ()


class PostHistoryReader:
    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        history: PostHistoryStore,
        registry: AccountRegistry,
        tombstones: Tombstones,
        refreshes: RefreshRequests,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._history = history
        self._registry = registry
        self._tombstones = tombstones
        self._refreshes = refreshes
        self._clock = clock

    def read_history(self, username: str, shortcode: str) -> PostHistory:
        """Return the history of a post, in three calls. A creator that is not stored is not fetched, because it has no
        history. Raises ProfileNotFound, ProfileMoved, PostNotStored, StoreUnavailable.
        """
        profile = self._profiles.load_profile(username)
        if profile is None:
            raise self._absence(username)
        updated_at = profile.updated_at
        is_stale = self._clock() >= updated_at + DOCUMENTS_FRESH_FOR[DocumentName.POSTS]
        if is_stale:
            self._refreshes.request_on_read(username)
        if not profile.public.shows_posts:
            notes = ("points: the profile is private",)
            return PostHistory(updated_at=updated_at, source=profile.source, is_stale=is_stale, notes=notes)
        post = self._posts.load_post(profile.history_key, shortcode)
        if post is None:
            raise PostNotStored(username, shortcode)
        found = self._history.load_points(profile.history_key, post.taken_at - _EARLIER, shortcode)
        points = found.get(shortcode, ())
        return PostHistory(
            points=points,
            growth=measure_growth(post, points),
            updated_at=updated_at,
            source=profile.source,
            is_stale=is_stale,
            notes=() if points else ("points: no refresh has stored counts of this post",),
        )

    def _absence(self, username: str) -> CreatorSearchError:
        """Why no profile is stored under the username."""
        if self._tombstones.erased_among([username]):
            return ProfileErased(username)
        moved = self._registry.find_moved(username)
        return ProfileMoved(username, moved.new_username) if moved else ProfileNotStored(username)

    def read_all_points(self, username: str) -> Mapping[str, Sequence[PostPoint]]:
        """Return the points of all posts by shortcode; none for a creator whose posts may not be shown. Raises
        StoreUnavailable.
        """
        profile = self._profiles.load_profile(username)
        if profile is None or not profile.public.shows_posts:
            return {}
        return self._history.load_points(profile.history_key, _EVER)
