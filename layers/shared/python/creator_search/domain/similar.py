"""Sets of similar profiles: what is cached, for how long, and which request a cached set satisfies."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creator_search.domain.images import Image

SIMILAR_FRESH_FOR = timedelta(hours=24)
"""Counted from the fetch; reads do not extend it."""
SIMILAR_STALE_FOR = timedelta(days=7)
"""Maximum age of a set that is served while the upstream is down."""
MEMBERSHIP_KEPT_FOR = timedelta(days=14)
"""Counted from the fetch: longer than a set and its pictures are stored, so that all sets that contain a creator are
found."""
MAX_LIMIT = 80
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarProfile:
    """One entry of a set. `image` is None until it is stored; `image_bytes` is its size; `followers` and `is_verified`
    are None if the upstream does not list them.
    """

    username: str
    name: str
    rank: int
    followers: int | None = None
    is_verified: bool | None = None
    source_image_url: str | None = None
    image: Image | None = None
    image_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarSet:
    """The result of one fetch; written and replaced as a whole.

    The images of `profiles` are stored; those of `unfinished` are still to be copied. `limit` is the requested limit;
    `is_complete` states that the upstream had no more. `batch_id` identifies the fetch.
    """

    username: str
    batch_id: str
    fetched_at: datetime
    limit: int
    is_complete: bool
    profiles: tuple[SimilarProfile, ...]
    unfinished: tuple[SimilarProfile, ...] = ()

    @property
    def members(self) -> frozenset[str]:
        return frozenset(p.username for p in (*self.profiles, *self.unfinished))

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(p.image for p in (*self.profiles, *self.unfinished) if p.image)

    def image_of(self, username: str) -> Image | None:
        return next((p.image for p in self.profiles if p.username == username), None)

    def without(self, username: str) -> "SimilarSet":
        return replace(
            self,
            profiles=tuple(p for p in self.profiles if p.username != username),
            unfinished=tuple(p for p in self.unfinished if p.username != username),
        )

    def is_fresh(self, now: datetime) -> bool:
        return now - self.fetched_at < SIMILAR_FRESH_FOR

    def is_servable_stale(self, now: datetime) -> bool:
        return now - self.fetched_at < SIMILAR_STALE_FOR

    def satisfies(self, limit: int) -> bool:
        return self.is_complete or self.limit >= limit

    def top(self, limit: int) -> tuple[SimilarProfile, ...]:
        return tuple(sorted(self.profiles, key=lambda p: p.rank)[:limit])


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """One row of the cache. A write must name the current `generation`; `cached` is None if the row has no set."""

    generation: str | None
    cached: SimilarSet | None


@dataclass(frozen=True, slots=True)
class CacheContents:
    entries: int
    image_bytes: int
    is_complete: bool
    """False if there are more rows than were counted."""
