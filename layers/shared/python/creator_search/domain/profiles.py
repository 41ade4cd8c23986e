"""A creator in three forms: as fetched from an upstream, as stored, and as shown to clients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from creator_search.domain.accounts import Account, HistoryKey
from creator_search.domain.analytics.engagement import Engagement, summarize
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.measured import CreatorFigures
from creator_search.domain.contacts import Contact
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.history import ALL_POSTS, CompleteSequence
from creator_search.domain.images import Image
from creator_search.domain.links import Link, web_address
from creator_search.domain.posts import Post
from creator_search.domain.profile_types import ProfileType


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAccount:
    """An account that the upstream lists as similar."""

    username: str
    name: str
    source_image_url: str | None
    is_verified: bool | None = None
    is_private: bool | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedProfile:
    """One answer of a profile provider: the creator, the first page of posts, and related accounts.

    `posts` has every post that the creator took since `complete_since`, except pinned ones; if that is None, posts may
    be missing.

    `account_id` is the platform's id of the account, in digits; None if the answer does not give it. `source` names the
    provider. `notes` states what was left out of the answer.
    """

    username: str
    account_id: str | None = None
    source: str
    full_name: str
    biography: str
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool
    is_professional: bool | None = None
    contact: Contact | None = None
    category: str | None = None
    external_url: str | None = None
    links: tuple[Link, ...] = ()
    source_image_url: str | None = None
    posts: tuple[Post, ...] = ()
    complete_since: datetime | None = None
    related: tuple[RelatedAccount, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def owner(self) -> Owner:
        return Owner(self.username, self.account_id)

    @property
    def shows_posts(self) -> bool:
        return not self.is_private

    @property
    def public_posts(self) -> tuple[Post, ...]:
        """The posts that may be stored: none for a private account, even if the provider sent some."""
        return self.posts if self.shows_posts else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The creator as stored.

    `account` is None until an upstream gave the account's id. The history of the account is stored under `history_key`,
    the profile under its username. `holds_username` is False if another account has the username now: the profile is
    then stored under the id of its account, and its username is the last one that is known.

    Every post from `complete_since` to `complete_until` is stored, and of others maybe only some. `complete_until` is
    when posts were last fetched; both are None if no fetch gave posts.

    `notes` lists what could not be fetched, with the reason. `updated_at` is when the upstream was last called;
    `language` (ISO 639-1) is the most frequent language of the analyzed captions; `analysis_due_at` is when the
    captions are to be analyzed again; `figures` are those at the last build, from which benchmarks are measured;
    `points_at` is when a primary build last stored points of the posts; `source` is the provider of the profile, None
    if it was stored before that was recorded.
    """

    username: str
    account: Account | None = None
    history_key: HistoryKey
    holds_username: bool = True
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
    links: tuple[Link, ...]
    source_image_url: str | None
    profile_type: ProfileType
    created_at: datetime
    updated_at: datetime
    posts_stored: int
    engagement: Engagement
    is_professional: bool | None = None
    contact: Contact | None = None
    complete_since: datetime | None = None
    complete_until: datetime | None = None
    image: Image | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()
    analysis_due_at: datetime | None = None
    refresh_due_at: datetime | None = None
    figures: CreatorFigures | None = None
    points_at: datetime | None = None
    source: str | None = None

    @classmethod
    def build(
        cls,
        fetched: FetchedProfile,
        posts: Sequence[Post],
        *,
        profile_type: ProfileType,
        posts_stored: int,
        now: datetime,
        account: Account | None = None,
        history_key: HistoryKey | None = None,
        before: "Profile | None" = None,
        image: Image | None = None,
        notes: tuple[str, ...] = (),
        analysis_due_at: datetime | None = None,
        refresh_due_at: datetime | None = None,
    ) -> Self:
        """Build a profile from a fetch; values that a fetch does not contain are kept from the earlier profile,
        `before`. The history key is by default the username.
        """
        known = CompleteSequence(before.complete_since, before.complete_until) if before else CompleteSequence()
        is_all = fetched.shows_posts and fetched.posts_count is not None and fetched.posts_count <= len(posts)
        sequence = known.continued(ALL_POSTS if is_all else fetched.complete_since, now)
        return cls(
            username=fetched.username,
            account=account,
            history_key=history_key or HistoryKey(fetched.username),
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
            links=fetched.links,
            is_professional=fetched.is_professional,
            contact=fetched.contact,
            source_image_url=fetched.source_image_url,
            profile_type=profile_type,
            created_at=before.created_at if before else now,
            updated_at=now,
            posts_stored=posts_stored,
            engagement=summarize(posts, fetched.followers, sequence.shown(now)),
            complete_since=sequence.since,
            complete_until=sequence.until,
            # If no image was stored now, the earlier one is kept.
            image=image or (before.image if before else None),
            language=before.language if before else None,
            # The profile's answer and the posts endpoint can leave out the same posts.
            notes=tuple(dict.fromkeys((*fetched.notes, *notes))),
            analysis_due_at=analysis_due_at,
            refresh_due_at=refresh_due_at,
            points_at=before.points_at if before else None,
            source=fetched.source,
        )

    @property
    def public(self) -> "PublicProfile":
        """The data that may be shown, including derived figures.

        This is the only place that decides what is hidden of a private account: everything except its username and its
        public counts.
        """
        shown = not self.is_private
        return PublicProfile(
            username=self.username,
            account=self.account if shown else None,
            full_name=self.full_name if shown else None,
            biography=self.biography if shown else None,
            followers=self.followers,
            following=self.following,
            posts_count=self.posts_count,
            is_verified=self.is_verified,
            is_private=self.is_private,
            is_business=self.is_business if shown else None,
            is_professional=self.is_professional if shown else None,
            contact=self.contact if shown else None,
            category=self.category if shown else None,
            # Also checked here: the row may have been stored before links were checked at fetch.
            external_url=web_address(self.external_url) if shown else None,
            links=tuple(link for link in self.links if web_address(link.url)) if shown else None,
            image=self.image if shown else None,
            language=self.language if shown else None,
            engagement=self.engagement if shown else Engagement(notes=("engagement: the profile is private",)),
            posts_stored=self.posts_stored if shown else 0,
            complete_since=CompleteSequence(self.complete_since, self.complete_until).shown(self.updated_at)
            if shown
            else None,
            profile_type=self.profile_type,
            created_at=self.created_at,
            updated_at=self.updated_at,
            notes=(*self._name_notes, *(self.notes if shown else ("the profile is private",))),
            shows_posts=shown,
            is_listed=shown and self.holds_username,
        )

    @property
    def _name_notes(self) -> tuple[str, ...]:
        return () if self.holds_username else ("username: another account has it now",)

    @property
    def snapshot(self) -> Snapshot:
        """The counts on the day on which the upstream was called."""
        return Snapshot(
            day=self.updated_at.date(),
            followers=self.followers,
            following=self.following,
            posts_count=self.posts_count,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicProfile:
    """See Profile.public. Hidden values are None or empty. `shows_posts` states whether the posts may be read,
    `is_listed` whether a search may return the creator."""

    username: str
    account: Account | None
    full_name: str | None
    biography: str | None
    followers: int
    following: int | None
    posts_count: int | None
    is_verified: bool
    is_private: bool
    is_business: bool | None
    is_professional: bool | None
    contact: Contact | None
    category: str | None
    external_url: str | None
    links: tuple[Link, ...] | None
    image: Image | None
    language: str | None
    engagement: Engagement
    posts_stored: int
    complete_since: datetime | None
    profile_type: ProfileType
    created_at: datetime
    updated_at: datetime
    notes: tuple[str, ...]
    shows_posts: bool
    is_listed: bool
