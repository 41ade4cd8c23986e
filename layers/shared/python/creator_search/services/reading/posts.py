"""Reads a creator's posts page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import TypicalViews
from creator_search.domain.documents import POSTS_FRESH_FOR
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.post_queries import PostPosition, PostQuery
from creator_search.domain.posts import Post, ViewsKind
from creator_search.domain.profiles import Profile
from creator_search.services.ports import PostStore
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.fetch import ProfileFetcher


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

    def total(self, query: PostQuery) -> int | None:
        """Return the number of posts in the listing; None with filters, because matches are not counted."""
        if not self.basis.shows_posts:
            return 0
        return None if query.filters else self.basis.total

    def notes(self, query: PostQuery) -> list[str]:
        """Return the reasons for missing figures."""
        if not self.basis.shows_posts:
            return ["posts: the profile is private"]
        return ["total: posts that pass a filter are not counted"] if query.filters else []


class PostReader:
    """Reads listings of posts.

    The first page takes one call if it starts with the newest post, else two; every other page takes one. A selective
    filter may take more.
    """

    def __init__(self, *, posts: PostStore, creators: CreatorReader, fetcher: ProfileFetcher) -> None:
        self._posts = posts
        self._creators = creators
        self._fetcher = fetcher

    def read_stored_page(self, username: str, query: PostQuery, limit: int) -> PostListing | None:
        """Return the first page, or None for a creator that is not stored. Raises Unavailable."""
        page = self._posts.load_first_page(username, query, limit)
        if page.profile is None:
            return None
        basis = ListingBasis.of(page.profile)
        is_stale = self._is_stale(username, basis)
        if not basis.shows_posts:
            return PostListing((), basis, None, is_stale=is_stale)
        return PostListing(page.posts, basis, page.after, is_stale=is_stale)

    def read_first_page(self, username: str, query: PostQuery, limit: int, deadline: datetime) -> PostListing:
        """Return the first page, fetching the creator from the upstream if necessary. Raises ProfileNotFound,
        Unavailable.
        """
        listing = self.read_stored_page(username, query, limit)
        if listing:
            return listing
        self._fetcher.fetch(username, deadline)
        listing = self.read_stored_page(username, query, limit)
        if listing is None:
            raise StoreUnavailable()  # the fetched posts could not be stored, and pages are read from the store
        return replace(listing, is_cached=False)

    def read_page(self, username: str, query: PostQuery, limit: int, position: Sequence[Any]) -> PostListing:
        """Return the page at the `position` of the preceding listing. Raises Unavailable."""
        # Cursors of earlier versions end before the kind of views, or before the history key.
        key, engagement, followers, median_views, total, updated, *later = position
        kind, history_key, source = (*later, None, None, None)[:3]
        basis = ListingBasis(
            followers=followers,
            typical_views=TypicalViews(median_views, ViewsKind(kind) if kind else None),
            total=total,
            updated_at=datetime.fromtimestamp(updated, UTC),
            history_key=HistoryKey(history_key or username),
            source=source,
        )
        page = self._posts.load_page(basis.history_key, query, limit, PostPosition(key, engagement))
        return PostListing(page.posts, basis, page.after, is_stale=self._is_stale(username, basis))

    def read_from(self, username: str, query: PostQuery, limit: int, listing: PostListing) -> Iterator[PostListing]:
        """Yield this page and all following ones, each read when it is consumed. Raises Unavailable."""
        yield listing
        while listing.position:
            listing = self.read_page(username, query, limit, listing.position)
            yield listing

    def _is_stale(self, username: str, basis: ListingBasis) -> bool:
        return self._creators.check_freshness(username, basis.updated_at + POSTS_FRESH_FOR)
