"""Ports of the similar profiles, and of images and their CDN."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from creator_search.domain.images import Image
from creator_search.domain.similar import CacheContents, SimilarRow, SimilarSet


class SimilarStore(Protocol):
    def load_similar(self, username: str) -> SimilarRow:
        """Return the row with a consistent read; an expired set is omitted."""

    def load_sets(self, usernames: Sequence[str]) -> Mapping[str, SimilarRow]:
        """Return the rows of these creators that have a set, even an expired one. Consistent, 100 a call."""

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        """Store the set unless the row was cleared or replaced since; return False in that case. What finds the set by
        its members is stored before it."""

    def shrink_set(self, left: SimilarSet, seen_generation: str | None) -> bool:
        """Store a stored set with some of its members taken out, unless the row was cleared or replaced since; return
        False in that case."""

    def clear_set(self, username: str) -> SimilarSet | None:
        """Remove the set and start a new generation. Return the stored set, even if expired."""

    def delete_row(self, username: str) -> None:
        """Remove the set with its generation. A fetch that is in progress can store its set afterwards."""

    def sets_naming(self, username: str) -> Sequence[str]:
        """Return the usernames whose sets contain this one, or did within MEMBERSHIP_KEPT_FOR. Reads what is stored of
        this username only."""

    def forget_memberships(self, memberships: Iterable[tuple[str, str]]) -> None:
        """Forget that sets contained these members (member, username of the set). A set that still has such a member is
        no longer found by it."""

    def measure_contents(self) -> CacheContents: ...


class ImageStore(Protocol):
    def store_image(self, key: str, jpeg: bytes) -> Image: ...

    def list_keys(self, prefix: str) -> Sequence[str]:
        """Return the keys of the stored images that have the prefix."""

    def delete_images(self, prefix: str) -> int:
        """Delete every image whose key has the prefix; return their number."""

    def delete_keys(self, keys: Sequence[str]) -> None:
        """Delete the images with these keys, stored or not; 1,000 a call."""


class Cdn(Protocol):
    def image_url(self, image: Image) -> str: ...

    def invalidate(self, images: Sequence[Image]) -> None:
        """Remove the CDN's copies of these versions of images. No call without images. Raises CdnUnavailable; CdnBusy
        while the CDN removes as many copies as it takes at a time."""
