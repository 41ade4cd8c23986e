"""The favourite creators of a caller."""

from creator_search.domain.activity import Favorite
from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileErased
from creator_search.services.ports import FavoriteStore, Tombstones


class Favorites:
    def __init__(self, store: FavoriteStore, tombstones: Tombstones, clock: Clock) -> None:
        self._store = store
        self._tombstones = tombstones
        self._clock = clock

    def add(self, subject: str, username: str) -> tuple[Favorite, bool]:
        """Return the favourite, and whether it is new. Raises ProfileErased, StoreUnavailable."""
        if self._tombstones.erased_among([username]):
            raise ProfileErased(username)
        return self._store.add_favorite(subject, Favorite(username=username, added_at=self._clock()))
