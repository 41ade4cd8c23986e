"""Ports of the upstreams and the image hosts."""

from datetime import datetime
from typing import Protocol

from creator_search.domain.comments import FetchedComments
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.profiles import FetchedProfile, RelatedAccount


class ProfileSource(Protocol):
    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        """Raises ProfileNotFound, UpstreamError; WrongAccount for an answer about another account,
        UpstreamNotConfigured without a key."""


class PostSource(Protocol):
    def fetch_posts(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        """Return the owner's posts of every kind in the upstream's order (newest first), fetched page by page. When a
        later page fails, the earlier ones are returned. Raises ProfileNotFound, UpstreamError; UpstreamNotConfigured
        without a key."""


class ReelSource(Protocol):
    def fetch_reels(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        """Return the owner's reels, as PostSource returns posts; `complete_since` is None."""


class CommentSource(Protocol):
    def fetch_comments(self, shortcode: str, limit: int, deadline: datetime) -> FetchedComments:
        """Return the newest comments of a post, in the upstream's order; none if the post does not exist. One page.
        Raises UpstreamError; UpstreamNotConfigured without a key."""


class SimilarSource(Protocol):
    def require_key(self) -> None:
        """Check for a key without calling the upstream. Raises UpstreamNotConfigured if there is none, UpstreamError if
        that cannot be determined."""

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        """Return all accounts that the upstream lists, most similar first, with one attempt. Raises ProfileNotFound,
        UpstreamError."""


class ImageSource(Protocol):
    def fetch_image(self, url: str, deadline: datetime) -> bytes:
        """Return a validated image as JPEG. Raises ImageRejected."""
