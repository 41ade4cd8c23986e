"""A creator as we store one."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import UpstreamProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """The profile item. `notes` says what could not be had and why."""

    upstream: UpstreamProfile
    profile_type: ProfileType
    created_at: datetime
    updated_at: datetime
    posts_stored: int
    similar_found: int | None
    image_key: str | None
    image_version: str | None
    engagement: Engagement
    language: str | None = None
    """ISO 639-1, the one most of the analysed captions are in."""
    notes: tuple[str, ...] = ()
    analysis_due_at: datetime | None = None
    """When its captions should be read again, whatever else happens."""


def snapshot_of(stored: StoredProfile) -> Snapshot:
    """The counts of the day on which the upstream was asked."""
    return Snapshot(
        day=stored.updated_at.date(),
        followers=stored.upstream.followers,
        following=stored.upstream.following,
        posts_count=stored.upstream.posts_count,
    )
