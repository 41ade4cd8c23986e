"""Builds a creator's profile from the upstream. Every step may run twice with the same result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileMoved, ProfileNotFound, Unavailable
from creator_search.domain.images import Image, profile_image_key
from creator_search.domain.jobs import Priority
from creator_search.domain.messages import AnalysisMessage, CommentsMessage, MediaMessage
from creator_search.domain.posts import MediaType, Post, TakenAtSource, with_best_views, with_details
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import FetchedProfile, Profile
from creator_search.domain.upstream_errors import WrongAccount
from creator_search.services.accounts import AccountRegistry, Holder
from creator_search.services.images.copy import CopyState, ImageCopier, ImageCopy
from creator_search.services.images.finish import post_copies, with_images
from creator_search.services.pipeline.gather import PostGatherer
from creator_search.services.pipeline.write import BuiltProfile, Checkpoint, ProfileWriter
from creator_search.services.ports import PostStore, ProfileSource, TaskQueue
from creator_search.services.similar.profiles import SimilarProfiles

SIMILAR_LIMIT = 20
SIMILAR_BUDGET = timedelta(seconds=40)
IMAGES_BUDGET = timedelta(seconds=30)
_TIMES_DIFFER_BY = timedelta(days=1)
"""At most, the time of a post in its shortcode and the one that the upstream gives."""


@dataclass(frozen=True, slots=True)
class BuildSources:
    """The sources of a build, limited to the rate of one priority."""

    profiles: ProfileSource
    posts: PostGatherer
    similar: SimilarProfiles


@dataclass(frozen=True, slots=True)
class _Images:
    profile: Image | None
    posts: tuple[Post, ...]
    unfinished: int
    notes: tuple[str, ...]


class ProfileBuilder:
    def __init__(
        self,
        *,
        sources: Callable[[Priority], BuildSources],
        registry: AccountRegistry,
        posts: PostStore,
        copier: ImageCopier,
        writer: ProfileWriter,
        tasks: TaskQueue,
        clock: Clock,
        reads_comments: bool,
    ) -> None:
        self._sources = sources
        self._registry = registry
        self._posts = posts
        self._copier = copier
        self._writer = writer
        self._tasks = tasks
        self._clock = clock
        self._reads_comments = reads_comments

    def build(
        self,
        username: str,
        profile_type: ProfileType,
        *,
        priority: Priority,
        fence: int,
        deadline: datetime,
        checkpoint: Checkpoint,
    ) -> Profile:
        """Build and store the profile. Failures of optional parts are recorded in `notes`.

        Raises ProfileNotFound, ProfileMoved, Unavailable, LeaseLost.
        """
        sources = self._sources(priority)
        fetched, holder = self._fetch(username, sources.profiles, deadline)
        if profile_type is ProfileType.SECONDARY:
            gathered = sources.posts.gather_first_page(fetched, deadline)
            known = self._known(holder.history_key, gathered.posts)
            built = BuiltProfile(
                fetched=replace(fetched, complete_since=gathered.complete_since),
                holder=holder,
                profile_type=profile_type,
                posts=with_known(gathered.posts, known),
                known=known,
                seen=gathered.posts,
                notes=gathered.notes,
            )
            return self._writer.replace(built, fence, checkpoint)
        return self._build_primary(fetched, holder, sources, fence, deadline, checkpoint)

    def _fetch(self, username: str, source: ProfileSource, deadline: datetime) -> tuple[FetchedProfile, Holder]:
        asked_at = self._clock()
        try:
            fetched = source.fetch_profile(username, deadline)
        except WrongAccount as answer:
            new_username = self._registry.follow(answer, asked_at)
            if new_username is None:
                raise
            raise ProfileMoved(username, new_username) from answer
        return fetched, self._registry.assign(username, fetched.account_id, asked_at)

    def _build_primary(
        self,
        fetched: FetchedProfile,
        holder: Holder,
        sources: BuildSources,
        fence: int,
        deadline: datetime,
        checkpoint: Checkpoint,
    ) -> Profile:
        username, key = fetched.username, holder.history_key
        gathered = sources.posts.gather(fetched, deadline)
        notes = [*gathered.notes]
        known = self._known(key, gathered.posts)
        posts = with_known(gathered.posts, known)
        self._warm_similar(username, sources.similar, deadline, notes)
        images = self._copy_images(fetched, key, posts, min(deadline, self._clock() + IMAGES_BUDGET))
        built = BuiltProfile(
            fetched=replace(fetched, complete_since=gathered.complete_since),
            holder=holder,
            profile_type=ProfileType.PRIMARY,
            posts=images.posts,
            known=known,
            seen=gathered.posts,
            image=images.profile,
            notes=(*notes, *images.notes),
        )
        profile = self._writer.replace(built, fence, checkpoint)
        if images.unfinished:
            self._tasks.send_task(MediaMessage(kind="profile", username=username))
        self._tasks.send_task(AnalysisMessage(username=username))
        if self._reads_comments and profile.public.shows_posts:
            self._tasks.send_task(CommentsMessage(username=username, requested_at=profile.updated_at))
        return profile

    def _known(self, key: HistoryKey, posts: tuple[Post, ...]) -> Mapping[str, Post]:
        """Return the stored ones of the posts, by shortcode."""
        if not posts:
            return {}
        oldest = min(p.taken_at for p in posts) - _TIMES_DIFFER_BY
        stored = takewhile(lambda p: p.taken_at >= oldest, self._posts.newest_posts(key))
        return {p.shortcode: p for p in stored}

    def _warm_similar(self, username: str, similar: SimilarProfiles, deadline: datetime, notes: list[str]) -> None:
        """Fill the cache of similar profiles, so that the first read finds a cached set."""
        until = min(deadline, self._clock() + SIMILAR_BUDGET)
        try:
            similar.find(username, limit=SIMILAR_LIMIT, force_refresh=False, deadline=until)
        except (Unavailable, ProfileNotFound) as error:
            notes.append(f"similar: {error.message}")

    def _copy_images(
        self, fetched: FetchedProfile, key: HistoryKey, posts: tuple[Post, ...], deadline: datetime
    ) -> _Images:
        profile_key = profile_image_key(key)
        copies = [ImageCopy(fetched.source_image_url, profile_key)] if fetched.source_image_url else []
        copies += post_copies(key, posts)
        results = self._copier.copy(copies, deadline)
        rejected = sum(r.state is CopyState.REJECTED for r in results.values())
        result = results.get(profile_key)
        return _Images(
            profile=result.image if result else None,
            posts=with_images(key, posts, results),
            unfinished=sum(r.state is CopyState.UNFINISHED for r in results.values()),
            notes=(f"images: {rejected} of {len(copies)} could not be copied",) if rejected else (),
        )


def with_known(posts: tuple[Post, ...], known: Mapping[str, Post]) -> tuple[Post, ...]:
    """Return the posts with what is stored of them: the image, and the URL from which it was copied; the time, which is
    part of the key; the plays, if the answer has only views; that it is a reel; details that the answer lacks; the
    caption of a reel without time and caption; the analysis of the same caption.
    """

    def kept(post: Post) -> Post:
        before = known.get(post.shortcode)
        if before is None:
            return post
        has_caption = post.caption or post.taken_at_source is TakenAtSource.UPSTREAM
        caption = post.caption if has_caption else before.caption
        seen = post if post.views is None else with_best_views(before, post)
        return replace(
            with_details(post, before),
            media_type=MediaType.REEL if before.media_type is MediaType.REEL else post.media_type,
            caption=caption,
            views=seen.views,
            views_kind=seen.views_kind,
            image=before.image,
            source_image_url=before.source_image_url if before.image else post.source_image_url,
            analysis=before.analysis if before.caption == caption else None,
            taken_at=before.taken_at,
            taken_at_source=before.taken_at_source,
        )

    return tuple(kept(post) for post in posts)
