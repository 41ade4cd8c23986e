"""Results about creators and their jobs. An answer may have fields beyond these."""

from datetime import date
from typing import Any, Literal, NotRequired, TypedDict

MediaType = Literal["image", "video", "reel", "carousel"]
Notes = list[str]


class RequestResult(TypedDict):
    queued: bool
    message: str
    estimated_time: str
    profile_type: str
    status: str
    priority: NotRequired[str]
    queue_position: NotRequired[int]
    request_id: NotRequired[str]
    created_at: NotRequired[str]
    skip_reason: NotRequired[str]
    upgrade_from: NotRequired[str]
    next_check_recommended: NotRequired[str]
    error_recovery: NotRequired[bool]
    fallback_mode: NotRequired[bool]


class RequestedRow(TypedDict):
    """One creator of a request for many: `data`, or `error` with `error_code`."""

    username: str
    success: bool
    data: NotRequired[RequestResult]
    error: NotRequired[str]
    error_code: NotRequired[str]


class ProfileStatus(TypedDict):
    """`status` is completed, pending, processing, failed or not_found."""

    completed: bool
    status: str
    message: str
    created_at: NotRequired[str]
    profile_type: NotRequired[str]
    priority: NotRequired[str]
    queue_position: NotRequired[int]
    estimated_time: NotRequired[str]
    attempts: NotRequired[int]
    last_attempt: NotRequired[str]
    next_attempt_at: NotRequired[str]
    request_id: NotRequired[str]
    error_message: NotRequired[str]


class ProfileDocument(TypedDict):
    profile: dict[str, Any]
    ai_insights: dict[str, Any]
    analytics: dict[str, Any]
    meta: dict[str, Any]


class Post(TypedDict):
    """Counts and rates that are not known are None. Rates are percentages."""

    shortcode: str
    url: str
    media_type: str
    taken_at: str
    taken_at_source: str
    caption: str | None
    likes: int | None
    comments: int | None
    views: int | None
    views_kind: str | None
    engagement: int | None
    engagement_rate: float | None
    engagement_rate_by_views: float | None
    outlier_score: float | None
    is_pinned: bool
    is_sponsored: bool
    hashtags: list[str]
    mentions: list[str]
    tagged_users: list[str]
    co_authors: list[str]
    sponsors: list[str]
    location: dict[str, Any] | None
    music: dict[str, Any] | None
    duration_seconds: float | None
    carousel_count: int | None
    shares: int | None
    alt_text: str | None
    media_url: str | None
    ai_content_category: NotRequired[str | None]
    ai_sentiment: NotRequired[str | None]
    ai_sentiment_score: NotRequired[float | None]
    ai_language_code: NotRequired[str | None]


class PostPoint(TypedDict):
    seen_at: str
    likes: int | None
    comments: int | None
    views: int | None
    views_kind: str | None


class PostHistory(TypedDict):
    points: list[PostPoint]
    growth: dict[str, Any] | None
    meta: dict[str, Any]


class PostFilters(TypedDict, total=False):
    type: MediaType | None
    category: str | None
    sentiment: Literal["positive", "negative", "neutral"] | None
    language: str | None
    since: date | str | None
    until: date | str | None
    sort: Literal["recent", "engagement"]
    include_ai: bool


class SimilarProfile(TypedDict):
    """`rank` 1 is the most similar. `profile_image_url` is None if the image could not be stored."""

    username: str
    name: str
    profile_image_url: str | None
    rank: int


class SimilarDetails(SimilarProfile):
    """`similarity` is 0–1."""

    followers: int | None
    is_verified: bool | None
    category: str | None
    engagement_rate: float | None
    similarity: float | None
    reasons: list[dict[str, Any]]


class FoundCreator(TypedDict):
    username: str
    full_name: str
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    category: str | None
    language: str | None
    profile_image_url: str | None
    profile_type: str
    last_updated: str


class SearchFilters(TypedDict, total=False):
    q: str | None
    category: str | None
    language: str | None
    min_followers: int | None
    max_followers: int | None
    min_engagement: float | None
    verified: bool | None
    sort: Literal["followers", "engagement", "name"] | None


class Outlier(TypedDict):
    """`score` is `views` ÷ `usual_views`, at the same age of the post."""

    username: str
    shortcode: str
    url: str
    media_type: str
    taken_at: str
    seen_at: str
    age_hours: float
    views: int
    views_kind: str
    score: float
    baseline: str
    niche: dict[str, Any] | None
    usual_views: float
    sample_size: int
    usual_curve: list[dict[str, Any]]
    own_curve: list[dict[str, Any]]
    category: str | None
    language: str | None
    media_url: str | None


class OutlierFilters(TypedDict, total=False):
    baseline: Literal["creator", "niche"]
    category: str | None
    language: str | None
    type: MediaType | None
    min_score: float
    max_age_hours: int
    sort: Literal["score", "recent"]


class QueueState(TypedDict):
    pending: int
    in_flight: int | None
    dead_letter: int | None
    oldest_age_seconds: float | None


class QueueStatus(TypedDict):
    high_priority: int
    medium_priority: int
    low_priority: int
    total_pending: int
    processing_count: int
    queues: dict[str, QueueState]
    notes: Notes


class Health(TypedDict):
    """`status` is healthy, degraded or unhealthy, `health_score` 0–100."""

    status: str
    health_score: int
    services: dict[str, dict[str, Any]]
    alerts: list[dict[str, Any]]
    version: str
