"""Posts and reels, and the analysis of their captions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from creator_search.domain.images import Image


class MediaType(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    REEL = "reel"
    CAROUSEL = "carousel"


class TakenAtSource(StrEnum):
    """Where the time of a post is from: the upstream, or the id in its shortcode."""

    UPSTREAM = "upstream"
    SHORTCODE = "shortcode"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnalysis:
    """The analysis of a caption. Values that could not be determined are None: a caption without words has no language.

    Confidences are 0–1, the sentiment score is −1…1, the language is an ISO 639-1 code. `engine` is onnx or rules,
    `version` the version of its models or rules, `raw` the evidence.
    """

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
    """A post or reel. Counts that the upstream hides or omits are None, never zero."""

    shortcode: str
    media_type: MediaType
    taken_at: datetime
    taken_at_source: TakenAtSource = TakenAtSource.UPSTREAM
    caption: str = ""
    likes: int | None = None
    comments: int | None = None
    views: int | None = None
    is_pinned: bool = False
    is_paid_partnership: bool | None = None
    source_image_url: str | None = None
    image: Image | None = None
    analysis: PostAnalysis | None = None

    @property
    def engagement(self) -> int | None:
        """Likes + comments; None if either is unknown."""
        return None if self.likes is None or self.comments is None else self.likes + self.comments


_SHORTCODE_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PRIVATE_SUFFIX_LENGTH = 28
"""Characters that shortcodes of private accounts have behind the id."""
_ID_EPOCH_MILLISECONDS = 1_314_220_021_721


def time_of_shortcode(shortcode: str) -> datetime:
    """When the id in a shortcode was made: ((id >> 23) + 1314220021721) ÷ 1000, in whole seconds. For 99 % of recorded
    posts this is within an hour of the time that the upstream gives.

    Source: Instagram Engineering, "Sharding & IDs at Instagram" (41 bits of milliseconds since an epoch of its own).
    Raises ValueError for a shortcode that holds no such id.
    """
    digits = shortcode[:-_PRIVATE_SUFFIX_LENGTH] if len(shortcode) > _PRIVATE_SUFFIX_LENGTH else shortcode
    number = 0
    for character in digits:
        number = number * 64 + _SHORTCODE_DIGITS.index(character)
    if not 1 << 23 <= number < 1 << 64:
        raise ValueError("the shortcode holds no id with a time")
    return datetime.fromtimestamp(((number >> 23) + _ID_EPOCH_MILLISECONDS) // 1000, tz=UTC)


def merge_posts(first: tuple[Post, ...], more: tuple[Post, ...], limit: int) -> tuple[Post, ...]:
    """Merge two lists, newest first, up to `limit`. A shortcode in both is taken from `first`."""
    by_code = {p.shortcode: p for p in reversed((*first, *more))}
    return tuple(sorted(by_code.values(), key=lambda p: (p.taken_at, p.shortcode), reverse=True)[:limit])
