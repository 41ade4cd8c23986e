"""Sets of similar profiles: what is cached, for how long, and which request a cached set satisfies."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from creator_search.domain.images import Image

SIMILAR_FRESH_FOR = timedelta(hours=24)
"""Counted from the fetch; reads do not extend it."""
SIMILAR_STALE_FOR = timedelta(days=7)
"""Maximum age of a set that is served while the upstream is down."""
MAX_LIMIT = 80


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
