"""A creator's posts, page by page."""

from dataclasses import dataclass, replace
from datetime import datetime

from creator_search.domain.browsing import PostPosition, PostQuery
from creator_search.domain.documents import POSTS_FRESH_FOR
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.profiles import Post
from creator_search.services.ports import PostStore
from creator_search.services.read_creator import ReadCreator


@dataclass(frozen=True, slots=True)
class Basis:
    """What all pages of one walk share, taken from the profile when it began."""

    followers: int
    median_views: float | None
    total: int
    updated_at: datetime
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """`after` is where the next page begins, None at the end."""

    posts: tuple[Post, ...]
    basis: Basis
    after: PostPosition | None
    is_cached: bool = True
    is_stale: bool = False


class ListPosts:
    """The first page costs one call where it begins with the newest post, else two; every further page one. A filter
    that few posts pass may cost more."""

    def __init__(self, *, posts: PostStore, read: ReadCreator) -> None:
        self._posts = posts
        self._read = read

    def stored(self, username: str, query: PostQuery, limit: int) -> Listing | None:
        """The first page, None for a creator that is not stored. Raises Unavailable."""
        page = self._posts.page(username, query, limit, None)
        if page.profile is None:
            return None
        found = page.profile
        basis = Basis(
            found.upstream.followers,
            found.engagement.median_views,
            found.posts_stored,
            found.updated_at,
            found.upstream.is_private,
        )
        is_stale = self._is_stale(username, basis)
        if basis.is_private:
            return Listing((), basis, None, is_stale=is_stale)
        return Listing(page.posts, basis, page.after, is_stale=is_stale)

    def first(self, username: str, query: PostQuery, limit: int, deadline: datetime) -> Listing:
        """Fetched from the upstream where it is not stored. Raises ProfileNotFound, Unavailable."""
        listing = self.stored(username, query, limit)
        if listing:
            return listing
        self._read.fetch(username, deadline)
        listing = self.stored(username, query, limit)
        if listing is None:
            raise StoreUnavailable()  # what was fetched could not be kept, and pages are read from the store
        return replace(listing, is_cached=False)

    def next(self, username: str, query: PostQuery, limit: int, after: PostPosition, basis: Basis) -> Listing:
        """Raises Unavailable."""
        page = self._posts.page(username, query, limit, after)
        return Listing(page.posts, basis, page.after, is_stale=self._is_stale(username, basis))

    def _is_stale(self, username: str, basis: Basis) -> bool:
        return self._read.is_stale(username, basis.updated_at + POSTS_FRESH_FOR)
