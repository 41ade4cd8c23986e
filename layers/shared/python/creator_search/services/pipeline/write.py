"""Writes a creator: posts, snapshot, documents and profile, in an order that keeps concurrent reads consistent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from creator_search.domain.analytics.benchmark import tier_of
from creator_search.domain.analytics.report import DEFAULT_DAYS, Evidence
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import LeaseLost
from creator_search.domain.images import Image
from creator_search.domain.post_history import is_first_of_week
from creator_search.domain.posts import Post, merge_posts
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import FetchedProfile, Profile
from creator_search.domain.refreshes import refresh_due_at
from creator_search.services.accounts import Holder
from creator_search.services.analysis.refresh import REPEATED_AFTER
from creator_search.services.outliers import OutlierRecorder
from creator_search.services.ports import BenchmarkStore, CallerRows, PostHistoryStore, PostStore, ProfileStore
from creator_search.services.reading.documents import DocumentWriter

MAX_POSTS = 1_000
"""Maximum number of posts stored per build: more than the settings allow to be fetched."""
_READERS_FENCE = 0

Checkpoint = Callable[[], None]
"""Called before the first write; raises LeaseLost if another worker has the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltProfile:
    """The result of a build, before it is stored. `seen` are the posts as this answer of the upstream gave them,
    `posts` the same with what is stored of them, and `known` those that are stored, by shortcode."""

    fetched: FetchedProfile
    holder: Holder
    profile_type: ProfileType
    posts: tuple[Post, ...]
    seen: tuple[Post, ...] = ()
    known: Mapping[str, Post] = field(default_factory=dict)
    image: Image | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedProfile:
    """A profile fetched by a read, with its documents, before they are stored."""

    profile: Profile
    posts: tuple[Post, ...]
    documents: Mapping[DocumentName, Document]


class ProfileWriter:
    """Stores profiles.

    The profile is written last, so a reader that finds it also finds its posts and documents. Writes of the profile,
    the snapshot and the documents fail if a more recent version is stored (by fence, or by the time of the upstream
    call), so a worker that lost its job cannot replace the data of its successor. Posts are written in batches, which
    have no conditions: the checkpoint before them verifies that the job is still held, and the work ends before its
    lease does.
    """

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        history: PostHistoryStore,
        benchmarks: BenchmarkStore,
        documents: DocumentWriter,
        outliers: OutlierRecorder,
        caller_rows: Callable[[], CallerRows],
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._history = history
        self._benchmarks = benchmarks
        self._documents = documents
        self._outliers = outliers
        self._caller_rows = caller_rows
        self._clock = clock

    def replace(self, built: BuiltProfile, fence: int, checkpoint: Checkpoint) -> Profile:
        """Store a worker's build. Raises Unavailable, LeaseLost."""
        checkpoint()
        now, username, key = self._clock(), built.fetched.username, built.holder.history_key
        before = self._profiles.load_profile(username)
        # Most posts of a refresh are stored as they are now, and are not written again. So an attribute that a later
        # version derives from a post is missing until the post changes: readers must not need it.
        self._posts.save_posts(key, [post for post in built.posts if built.known.get(post.shortcode) != post])
        is_primary = built.profile_type is ProfileType.PRIMARY
        profile = Profile.build(
            built.fetched,
            built.posts,
            profile_type=built.profile_type,
            posts_stored=self._posts.count_posts(key),
            now=now,
            account=built.holder.account,
            history_key=key,
            before=before,
            image=built.image,
            notes=built.notes,
            analysis_due_at=now + REPEATED_AFTER if is_primary else None,
            refresh_due_at=self._refresh_due_at(username, now) if is_primary else None,
        )
        self._history.append_points(key, built.seen, now, is_weekly=is_first_of_week(profile.points_at, now))
        if is_primary and built.seen:
            profile = replace(profile, points_at=now)
        self._profiles.save_snapshot(key, profile.snapshot, fence)
        evidence = self._documents.write_ahead(profile)
        scored = self._outliers.score(profile, evidence)
        profile = replace(profile, figures=replace(evidence.figures, niche=scored.niche, views=scored.views))
        try:
            self._profiles.save_profile(profile, fence, over=before)
        except LeaseLost:
            # The account may have left the username during the build: its documents must not stay there.
            self._documents.delete_if_left(profile)
            raise
        self._outliers.record(key, scored.outliers)
        return profile

    def _refresh_due_at(self, username: str, now: datetime) -> datetime:
        return refresh_due_at(username, now, is_wanted=self._caller_rows().is_wanted(username))

    def prepare(self, fetched: FetchedProfile, holder: Holder) -> PreparedProfile:
        """Return a secondary profile built from a read's fetch; nothing is stored. Raises StoreUnavailable."""
        now, posts = self._clock(), merge_posts(fetched.public_posts, (), MAX_POSTS)
        profile = Profile.build(
            fetched,
            posts,
            profile_type=ProfileType.SECONDARY,
            posts_stored=len(posts),
            now=now,
            account=holder.account,
            history_key=holder.history_key,
        )
        evidence = Evidence(
            profile=profile.public,
            posts=posts,
            snapshots=(profile.snapshot,),
            days=DEFAULT_DAYS,
            now=now,
            measurement=self._benchmarks.load_measurement(tier_of(profile.followers).name),
        )
        return PreparedProfile(profile, posts, self._documents.render(profile, evidence))

    def add_posts(self, prepared: PreparedProfile) -> None:
        """Store the posts and their counts. Raises Unavailable."""
        profile, posts = prepared.profile, prepared.posts
        self._posts.save_posts(profile.history_key, posts)
        self._history.append_points(profile.history_key, posts, profile.updated_at, is_weekly=True)

    def add_profile(self, prepared: PreparedProfile) -> None:
        """Store everything except the posts. Raises Unavailable; LeaseLost if a profile is already stored."""
        profile = prepared.profile
        self._profiles.save_snapshot(profile.history_key, profile.snapshot, _READERS_FENCE)
        self._profiles.add_profile(profile)
        self._documents.save(profile.username, prepared.documents)
