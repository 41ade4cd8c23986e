"""The results of adding parts to a campaign or a list."""

from collections.abc import Mapping

from creator_search.domain.errors import NotFound
from creator_search.domain.owned import Placed


def require_present(placed: Mapping[str, Placed], absent: str) -> Mapping[str, Placed]:
    """Return the results. Raises NotFound with the text `absent` if the campaign or list does not exist."""
    if Placed.ABSENT in placed.values():
        raise NotFound(absent)
    return placed


def added_of(placed: Mapping[str, Placed]) -> list[str]:
    """Return the keys of the parts that were added."""
    return [key for key, result in placed.items() if result is Placed.ADDED]
