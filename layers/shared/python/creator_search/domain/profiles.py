"""A creator as the upstream shows one: profile, posts, related accounts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MediaType(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    REEL = "reel"
    CAROUSEL = "carousel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post or reel. Counts are None where the upstream hides or lacks them, never zero in their place."""

    shortcode: str
    media_type: MediaType
    taken_at: datetime
    caption: str = ""
    likes: int | None = None
    comments: int | None = None
    views: int | None = None
    is_pinned: bool = False
    source_image_url: str | None = None
    image_key: str | None = None
    image_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAccount:
    """Somebody the upstream lists as similar, in its order."""

    username: str
    name: str
    source_image_url: str | None
    is_verified: bool | None = None
    is_private: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamProfile:
    """What one call to the profile provider gives: the creator, the first page of posts, and related accounts."""

    username: str
    full_name: str
    biography: str
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool
    category: str | None = None
    external_url: str | None = None
    bio_links: tuple[str, ...] = ()
    source_image_url: str | None = None
    posts: tuple[Post, ...] = ()
    related: tuple[RelatedAccount, ...] = ()
    has_more_posts: bool = False


def merge_posts(first: tuple[Post, ...], more: tuple[Post, ...], limit: int) -> tuple[Post, ...]:
    """Both lists as one, each shortcode once (the first to name it wins), newest first, at most `limit`."""
    by_code = {p.shortcode: p for p in reversed((*first, *more))}
    return tuple(sorted(by_code.values(), key=lambda p: (p.taken_at, p.shortcode), reverse=True)[:limit])
