"""Creators that were erased are not added to campaigns and lists again."""

from creator_search.domain.errors import ProfileErased
from creator_search.services.ports import Tombstones


def require_not_erased(tombstones: Tombstones, username: str) -> None:
    """Raises ProfileErased, StoreUnavailable."""
    if tombstones.erased_among([username]):
        raise ProfileErased(username)
