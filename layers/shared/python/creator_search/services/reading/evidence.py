"""Loads the stored data from which figures are computed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from creator_search.domain.analytics.benchmark import tier_of
from creator_search.domain.analytics.engagement import RATE_SAMPLE
from creator_search.domain.analytics.forecast import WINDOW_DAYS
from creator_search.domain.analytics.insights import NEWEST
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile
from creator_search.services.ports import BenchmarkStore, CommentStore, PostStore, ProfileStore


def gather_evidence(
    profile: Profile,
    profiles: ProfileStore,
    posts: PostStore,
    benchmarks: BenchmarkStore,
    comments: CommentStore,
    days: int,
    now: datetime,
) -> Evidence:
    """Load the posts of the period, at least the newest hundred, and one post older than the period if there is one.

    There are none, and no comments, for a creator whose posts may not be shown. Takes four calls, or more if the posts
    do not fit on one page of the store. The snapshots of 200 days are one page of about 18 KB, 5 read units.
    """
    public, key = profile.public, profile.history_key
    since = now - timedelta(days=days)
    return Evidence(
        profile=public,
        posts=list(_needed(posts.newest_posts(key), since)) if public.shows_posts else [],
        snapshots=profiles.load_snapshots(key, (now - timedelta(days=WINDOW_DAYS)).date()),
        days=days,
        now=now,
        measurement=benchmarks.load_measurement(tier_of(public.followers).name),
        comments=comments.load_comments(profile.history_key) if public.shows_posts else (),
    )


def _needed(newest_first: Iterator[Post], since: datetime) -> Iterator[Post]:
    unpinned = 0
    for number, post in enumerate(newest_first, 1):
        yield post
        unpinned += not post.is_pinned
        if post.taken_at < since and unpinned >= RATE_SAMPLE and number >= NEWEST:
            return
