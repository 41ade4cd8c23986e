"""A creator as the upstream shows one: profile, posts, related accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MediaType(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    REEL = "reel"
    CAROUSEL = "carousel"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnalysis:
    """What was read in a caption. Confidences are 0–1, the sentiment's score −1…1, the language is ISO 639-1;
    `engine` says who read it (onnx or rules), `version` with what, `raw` what it saw. Null is what could not be read:
    a caption without words has no language."""

    engine: str
    version: str
    analyzed_at: datetime
    content_category: str | None = None
    category_confidence: float | None = None
    sentiment: Sentiment | None = None
    sentiment_score: float | None = None
    sentiment_confidence: float | None = None
    language_code: str | None = None
    language_confidence: float | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


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
    is_paid_partnership: bool | None = None
    source_image_url: str | None = None
    image_key: str | None = None
    image_version: str | None = None
    analysis: PostAnalysis | None = None

    @property
    def engagement(self) -> int | None:
        """Likes + comments, None where either is unknown."""
        return None if self.likes is None or self.comments is None else self.likes + self.comments


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
