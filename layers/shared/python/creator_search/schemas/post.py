"""One post, as returned by `/posts` and the export."""

from collections.abc import Callable, Sequence
from typing import Any, Self

from pydantic import BaseModel

from creator_search.domain.analytics.content import hashtags, is_sponsored, mentions
from creator_search.domain.analytics.engagement import TypicalViews, outlier_score, rate
from creator_search.domain.images import Image
from creator_search.domain.posts import Location, MediaType, Music, Post, Sentiment, TakenAtSource, ViewsKind
from creator_search.schemas.json_text import json_text
from creator_search.schemas.times import iso
from creator_search.services.reading.post_listing import PostListing


class PostMeasures(BaseModel):
    """The creator's followers and typical views, from which the rates of a post are computed."""

    followers: int
    typical_views: TypicalViews


class PostBody(BaseModel):
    """`engagement` is likes + comments; rates are percentages; `outlier_score` is views ÷ the creator's median views
    of the same `views_kind`. Counts that the platform hides are null. `taken_at_source` is shortcode where the upstream
    gave no time. `tagged_users`, `mentions`, `co_authors` and `sponsors` are usernames; mentions are those in the
    caption. What the upstream does not give is null. The `ai_*` fields are null until the caption is analyzed."""

    shortcode: str
    url: str
    media_type: MediaType
    taken_at: str
    taken_at_source: TakenAtSource
    caption: str
    likes: int | None
    comments: int | None
    views: int | None
    views_kind: ViewsKind | None
    engagement: int | None
    engagement_rate: float | None
    engagement_rate_by_views: float | None
    outlier_score: float | None
    is_pinned: bool
    is_sponsored: bool
    hashtags: list[str]
    mentions: list[str]
    tagged_users: list[str] | None
    co_authors: list[str] | None
    sponsors: list[str] | None
    location: Location | None
    music: Music | None
    duration_seconds: float | None
    carousel_count: int | None
    shares: int | None
    alt_text: str | None
    media_url: str | None
    ai_content_category: str | None = None
    ai_category_confidence: float | None = None
    ai_sentiment: Sentiment | None = None
    ai_sentiment_score: float | None = None
    ai_sentiment_confidence: float | None = None
    ai_language_code: str | None = None
    ai_language_confidence: float | None = None
    ai_engine: str | None = None
    ai_analyzed_at: str | None = None
    ai_analysis_raw: dict[str, Any] | None = None

    @classmethod
    def of(cls, post: Post, measures: PostMeasures, image_url: Callable[[Image], str]) -> Self:
        """Convert a post; `image_url` returns the URL of a stored image."""
        return cls(**post_json(post, measures, image_url))


def post_json(post: Post, measures: PostMeasures, image_url: Callable[[Image], str]) -> dict[str, Any]:
    """Return the JSON values of the PostBody of a post, without making the model: pages need nothing else of it."""
    total, analysis = post.engagement, post.analysis
    return {
        "shortcode": post.shortcode,
        "url": f"https://www.instagram.com/p/{post.shortcode}/",
        "media_type": post.media_type,
        "taken_at": iso(post.taken_at),
        "taken_at_source": post.taken_at_source,
        "caption": post.caption,
        "likes": post.likes,
        "comments": post.comments,
        "views": post.views,
        "views_kind": post.views_kind,
        "engagement": total,
        "engagement_rate": _float(rate(total, measures.followers) if total is not None else None),
        "engagement_rate_by_views": _float(rate(total, post.views) if total is not None and post.views else None),
        "outlier_score": _float(outlier_score(post, measures.typical_views)),
        "is_pinned": post.is_pinned,
        "is_sponsored": is_sponsored(post),
        "hashtags": list(hashtags(post.caption)),
        "mentions": list(mentions(post.caption)),
        "tagged_users": _listed(post.tagged_users),
        "co_authors": _listed(post.co_authors),
        "sponsors": _listed(post.sponsors),
        "location": _location(post.location),
        "music": _fields(post.music) if post.music else None,
        "duration_seconds": _float(post.duration_seconds),
        "carousel_count": post.carousel_count,
        "shares": post.shares,
        "alt_text": post.alt_text,
        "media_url": image_url(post.image) if post.image else None,
        "ai_content_category": analysis.content_category if analysis else None,
        "ai_category_confidence": _float(analysis.category_confidence if analysis else None),
        "ai_sentiment": analysis.sentiment if analysis else None,
        "ai_sentiment_score": _float(analysis.sentiment_score if analysis else None),
        "ai_sentiment_confidence": _float(analysis.sentiment_confidence if analysis else None),
        "ai_language_code": analysis.language_code if analysis else None,
        "ai_language_confidence": _float(analysis.language_confidence if analysis else None),
        "ai_engine": analysis.engine if analysis else None,
        "ai_analyzed_at": iso(analysis.analyzed_at) if analysis else None,
        "ai_analysis_raw": dict(analysis.raw) if analysis else None,
    }


def posts_json(listing: PostListing, image_url: Callable[[Image], str]) -> list[dict[str, Any]]:
    """Return the JSON values of the posts of a page."""
    measures = PostMeasures(followers=listing.basis.followers, typical_views=listing.basis.typical_views)
    return [post_json(post, measures, image_url) for post in listing.posts]


def posts_text(posts: Sequence[dict[str, Any]]) -> str:
    """Return the body of a page, without `meta`."""
    return json_text({"success": True, "posts": posts})


def _float(value: float | None) -> float | None:
    """Whole numbers are stored without a fraction."""
    return None if value is None else float(value)


def _location(place: Location | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {**_fields(place), "latitude": _float(place.latitude), "longitude": _float(place.longitude)}


def _fields(value: Location | Music) -> dict[str, Any]:
    """`dataclasses.asdict` without its copies: the values are texts and numbers."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _listed(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)


AI_FIELDS = frozenset(name for name in PostBody.model_fields if name.startswith("ai_"))
