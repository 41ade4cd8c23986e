"""Stored images and their keys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """A stored image. `version` changes with the content, so a URL that contains both never serves an older picture."""

    key: str
    version: str


def profile_image_key(username: str) -> str:
    return f"profiles/{username}/profile.jpg"


def post_image_key(username: str, shortcode: str) -> str:
    return f"posts/{username}/{shortcode}.jpg"


def similar_prefix(username: str) -> str:
    return f"similar/{username}/"


def similar_image_key(username: str, similar: str) -> str:
    return f"{similar_prefix(username)}{similar}_profile.jpg"


def erasable_prefixes(username: str) -> tuple[str, ...]:
    """Return the key prefixes of all stored images of a creator."""
    return (f"profiles/{username}/", f"posts/{username}/", similar_prefix(username))
