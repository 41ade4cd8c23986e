"""Gather what the figures are computed from."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from creator_search.domain.analytics.engagement import SAMPLE
from creator_search.domain.analytics.growth import PERIODS
from creator_search.domain.analytics.insights import NEWEST
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.profiles import Post
from creator_search.domain.stored import StoredProfile
from creator_search.services.ports import PostStore, ProfileStore

_SNAPSHOT_DAYS = max(PERIODS) + 10


def gather(stored: StoredProfile, profiles: ProfileStore, posts: PostStore, days: int, now: datetime) -> Evidence:
    """The posts of the period, at least the newest hundred, and one older than the period where there is one; of a
    private profile none. Two calls, more where a page of the store is too small."""
    username = stored.upstream.username
    needed = [] if stored.upstream.is_private else list(_needed(posts.newest(username), now - timedelta(days=days)))
    return Evidence(
        profile=stored.upstream,
        posts=needed,
        posts_stored=stored.posts_stored,
        snapshots=profiles.snapshots(username, (now - timedelta(days=_SNAPSHOT_DAYS)).date()),
        days=days,
        now=now,
    )


def _needed(newest_first: Iterator[Post], since: datetime) -> Iterator[Post]:
    unpinned = 0
    for number, post in enumerate(newest_first, 1):
        yield post
        unpinned += not post.is_pinned
        if post.taken_at < since and unpinned >= SAMPLE and number >= NEWEST:
            return
