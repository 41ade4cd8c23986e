"""Builds of creators whose posts have a history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from creator_search.bootstrap import Container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.posts import Post, PostAnalysis, ViewsKind
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile
from creator_search.services.accounts import Holder
from creator_search.services.pipeline.write import BuiltProfile

from tests.fakes import fetched_profile, post

VIEWS_PER_HOUR = 100
REFRESHED_DAYS = 12


def reels(now: datetime, username: str = "ada", **changes: Any) -> tuple[Post, ...]:
    """Eight reels, taken 1, 2, … 8 days ago, the newest one first."""
    return tuple(
        post(f"{username}{day}", taken_at=now - timedelta(days=day), views_kind=ViewsKind.PLAYS, **changes)
        for day in range(1, 9)
    )


def analyzed(posts: Sequence[Post], category: str, language: str) -> tuple[Post, ...]:
    made = PostAnalysis(
        engine="rules",
        version="1",
        analyzed_at=posts[0].taken_at,
        content_category=category,
        language_code=language,
    )
    return tuple(replace(found, analysis=made) for found in posts)


def refresh(
    container: Container,
    posts: Sequence[Post],
    now: datetime,
    factors: Mapping[str, float] | None = None,
    username: str = "ada",
    **changes: Any,
) -> Profile:
    """Store a build at this time, after one on each of the days before, of which only the points are stored. Posts have
    100 plays an hour, times the factor of their shortcode.
    """
    key = HistoryKey(username)

    def seen(at: datetime) -> list[Post]:
        return [
            replace(found, views=round((factors or {}).get(found.shortcode, 1) * VIEWS_PER_HOUR * hours))
            for found in posts
            if (hours := (at - found.taken_at) / timedelta(hours=1)) > 0
        ]

    for day in range(REFRESHED_DAYS, 0, -1):
        at = now - timedelta(days=day)
        container.post_history_store.append_points(key, seen(at), at, is_weekly=True)
    found = tuple(seen(now))
    built = BuiltProfile(
        holder=Holder(None, key),
        fetched=fetched_profile(username, **changes),
        profile_type=ProfileType.PRIMARY,
        posts=found,
        seen=found,
    )
    return container.profile_writer.replace(built, fence=1, checkpoint=lambda: None)
