"""Posts and reels, and the analysis of their captions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from creator_search.domain.images import Image

T = TypeVar("T")


class MediaType(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    REEL = "reel"
    CAROUSEL = "carousel"


class TakenAtSource(StrEnum):
    """Where the time of a post is from: the upstream, or the id in its shortcode."""

    UPSTREAM = "upstream"
    SHORTCODE = "shortcode"


class ViewsKind(StrEnum):
    """What `views` counts. Plays include repeated plays, and are 1.7 to 4.4 times the views of the same post."""

    PLAYS = "plays"
    VIEWS = "views"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


RULES = "rules"
"""The engine of analyses that no exported model made."""


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
class Location:
    """A place that a post names. `id` is the platform's; latitude and longitude are in degrees."""

    name: str
    id: str | None = None
    address: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """The audio of a reel: a song, or the original audio of the account `artist`."""

    title: str | None = None
    artist: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post or reel. Counts that the upstream hides or omits are None, never zero.

    `views_kind` is None without views, and in rows that were written before the kinds were told apart. The fields from
    `duration_seconds` on are None if the upstream does not give them. `tagged_users` (in any image of a carousel),
    `co_authors` (without the owner) and `sponsors` are usernames; `carousel_count` is the number of images and videos.
    """

    shortcode: str
    media_type: MediaType
    taken_at: datetime
    taken_at_source: TakenAtSource = TakenAtSource.UPSTREAM
    caption: str = ""
    likes: int | None = None
    comments: int | None = None
    views: int | None = None
    views_kind: ViewsKind | None = None
    is_pinned: bool = False
    is_paid_partnership: bool | None = None
    duration_seconds: float | None = None
    location: Location | None = None
    tagged_users: tuple[str, ...] | None = None
    co_authors: tuple[str, ...] | None = None
    sponsors: tuple[str, ...] | None = None
    music: Music | None = None
    carousel_count: int | None = None
    shares: int | None = None
    alt_text: str | None = None
    source_image_url: str | None = None
    image: Image | None = None
    analysis: PostAnalysis | None = None

    @property
    def engagement(self) -> int | None:
        """Likes + comments; None if either is unknown."""
        return None if self.likes is None or self.comments is None else self.likes + self.comments


DETAILS = (
    *("is_paid_partnership", "duration_seconds", "location", "tagged_users", "co_authors", "sponsors", "music"),
    *("carousel_count", "shares", "alt_text"),
)
"""The fields that only some answers of an upstream give."""


def with_details(post: Post, other: Post) -> Post:
    """The post with the details that it lacks and `other` has."""
    found: dict[str, Any] = {name: _given(getattr(post, name), getattr(other, name)) for name in DETAILS}
    return replace(post, **found)


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
    """Merge two lists, newest first, up to `limit`. `more` was fetched after `first`; a post in both is merged field by
    field.
    """
    by_code: dict[str, Post] = {}
    for post in (*first, *more):
        before = by_code.get(post.shortcode)
        by_code[post.shortcode] = _merged(before, post) if before else post
    return tuple(sorted(by_code.values(), key=lambda p: (p.taken_at, p.shortcode), reverse=True)[:limit])


def with_best_views(first: Post, later: Post) -> Post:
    """Which of two answers has the better views of a post: a number other than 0, of plays, the later one."""
    return max((later, first), key=lambda p: (bool(p.views), p.views is not None, p.views_kind is ViewsKind.PLAYS))


def _merged(first: Post, later: Post) -> Post:
    """The post of two answers: a value over none, plays other than 0 over views, a reel over a video, the upstream's
    time over that of the shortcode, the later counts.
    """
    dated = later if first.taken_at_source is TakenAtSource.SHORTCODE else first
    seen = with_best_views(first, later)
    return replace(
        with_details(first, later),
        media_type=MediaType.REEL if later.media_type is MediaType.REEL else first.media_type,
        taken_at=dated.taken_at,
        taken_at_source=dated.taken_at_source,
        caption=first.caption or later.caption,
        likes=_given(later.likes, first.likes),
        comments=_given(later.comments, first.comments),
        shares=_given(later.shares, first.shares),
        views=seen.views,
        views_kind=seen.views_kind,
        is_pinned=first.is_pinned or later.is_pinned,
        source_image_url=first.source_image_url or later.source_image_url,
    )


def _given(value: T | None, other: T | None) -> T | None:
    return other if value is None else value
