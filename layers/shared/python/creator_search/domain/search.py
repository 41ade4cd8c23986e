"""Searching the creators that are stored."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.jobs import ProfileType

MAX_PAGE = 100


class CreatorSort(StrEnum):
    FOLLOWERS = "followers"
    ENGAGEMENT = "engagement"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorQuery:
    """Bounds are inclusive; `prefix` is of the username or the full name. A prefix sorts by name."""

    category: str | None = None
    language: str | None = None
    min_followers: int | None = None
    max_followers: int | None = None
    min_engagement: float | None = None
    verified: bool | None = None
    prefix: str | None = None
    sort: CreatorSort = CreatorSort.FOLLOWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """What the index has of a creator; `engagement_rate` in percent of followers."""

    username: str
    full_name: str
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    category: str | None
    language: str | None
    profile_type: ProfileType
    updated_at: datetime
    image_key: str | None
    image_version: str | None


CreatorPosition = dict[str, str | int | float]
"""The keys of the creator after which a page begins."""


@dataclass(frozen=True, slots=True)
class CreatorPage:
    """`after` is where the next page begins, None at the end; a page may be short and not the last."""

    creators: tuple[Creator, ...]
    after: CreatorPosition | None


def folded(text: str) -> str:
    """As names and categories are compared: whatever the case, the width and the spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
