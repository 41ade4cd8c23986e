"""Ports of the similar profiles, and of images and their CDN."""

from collections.abc import Sequence
from typing import Protocol

from creator_search.domain.images import Image
from creator_search.domain.similar import CacheContents, SimilarRow, SimilarSet


class SimilarStore(Protocol):
    def load_similar(self, username: str) -> SimilarRow:
        """Return the row with a consistent read; an expired set is omitted."""

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        """Store the set unless the row was cleared or replaced since; return False in that case."""

    def clear_set(self, username: str) -> SimilarSet | None:
        """Remove the set and start a new generation. Return the stored set, even if expired."""

    def sets_naming(self, username: str) -> Sequence[str]:
        """Return the usernames whose sets contain this one. Reads the names of every set: only for background work."""

    def measure_contents(self) -> CacheContents: ...


class ImageStore(Protocol):
    def store_image(self, key: str, jpeg: bytes) -> Image: ...

    def delete_images(self, prefix: str) -> int:
        """Delete every image whose key has the prefix; return their number."""


class Cdn(Protocol):
    def image_url(self, image: Image) -> str: ...

    def invalidate(self, prefix: str) -> None:
        """Remove the CDN's copies of every image whose key has the prefix."""
