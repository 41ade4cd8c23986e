"""How the counts of posts change over time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from creator_search.domain.posts import Post, ViewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPoint:
    """The counts of a post as an upstream gave them at `seen_at`; hidden and missing counts are None. Counts may be
    lower than at an earlier point: they are kept as they were seen.
    """

    seen_at: datetime
    likes: int | None = None
    comments: int | None = None
    views: int | None = None
    views_kind: ViewsKind | None = None

    @classmethod
    def of(cls, post: Post, seen_at: datetime) -> Self:
        return cls(
            seen_at=seen_at, likes=post.likes, comments=post.comments, views=post.views, views_kind=post.views_kind
        )
