"""Writing a creator: posts, snapshot, documents and profile, in the order that keeps readers right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from creator_search.domain.analytics.report import DEFAULT_DAYS, Evidence
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.images import Image
from creator_search.domain.posts import Post, merge_posts
from creator_search.domain.profiles import FetchedProfile, Profile, ProfileType
from creator_search.services.analysis.refresh import REPEATED_AFTER
from creator_search.services.ports import PostStore, ProfileStore
from creator_search.services.reading.documents import DocumentWriter

MAX_POSTS = 100
"""Posts of one creator that are stored at a time."""
_READERS_FENCE = 0

Checkpoint = Callable[[], None]
"""Called before anything is written; raises LeaseLost when another worker has the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltProfile:
    """The result of a build, not yet stored."""

    fetched: FetchedProfile
    profile_type: ProfileType
    posts: tuple[Post, ...]
    image: Image | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedProfile:
    """A reader's fetch with its documents, not yet stored."""

    profile: Profile
    posts: tuple[Post, ...]
    documents: Mapping[DocumentName, Document]


class ProfileWriter:
    """The profile is written last: a reader that finds it finds its posts and documents too.

    The profile, the snapshot and the documents refuse what is older than what is stored (by fence, or by the time at
    which the upstream was asked), so a worker that lost its job cannot replace what its successor wrote. Posts are
    written in batches, which have no conditions; the checkpoint before them proves that the job is still held, and the
    work ends before its lease does.
    """

    def __init__(self, *, profiles: ProfileStore, posts: PostStore, documents: DocumentWriter, clock: Clock) -> None:
        self._profiles = profiles
        self._posts = posts
        self._documents = documents
        self._clock = clock

    def replace(self, built: BuiltProfile, fence: int, checkpoint: Checkpoint) -> Profile:
        """Store a worker's build. Raises Unavailable, LeaseLost."""
        checkpoint()
        now, username = self._clock(), built.fetched.username
        before = self._profiles.load_profile(username)
        self._posts.save_posts(username, built.posts)
        is_primary = built.profile_type is ProfileType.PRIMARY
        profile = Profile.build(
            built.fetched,
            built.posts,
            profile_type=built.profile_type,
            posts_stored=self._posts.count_posts(username),
            now=now,
            before=before,
            image=built.image,
            notes=built.notes,
            analysis_due_at=now + REPEATED_AFTER if is_primary else None,
        )
        self._profiles.save_snapshot(username, profile.snapshot, fence)
        self._documents.write_ahead(profile)
        self._profiles.save_profile(profile, fence)
        return profile

    def prepare(self, fetched: FetchedProfile) -> PreparedProfile:
        """A secondary profile of what a reader just fetched; nothing is stored."""
        now, posts = self._clock(), merge_posts(fetched.posts, (), MAX_POSTS)
        profile = Profile.build(fetched, posts, profile_type=ProfileType.SECONDARY, posts_stored=len(posts), now=now)
        evidence = Evidence(
            profile=profile.public, posts=posts, snapshots=(profile.snapshot,), days=DEFAULT_DAYS, now=now
        )
        return PreparedProfile(profile, posts, self._documents.render(profile, evidence))

    def add_posts(self, prepared: PreparedProfile) -> None:
        """Store the posts. Raises Unavailable."""
        self._posts.save_posts(prepared.profile.username, prepared.posts)

    def add_profile(self, prepared: PreparedProfile) -> None:
        """Store all but the posts. Raises Unavailable; LeaseLost when a profile is stored already."""
        profile = prepared.profile
        self._profiles.save_snapshot(profile.username, profile.snapshot, _READERS_FENCE)
        self._profiles.add_profile(profile)
        self._documents.save(profile.username, prepared.documents)
