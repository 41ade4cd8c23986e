"""Stored images and their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from creator_search.domain.accounts import HistoryKey


@dataclass(frozen=True, slots=True)
class Image:
    """A stored image. `version` changes with the content, so a URL that contains both never serves an older picture."""

    key: str
    version: str


def profile_image_key(key: HistoryKey) -> str:
    return f"profiles/{key}/profile.jpg"


def post_image_key(key: HistoryKey, shortcode: str) -> str:
    return f"posts/{key}/{shortcode}.jpg"


def similar_prefix(username: str) -> str:
    return f"similar/{username}/"


def similar_image_key(username: str, similar: str) -> str:
    return f"{similar_prefix(username)}{similar}_profile.jpg"


def erasable_prefixes(key: HistoryKey | None, usernames: Iterable[str]) -> tuple[str, ...]:
    """Return the key prefixes of all stored images of a creator; without a history key only those of similar
    profiles."""
    own = (f"profiles/{key}/", f"posts/{key}/") if key else ()
    return (*own, *map(similar_prefix, usernames))
