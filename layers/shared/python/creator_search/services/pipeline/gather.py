"""Gathers a creator's posts from all endpoints that give some."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.posts import Post, merge_posts
from creator_search.domain.profiles import FetchedProfile
from creator_search.domain.upstream_errors import UpstreamError, UpstreamRateSpent
from creator_search.services.pipeline.write import MAX_POSTS
from creator_search.services.ports import PostSource, ReelSource

FIRST_PAGE = 12
"""Posts of a secondary profile, if the provider gives none with the profile: as many as the other gives."""
ENDPOINT_BUDGET = timedelta(seconds=45)
"""For all pages of one endpoint, so that the rest of a build has time left."""

Fetch: TypeAlias = Callable[[Owner, int, datetime], FetchedPosts]


@dataclass(frozen=True, slots=True)
class GatheredPosts:
    """`posts` has every post that the creator took since `complete_since`, except pinned ones; if that is None, posts
    may be missing. `notes` lists what could not be fetched, and what was left out.
    """

    posts: tuple[Post, ...] = ()
    complete_since: datetime | None = None
    notes: tuple[str, ...] = ()


class PostGatherer:
    """`posts_limit` and `reels_limit` are the maximum numbers of one creator; 0 turns the endpoint off."""

    def __init__(
        self, posts: PostSource, reels: ReelSource, clock: Clock, *, posts_limit: int, reels_limit: int
    ) -> None:
        self._posts = posts
        self._reels = reels
        self._clock = clock
        self._posts_limit = posts_limit
        self._reels_limit = reels_limit

    def gather(self, fetched: FetchedProfile, deadline: datetime) -> GatheredPosts:
        """Merge the posts of the profile's answer, of the posts endpoint and of the reels endpoint, field by field. An
        endpoint that fails costs only its own posts. Raises UpstreamRateSpent: the whole build is better made later.
        """
        if not fetched.shows_posts:
            return GatheredPosts(notes=("posts: the profile is private",))
        posts, noted = self._fetch("posts", self._posts.fetch_posts, fetched.owner, self._posts_limit, deadline)
        reels, also = self._fetch("reels", self._reels.fetch_reels, fetched.owner, self._reels_limit, deadline)
        # The plays of the reels endpoint come last, because of two counts the later one is taken.
        merged = merge_posts((*fetched.public_posts, *posts.posts), reels.posts, MAX_POSTS)
        return GatheredPosts(merged, _earliest(fetched.complete_since, posts.complete_since), (*noted, *also))

    def gather_first_page(self, fetched: FetchedProfile, deadline: datetime) -> GatheredPosts:
        """Return the posts of the profile's answer; if it has none, the newest ones of the posts endpoint."""
        posts, noted = FetchedPosts(), tuple[str, ...]()
        if fetched.shows_posts and not fetched.posts and fetched.posts_count != 0:
            limit = min(FIRST_PAGE, self._posts_limit)
            posts, noted = self._fetch("posts", self._posts.fetch_posts, fetched.owner, limit, deadline)
        merged = merge_posts(fetched.public_posts, posts.posts, MAX_POSTS)
        return GatheredPosts(merged, _earliest(fetched.complete_since, posts.complete_since), noted)

    def _fetch(
        self, what: str, fetch: Fetch, owner: Owner, limit: int, deadline: datetime
    ) -> tuple[FetchedPosts, tuple[str, ...]]:
        if not limit:
            return FetchedPosts(), ()
        try:
            found = fetch(owner, limit, min(deadline, self._clock() + ENDPOINT_BUDGET))
        except UpstreamRateSpent:
            raise
        except (UpstreamError, ProfileNotFound) as error:
            return FetchedPosts(), (f"{what}: {error.message}",)
        return found, found.notes(what)


def _earliest(*times: datetime | None) -> datetime | None:
    """Each list is complete back to its time, so together they are back to the earliest."""
    return min((time for time in times if time), default=None)
