"""Reads a creator's posts page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import TypicalViews
from creator_search.domain.documents import DOCUMENTS_FRESH_FOR, DocumentName
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.post_queries import PostPosition, PostQuery
from creator_search.domain.posts import ViewsKind
from creator_search.services.ports import PostStore, ProfileStore
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.fetch import ProfileFetcher
from creator_search.services.reading.post_listing import ListingBasis, PostListing


class PostReader:
    """Reads listings of posts.

    The first page takes one call if it starts with the newest post, else two; every other page takes two. A selective
    filter may take more.
    """

    def __init__(
        self, *, profiles: ProfileStore, posts: PostStore, creators: CreatorReader, fetcher: ProfileFetcher
    ) -> None:
        self._profiles = profiles
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
        """Return the page at the `position` of the preceding listing; none if the profile has turned private since.
        Raises Unavailable."""
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
        profile = self._profiles.load_profile(username)
        if profile and profile.history_key == basis.history_key and not profile.public.shows_posts:
            return PostListing((), ListingBasis.of(profile), None, is_stale=self._is_stale(username, basis))
        page = self._posts.load_page(basis.history_key, query, limit, PostPosition(key, engagement))
        return PostListing(page.posts, basis, page.after, is_stale=self._is_stale(username, basis))

    def read_from(self, username: str, query: PostQuery, limit: int, listing: PostListing) -> Iterator[PostListing]:
        """Yield this page and all following ones, each read when it is consumed. Raises Unavailable."""
        yield listing
        while listing.position:
            listing = self.read_page(username, query, limit, listing.position)
            yield listing

    def _is_stale(self, username: str, basis: ListingBasis) -> bool:
        return self._creators.check_freshness(username, basis.updated_at + DOCUMENTS_FRESH_FOR[DocumentName.POSTS])
