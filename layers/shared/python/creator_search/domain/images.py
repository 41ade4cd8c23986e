"""Stored images and their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from creator_search.domain.accounts import HistoryKey

_SIMILAR_SUFFIX = "_profile.jpg"


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
    return f"{similar_prefix(username)}{similar}{_SIMILAR_SUFFIX}"


def similar_of_key(key: str) -> str:
    """Return the username whose picture in a set of similar profiles has this key."""
    return key.rsplit("/", 1)[-1].removesuffix(_SIMILAR_SUFFIX)


def erasable_prefixes(key: HistoryKey | None, usernames: Iterable[str]) -> tuple[str, ...]:
    """Return the key prefixes of all stored images of a creator; without a history key only those of similar
    profiles."""
    own = (f"profiles/{key}/", f"posts/{key}/") if key else ()
    return (*own, *map(similar_prefix, usernames))
