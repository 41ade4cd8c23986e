"""A creator in three forms: what an upstream sent, what is stored, and what the public may see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from creator_search.domain.analytics.engagement import Engagement, summarize
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.images import Image
from creator_search.domain.links import web_address
from creator_search.domain.posts import Post


class ProfileType(StrEnum):
    """A primary profile has everything; a secondary one only metadata and the first page of posts."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAccount:
    """An account that the upstream lists as similar, in its order."""

    username: str
    name: str
    source_image_url: str | None
    is_verified: bool | None = None
    is_private: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedProfile:
    """One answer of a profile provider: the creator, the first page of posts, and related accounts."""

    username: str
    full_name: str
    biography: str
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool
    category: str | None = None
    external_url: str | None = None
    bio_links: tuple[str, ...] = ()
    source_image_url: str | None = None
    posts: tuple[Post, ...] = ()
    related: tuple[RelatedAccount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The creator as stored. `notes` says what could not be fetched and why.

    `updated_at` is when the upstream was last asked; `language` (ISO 639-1) is the most frequent one of the analyzed
    captions; `analysis_due_at` is when the captions are to be analyzed again.
    """

    username: str
    full_name: str
    biography: str
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool
    category: str | None
    external_url: str | None
    bio_links: tuple[str, ...]
    source_image_url: str | None
    profile_type: ProfileType
    created_at: datetime
    updated_at: datetime
    posts_stored: int
    engagement: Engagement
    image: Image | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()
    analysis_due_at: datetime | None = None

    @classmethod
    def build(
        cls,
        fetched: FetchedProfile,
        posts: Sequence[Post],
        *,
        profile_type: ProfileType,
        posts_stored: int,
        now: datetime,
        before: "Profile | None" = None,
        image: Image | None = None,
        notes: tuple[str, ...] = (),
        analysis_due_at: datetime | None = None,
    ) -> Self:
        """From what was fetched now; what only earlier work can know is kept from the profile as it was `before`."""
        return cls(
            username=fetched.username,
            full_name=fetched.full_name,
            biography=fetched.biography,
            followers=fetched.followers,
            following=fetched.following,
            posts_count=fetched.posts_count,
            is_verified=fetched.is_verified,
            is_private=fetched.is_private,
            is_business=fetched.is_business,
            category=fetched.category,
            external_url=fetched.external_url,
            bio_links=fetched.bio_links,
            source_image_url=fetched.source_image_url,
            profile_type=profile_type,
            created_at=before.created_at if before else now,
            updated_at=now,
            posts_stored=posts_stored,
            engagement=summarize(posts, fetched.followers),
            # An older picture is better than none.
            image=image or (before.image if before else None),
            language=before.language if before else None,
            notes=notes,
            analysis_due_at=analysis_due_at,
        )

    @property
    def public(self) -> "PublicProfile":
        """What anybody may be shown, figures derived from the posts included. This is the one place that decides what
        a private account keeps to itself: all but its handle and its public counts."""
        shown = not self.is_private
        return PublicProfile(
            username=self.username,
            full_name=self.full_name if shown else None,
            biography=self.biography if shown else None,
            followers=self.followers,
            following=self.following,
            posts_count=self.posts_count,
            is_verified=self.is_verified,
            is_private=self.is_private,
            is_business=self.is_business if shown else None,
            category=self.category if shown else None,
            # Checked here too: a row may have been written before links were checked when they are fetched.
            external_url=web_address(self.external_url) if shown else None,
            bio_links=tuple(filter(web_address, self.bio_links)) if shown else None,
            image=self.image if shown else None,
            language=self.language if shown else None,
            engagement=self.engagement if shown else Engagement(notes=("engagement: the profile is private",)),
            posts_stored=self.posts_stored if shown else 0,
            profile_type=self.profile_type,
            created_at=self.created_at,
            updated_at=self.updated_at,
            notes=self.notes if shown else ("the profile is private",),
            shows_posts=shown,
            is_listed=shown,
        )

    @property
    def snapshot(self) -> Snapshot:
        """The counts of the day on which the upstream was asked."""
        return Snapshot(
            day=self.updated_at.date(),
            followers=self.followers,
            following=self.following,
            posts_count=self.posts_count,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicProfile:
    """See Profile.public. What must not be shown is None or empty; `shows_posts` and `is_listed` say whether the posts
    may be read and whether a search may find the creator."""

    username: str
    full_name: str | None
    biography: str | None
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool | None
    category: str | None
    external_url: str | None
    bio_links: tuple[str, ...] | None
    image: Image | None
    language: str | None
    engagement: Engagement
    posts_stored: int
    profile_type: ProfileType
    created_at: datetime
    updated_at: datetime
    notes: tuple[str, ...]
    shows_posts: bool
    is_listed: bool
