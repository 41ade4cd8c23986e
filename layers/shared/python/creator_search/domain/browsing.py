"""Walking through a creator's posts, page by page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.profiles import MediaType, Post, Sentiment
from creator_search.domain.stored import StoredProfile

MAX_PAGE = 100


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
    """`after` is where the next page begins, None at the end. A page may be short of its limit, even empty, and not
    the last: a filter that few posts pass is looked for bit by bit."""

    posts: tuple[Post, ...]
    after: PostPosition | None
    profile: StoredProfile | None = None
