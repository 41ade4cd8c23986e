"""Sets of similar profiles: what is cached, for how long, and which request a cached set satisfies."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH_FOR = timedelta(hours=24)
"""Fixed from the fetch, never sliding."""
STALE_FOR = timedelta(days=7)
"""How old a set may be to stand in while the upstream is down."""
MAX_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarProfile:
    """One entry of a set; `image_key` is None until its image is stored."""

    username: str
    name: str
    rank: int
    source_image_url: str | None = None
    image_key: str | None = None
    image_version: str | None = None
    image_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarSet:
    """One fetch: always written and replaced whole.

    `profiles` have their images; `unfinished` are still to be copied. `limit` is what was asked for, `is_complete`
    tells that the upstream had no more. `batch_id` names the fetch.
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
        return now - self.fetched_at < FRESH_FOR

    def is_servable_stale(self, now: datetime) -> bool:
        return now - self.fetched_at < STALE_FOR

    def satisfies(self, limit: int) -> bool:
        return self.is_complete or self.limit >= limit

    def top(self, limit: int) -> tuple[SimilarProfile, ...]:
        return tuple(sorted(self.profiles, key=lambda p: p.rank)[:limit])


def profile_image_key(username: str) -> str:
    return f"profiles/{username}/profile.jpg"


def post_image_key(username: str, shortcode: str) -> str:
    return f"posts/{username}/{shortcode}.jpg"


def similar_prefix(username: str) -> str:
    return f"similar/{username}/"


def similar_image_key(username: str, similar: str) -> str:
    return f"{similar_prefix(username)}{similar}_profile.jpg"


def erasable_prefixes(username: str) -> tuple[str, ...]:
    """Where all images of and for a creator lie."""
    return (f"profiles/{username}/", f"posts/{username}/", similar_prefix(username))
