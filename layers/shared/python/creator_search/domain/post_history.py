"""How the counts of posts change over time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from creator_search.domain.posts import Post, ViewsKind

DENSE_FOR = timedelta(days=30)
"""Every point of a post younger than this is kept. An older post has its points of the last 30 days, and one a week
before that."""


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


def is_young(post: Post, now: datetime) -> bool:
    return now - post.taken_at < DENSE_FOR


def is_first_of_week(last: datetime | None, now: datetime) -> bool:
    """Whether no refresh was in the ISO week of `now` (from Monday, UTC); `last` is the time of the last one."""
    return last is None or last.astimezone(UTC).isocalendar()[:2] != now.astimezone(UTC).isocalendar()[:2]
