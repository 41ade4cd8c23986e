"""Build one creator's profile from the upstream: every step may run twice and ends in the same state.

The profile item is written after all that it is made of, so that a profile that reads as primary has all its parts,
its documents included.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from creator_search.domain.analytics.engagement import summarise
from creator_search.domain.answers import Clock
from creator_search.domain.errors import ProfileNotFound, Unavailable, UpstreamError
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import Post, UpstreamProfile, merge_posts
from creator_search.domain.similar import profile_image_key
from creator_search.domain.stored import StoredProfile, snapshot_of
from creator_search.services.copy_images import CopyImages, CopyState, ImageCopy
from creator_search.services.documents import WriteDocuments
from creator_search.services.finish_images import post_copies, with_post_images
from creator_search.services.ports import PostStore, ProfileSource, ProfileStore, ReelSource, TaskQueue
from creator_search.services.refresh_analyses import ASK_AGAIN_AFTER
from creator_search.services.similar_profiles import SimilarProfiles

MAX_POSTS = 100
SIMILAR_LIMIT = 20
SIMILAR_BUDGET = timedelta(seconds=40)
IMAGES_BUDGET = timedelta(seconds=30)

Checkpoint = Callable[[], None]
"""Called before anything is written; raises LeaseLost when the work belongs to somebody else now."""


@dataclass(frozen=True, slots=True)
class _Images:
    profile: tuple[str, str] | None
    """Key and version."""
    posts: tuple[Post, ...]
    unfinished: int
    notes: tuple[str, ...]


class BuildProfile:
    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        write_documents: WriteDocuments,
        source: ProfileSource | None,
        reels: ReelSource | None,
        similar: SimilarProfiles,
        copy_images: CopyImages,
        tasks: TaskQueue,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._write_documents = write_documents
        self._source = source
        self._reels = reels
        self._similar = similar
        self._copy_images = copy_images
        self._tasks = tasks
        self._clock = clock

    def __call__(
        self, username: str, profile_type: ProfileType, fence: int, deadline: datetime, checkpoint: Checkpoint
    ) -> StoredProfile:
        """Raises ProfileNotFound, Unavailable, LeaseLost. What is not essential fails into `notes` instead."""
        if self._source is None:
            raise UpstreamError("No profile provider is configured")
        upstream = self._source.profile(username, deadline)
        if profile_type is ProfileType.SECONDARY:
            posts = self._with_what_is_known(upstream.username, merge_posts(upstream.posts, (), MAX_POSTS))
            stored = self._store(upstream, profile_type, posts, None, None, (), fence, checkpoint)
        else:
            stored = self._build_primary(upstream, fence, deadline, checkpoint)
        return stored

    def _build_primary(
        self, upstream: UpstreamProfile, fence: int, deadline: datetime, checkpoint: Checkpoint
    ) -> StoredProfile:
        username = upstream.username
        notes: list[str] = []
        posts = self._with_what_is_known(username, self._all_posts(upstream, deadline, notes))
        similar_found = self._similar_found(username, deadline, notes)
        images = self._copy(upstream, posts, min(deadline, self._clock() + IMAGES_BUDGET))
        stored = self._store(
            upstream,
            ProfileType.PRIMARY,
            images.posts,
            similar_found,
            images.profile,
            (*notes, *images.notes),
            fence,
            checkpoint,
        )
        if images.unfinished:
            self._tasks.copy_images(username)
        self._tasks.analyse_profile(username)
        return stored

    def _all_posts(self, upstream: UpstreamProfile, deadline: datetime, notes: list[str]) -> tuple[Post, ...]:
        if upstream.is_private:
            notes.append("posts: the profile is private")
            return ()
        if self._reels is None:
            notes.append("reels: no reels provider is configured, so only the first page of posts is stored")
            return merge_posts(upstream.posts, (), MAX_POSTS)
        try:
            # As many as may be kept: the first of them are among the first page's posts too.
            more = self._reels.reels(upstream.username, MAX_POSTS, deadline)
        except (UpstreamError, ProfileNotFound) as error:
            notes.append(f"reels: {error.message}")
            more = ()
        return merge_posts(upstream.posts, more, MAX_POSTS)

    def _with_what_is_known(self, username: str, posts: tuple[Post, ...]) -> tuple[Post, ...]:
        """A post seen before keeps its image, and the analysis of its caption while that is the same."""
        if not posts:
            return posts
        oldest = min(p.taken_at for p in posts)
        stored = takewhile(lambda p: p.taken_at >= oldest, self._posts.newest(username))
        known = {p.shortcode: p for p in stored}

        def kept(post: Post) -> Post:
            before = known.get(post.shortcode)
            if before is None:
                return post
            analysis = before.analysis if before.caption == post.caption else None
            return replace(post, image_key=before.image_key, image_version=before.image_version, analysis=analysis)

        return tuple(kept(post) for post in posts)

    def _similar_found(self, username: str, deadline: datetime, notes: list[str]) -> int | None:
        until = min(deadline, self._clock() + SIMILAR_BUDGET)
        try:
            answer = self._similar(username, limit=SIMILAR_LIMIT, force_refresh=False, deadline=until)
        except (Unavailable, ProfileNotFound) as error:
            notes.append(f"similar: {error.message}")
            return None
        return len(answer.profiles)

    def _copy(self, upstream: UpstreamProfile, posts: tuple[Post, ...], deadline: datetime) -> _Images:
        username = upstream.username
        profile_key = profile_image_key(username)
        copies = [ImageCopy(upstream.source_image_url, profile_key)] if upstream.source_image_url else []
        copies += post_copies(username, posts)
        results = self._copy_images(copies, deadline)
        with_images = with_post_images(username, posts, results)
        rejected = sum(r.state is CopyState.REJECTED for r in results.values())
        unfinished = sum(r.state is CopyState.UNFINISHED for r in results.values())
        mine = results.get(profile_key)
        return _Images(
            profile=(profile_key, mine.image.version) if mine and mine.image else None,
            posts=with_images,
            unfinished=unfinished,
            notes=(f"images: {rejected} of {len(copies)} could not be copied",) if rejected else (),
        )

    def _store(
        self,
        upstream: UpstreamProfile,
        profile_type: ProfileType,
        posts: tuple[Post, ...],
        similar_found: int | None,
        image: tuple[str, str] | None,
        notes: tuple[str, ...],
        fence: int,
        checkpoint: Checkpoint,
    ) -> StoredProfile:
        checkpoint()
        now = self._clock()
        username = upstream.username
        before = self._profiles.profile(username)
        self._posts.save(username, posts)
        if image is None and before and before.image_key and before.image_version:
            image = before.image_key, before.image_version  # an older picture is better than none
        stored = StoredProfile(
            upstream=upstream,
            profile_type=profile_type,
            created_at=before.created_at if before else now,
            updated_at=now,
            posts_stored=self._posts.count(username),
            similar_found=similar_found,
            image_key=image[0] if image else None,
            image_version=image[1] if image else None,
            engagement=summarise(posts, upstream.followers),
            language=before.language if before else None,
            notes=notes,
            # Sooner, by the message that follows this; then, should that be lost.
            analysis_due_at=now + ASK_AGAIN_AFTER if profile_type is ProfileType.PRIMARY else None,
        )
        self._profiles.save_snapshot(username, snapshot_of(stored))
        # Before the row, for whoever waits for it and then reads; after it again, because somebody who finished images
        # in between made them from the row as it was.
        self._write_documents.ahead(stored)
        self._profiles.save_profile(stored, fence)
        self._write_documents(username)
        return stored
