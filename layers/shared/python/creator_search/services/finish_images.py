"""In the background: a profile's images that its job had no time for; and what the two have in common."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from creator_search.domain.profiles import Post
from creator_search.domain.similar import post_image_key, profile_image_key
from creator_search.services.copy_images import CopyImages, CopyResult, CopyState, ImageCopy
from creator_search.services.documents import WriteDocuments
from creator_search.services.ports import PostStore, ProfileStore, TaskQueue


class FinishImages:
    """In the background: the profile's and the posts' images that a job had no time for."""

    BATCH = 100

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        write_documents: WriteDocuments,
        copy_images: CopyImages,
        tasks: TaskQueue,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._write_documents = write_documents
        self._copy_images = copy_images
        self._tasks = tasks

    def __call__(self, username: str, deadline: datetime) -> int:
        """How many were copied. Asks for another round while there is time missing, and progress."""
        stored = self._profiles.profile(username)
        posts = tuple(self._posts.without_image(username, self.BATCH))
        profile_key = profile_image_key(username)
        copies = post_copies(username, posts)
        if stored and stored.image_key is None and stored.upstream.source_image_url:
            copies.insert(0, ImageCopy(stored.upstream.source_image_url, profile_key))
        results = self._copy_images(copies, deadline)
        for post in with_post_images(username, posts, results):
            if post.image_key:
                self._posts.set_image(username, post)
        mine = results.get(profile_key)
        if mine and mine.image:
            self._profiles.set_profile_image(username, profile_key, mine.image.version)
        done = sum(r.state is CopyState.STORED for r in results.values())
        if done:
            self._write_documents(username)
        if done and any(r.state is CopyState.UNFINISHED for r in results.values()):
            self._tasks.copy_images(username)
        return done


def post_copies(username: str, posts: tuple[Post, ...]) -> list[ImageCopy]:
    return [
        ImageCopy(p.source_image_url, post_image_key(username, p.shortcode))
        for p in posts
        if p.source_image_url and not p.image_key
    ]


def with_post_images(username: str, posts: tuple[Post, ...], results: Mapping[str, CopyResult]) -> tuple[Post, ...]:
    """The posts, those whose image was stored now saying where."""

    def placed(post: Post) -> Post:
        key = post_image_key(username, post.shortcode)
        result = results.get(key)
        return replace(post, image_key=key, image_version=result.image.version) if result and result.image else post

    return tuple(placed(post) for post in posts)
