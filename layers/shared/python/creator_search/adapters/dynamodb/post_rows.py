"""Conversion of posts and analyses to items and back, for rows written by any version."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from creator_search.adapters.dynamodb.items import Item, format_time, known_fields, member
from creator_search.adapters.dynamodb.profile_rows import decode_image, image_attributes
from creator_search.adapters.dynamodb.schema.profiles import post_item
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.posts import (
    Location,
    MediaType,
    Music,
    Post,
    PostAnalysis,
    Sentiment,
    TakenAtSource,
    ViewsKind,
)

UNKNOWN_ENGAGEMENT = -1
"""Sorts posts whose engagement is not known after all others."""
NO_ANALYSIS: dict[str, Any] = dict.fromkeys(f"ai_{name}" for name in PostAnalysis.__dataclass_fields__)
"""The attributes of an analysis, all absent."""


def encode_post(key: HistoryKey, post: Post) -> dict[str, Any]:
    fields = {name: getattr(post, name) for name in Post.__dataclass_fields__ if name not in ("image", "analysis")}
    return {
        "username": key,
        "item": post_item(post.taken_at, post.shortcode),
        **fields,
        **image_attributes(post.image),
        **encode_analysis(post.analysis),
        "media_type": post.media_type.value,
        "taken_at_source": post.taken_at_source.value,
        "views_kind": post.views_kind.value if post.views_kind else None,
        "location": asdict(post.location) if post.location else None,
        "music": asdict(post.music) if post.music else None,
        "taken_at": int(post.taken_at.timestamp()),
        "engagement_count": UNKNOWN_ENGAGEMENT if post.engagement is None else post.engagement,
    }


def decode_post(item: Item) -> Post:
    fields = known_fields(Post, item)
    fields["media_type"] = member(MediaType, item.get("media_type")) or MediaType.IMAGE
    fields["taken_at_source"] = member(TakenAtSource, item.get("taken_at_source")) or TakenAtSource.UPSTREAM
    fields["views_kind"] = member(ViewsKind, item.get("views_kind"))
    location = item.get("location") or {}
    fields["location"] = Location(**known_fields(Location, location)) if location.get("name") else None
    fields["music"] = Music(**known_fields(Music, item["music"])) if item.get("music") else None
    fields |= {name: tuple(item[name]) for name in ("tagged_users", "co_authors", "sponsors") if name in item}
    fields["taken_at"] = datetime.fromtimestamp(item["taken_at"], tz=UTC)
    return Post(**{**fields, "image": decode_image(item), "analysis": decode_analysis(item)})


def encode_analysis(analysis: PostAnalysis | None) -> dict[str, Any]:
    """Return the analysis as attributes of an item; an empty dict for None."""
    if analysis is None:
        return {}
    fields = {f"ai_{name}": value for name, value in asdict(analysis).items()}
    sentiment = analysis.sentiment.value if analysis.sentiment else None
    return {**fields, "ai_sentiment": sentiment, "ai_analyzed_at": format_time(analysis.analyzed_at)}


def decode_analysis(item: Item) -> PostAnalysis | None:
    if "ai_analyzed_at" not in item:
        return None
    found = {name.removeprefix("ai_"): value for name, value in item.items() if name.startswith("ai_")}
    fields = known_fields(PostAnalysis, found)
    return PostAnalysis(
        **{
            **fields,
            "engine": item.get("ai_engine", ""),
            "version": item.get("ai_version", ""),
            "sentiment": member(Sentiment, item.get("ai_sentiment")),
            "analyzed_at": datetime.fromisoformat(item["ai_analyzed_at"]),
        }
    )
