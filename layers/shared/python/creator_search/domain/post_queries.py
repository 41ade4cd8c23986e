"""Queries of a creator's posts, and their pages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.errors import InvalidParameter
from creator_search.domain.posts import MediaType, Post, Sentiment
from creator_search.domain.profiles import Profile

MAX_POSTS_PAGE = 100


class PostSort(StrEnum):
    RECENT = "recent"
    ENGAGEMENT = "engagement"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostQuery:
    """Which posts, in which order: newest first, or most likes + comments first and hidden ones last. `since` and
    `until` are inclusive."""

    media_type: MediaType | None = None
    category: str | None = None
    sentiment: Sentiment | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: PostSort = PostSort.RECENT

    def __post_init__(self) -> None:
        """Raises InvalidParameter."""
        if self.since and self.until and self.since > self.until:
            raise InvalidParameter("since: must not be later than until")

    @property
    def filters(self) -> bool:
        """Whether some posts are left out."""
        chosen = (self.media_type, self.category, self.sentiment, self.language, self.since, self.until)
        return any(value is not None for value in chosen)


@dataclass(frozen=True, slots=True)
class PostPosition:
    """After which post a page begins: its key in the store, and its rank where posts are sorted by engagement."""

    key: str
    engagement: int | None = None


@dataclass(frozen=True, slots=True)
class PostPage:
    """`after` is where the next page begins, None at the end. A page may be shorter than its limit, even empty, and not
    the last: with a filter, one call examines a limited number of posts."""

    posts: tuple[Post, ...]
    after: PostPosition | None
    profile: Profile | None = None
