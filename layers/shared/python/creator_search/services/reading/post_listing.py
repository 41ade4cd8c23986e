"""Listings of a creator's posts: one page, and what all pages share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import TypicalViews
from creator_search.domain.documents import PageMeta
from creator_search.domain.post_queries import DEFAULT_POSTS_PAGE, PostPosition, PostQuery
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile


@dataclass(frozen=True, slots=True)
class ListingBasis:
    """Values that all pages of a listing share, taken from the profile when the first page is read."""

    followers: int
    typical_views: TypicalViews
    total: int
    updated_at: datetime
    history_key: HistoryKey
    shows_posts: bool = True
    source: str | None = None

    @classmethod
    def of(cls, profile: Profile) -> Self:
        public = profile.public
        return cls(
            followers=public.followers,
            typical_views=public.engagement.typical_views,
            total=public.posts_stored,
            updated_at=public.updated_at,
            history_key=profile.history_key,
            shows_posts=public.shows_posts,
            source=profile.source,
        )


@dataclass(frozen=True, slots=True)
class PostListing:
    """One page of posts. `after` is the position of the next page, None at the end."""

    posts: tuple[Post, ...]
    basis: ListingBasis
    after: PostPosition | None
    is_cached: bool = True
    is_stale: bool = False

    @classmethod
    def first(cls, profile: Profile, newest: Sequence[Post], position_of: Callable[[Post], PostPosition]) -> Self:
        """Return the first page of all posts, of which `newest` are more than those of the page if there are more."""
        shown = tuple(newest[:DEFAULT_POSTS_PAGE])
        after = position_of(shown[-1]) if len(newest) > len(shown) else None
        return cls(shown, ListingBasis.of(profile), after)

    def meta(self, query: PostQuery) -> PageMeta:
        """Return the fields of `meta` for this page of the answer to the query."""
        if not self.basis.shows_posts:
            return PageMeta(position=None, total=0, notes=("posts: the profile is private",))
        notes = ("total: posts that pass a filter are not counted",) if query.filters else ()
        total = None if query.filters else self.basis.total
        return PageMeta(position=self.position, total=total, notes=notes)

    @property
    def position(self) -> Sequence[Any] | None:
        """The content of a cursor to the next page, as JSON values; None at the end."""
        if self.after is None:
            return None
        basis, updated = self.basis, self.basis.updated_at.timestamp()
        typical = basis.typical_views
        kind = typical.kind.value if typical.kind else None
        shared = (basis.followers, typical.median, basis.total, updated, kind, basis.history_key, basis.source)
        return [self.after.key, self.after.engagement, *shared]
