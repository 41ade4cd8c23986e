"""Queries of a creator's posts, and their pages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creator_search.domain.errors import InvalidParameter
from creator_search.domain.posts import MediaType, Post, Sentiment
from creator_search.domain.profiles import Profile

MAX_POSTS_PAGE, DEFAULT_POSTS_PAGE = 100, 20


class PostSort(StrEnum):
    RECENT = "recent"
    ENGAGEMENT = "engagement"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostQuery:
    """Filters and order of posts: newest first, or by likes + comments, highest first, with hidden counts last.

    `since` and `until` are inclusive.
    """

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

    def admits(self, post: Post) -> bool:
        """Whether the filters admit a post. Times are compared in whole seconds, as they are stored."""
        wanted_and_found = (
            (self.media_type, post.media_type),
            (self.category, post.analysis and post.analysis.content_category),
            (self.sentiment, post.analysis and post.analysis.sentiment),
            (self.language, post.analysis and post.analysis.language_code),
        )
        taken_at = int(post.taken_at.timestamp())
        return (
            all(wanted is None or wanted == found for wanted, found in wanted_and_found)
            and (self.since is None or taken_at >= int(self.since.timestamp()))
            and (self.until is None or taken_at <= int(self.until.timestamp()))
        )

    @property
    def filters(self) -> bool:
        """Whether the query excludes any posts."""
        chosen = (self.media_type, self.category, self.sentiment, self.language, self.since, self.until)
        return any(value is not None for value in chosen)


@dataclass(frozen=True, slots=True)
class PostPosition:
    """The last post of the preceding page: its key in the store, and its rank if posts are sorted by engagement."""

    key: str
    engagement: int | None = None


@dataclass(frozen=True, slots=True)
class PostPage:
    """`after` is the position of the next page, None at the end.

    A page may have fewer posts than its limit, or none, although there are more: with a filter, one call examines a
    limited number of posts.
    """

    posts: tuple[Post, ...]
    after: PostPosition | None
    profile: Profile | None = None
