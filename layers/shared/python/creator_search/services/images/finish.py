"""Images of a profile and its posts: the list of copies, and their completion in the background."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.images import post_image_key, profile_image_key
from creator_search.domain.messages import MediaMessage
from creator_search.domain.posts import Post
from creator_search.services.images.copy import CopyResult, CopyState, ImageCopier, ImageCopy
from creator_search.services.ports import PostStore, ProfileStore, TaskQueue
from creator_search.services.reading.documents import DocumentWriter

_BATCH = 100


class ProfileImageFinisher:
    """Copies the images that a job did not finish."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        documents: DocumentWriter,
        copier: ImageCopier,
        tasks: TaskQueue,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._documents = documents
        self._copier = copier
        self._tasks = tasks

    def finish_profile_images(self, username: str, deadline: datetime) -> int:
        """Copy the remaining images; return their number.

        Sends another message if time ran out, unless nothing could be copied. Raises Unavailable.
        """
        profile = self._profiles.load_profile(username)
        if profile is None:
            return 0
        key = profile.history_key
        posts = tuple(self._posts.posts_without_image(key, _BATCH))
        profile_key = profile_image_key(key)
        copies = post_copies(key, posts)
        if profile.image is None and profile.source_image_url:
            copies.insert(0, ImageCopy(profile.source_image_url, profile_key))
        results = self._copier.copy(copies, deadline)
        for post in with_images(key, posts, results):
            if post.image:
                self._posts.set_post_image(key, post)
        result = results.get(profile_key)
        if result and result.image:
            self._profiles.set_profile_image(profile, result.image)
        copied = sum(r.state is CopyState.STORED for r in results.values())
        # Even if nothing was copied: a preceding delivery may have failed after its copies.
        self._documents.write(username)
        if copied and any(r.state is CopyState.UNFINISHED for r in results.values()):
            self._tasks.send_task(MediaMessage(kind="profile", username=username))
        return copied


def post_copies(key: HistoryKey, posts: tuple[Post, ...]) -> list[ImageCopy]:
    """Return a copy for each post with a source URL and no stored image."""
    return [
        ImageCopy(p.source_image_url, post_image_key(key, p.shortcode))
        for p in posts
        if p.source_image_url and not p.image
    ]


def with_images(key: HistoryKey, posts: tuple[Post, ...], results: Mapping[str, CopyResult]) -> tuple[Post, ...]:
    """Return the posts with their newly stored images. `results` are by image key."""

    def placed(post: Post) -> Post:
        result = results.get(post_image_key(key, post.shortcode))
        return replace(post, image=result.image) if result and result.image else post

    return tuple(placed(post) for post in posts)
