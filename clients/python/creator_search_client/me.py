"""The caller, and the caller's keys, favourites, searches and opened profiles."""

from collections.abc import Iterator

from creator_search_client.answers import Answer
from creator_search_client.caller_types import ApiKey, Favorite, Me, NewApiKey, OpenedProfile, SearchRecord
from creator_search_client.connection import Connection, segment

PAGE_SIZE = 100
_KEYS = "/api/me/api-keys"
_FAVORITES = "/api/me/favorites"
_SEARCHES = "/api/me/searches"


class OwnData:
    _connection: Connection

    def me(self) -> Answer[Me]:
        return self._connection.get("/api/me")

    def erase_me(self) -> None:
        """Erase everything that belongs to the caller. An API key cannot do this."""
        self._connection.delete("/api/me")

    def create_api_key(self, name: str, *, expires_in_days: int | None = None) -> Answer[NewApiKey]:
        """Create a key, whose text is shown this once. An API key cannot do this.

        If the answer is lost, the retry raises Conflict: delete the key and create another one.
        """
        body = {"name": name} if expires_in_days is None else {"name": name, "expires_in_days": expires_in_days}
        return self._connection.post(_KEYS, body)

    def api_keys(self) -> Iterator[ApiKey]:
        return self._connection.pages(_KEYS, {"limit": PAGE_SIZE})

    def delete_api_key(self, id: str) -> None:
        """Delete a key. It stops working within a minute."""
        self._connection.delete(f"{_KEYS}/{segment(id)}")

    def favorites(self) -> Iterator[Favorite]:
        return self._connection.pages(_FAVORITES, {"limit": PAGE_SIZE})

    def add_favorite(self, username: str) -> Answer[Favorite]:
        """Keep a creator as a favourite. The status is 201 if it was none, else 200."""
        return self._connection.put(f"{_FAVORITES}/{segment(username)}")

    def remove_favorite(self, username: str) -> None:
        self._connection.delete(f"{_FAVORITES}/{segment(username)}")

    def searches(self) -> Iterator[SearchRecord]:
        """Yield the searches of the last 30 days, newest first."""
        return self._connection.pages(_SEARCHES, {"limit": PAGE_SIZE})

    def clear_searches(self) -> None:
        self._connection.delete(_SEARCHES)

    def opened_profiles(self) -> Iterator[OpenedProfile]:
        """Yield the profiles that were opened in the last 30 days, the last opened first."""
        return self._connection.pages("/api/me/profiles", {"limit": PAGE_SIZE})
