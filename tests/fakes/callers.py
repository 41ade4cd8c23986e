"""Fakes of what identifies callers, and of what belongs to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import TypeVar

from creator_search.domain.activity import KEPT_FOR, Favorite, OpenedProfile, RecordedSearch
from creator_search.domain.api_keys import USE_INTERVAL, ApiKey, KeySecret
from creator_search.domain.audit import AuditEntry
from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.callers import Caller
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.limits import RequestClass
from creator_search.domain.listing import Listed

T = TypeVar("T")


class FakeTokenVerifier:
    """`callers` by token; every other token is refused."""

    def __init__(self) -> None:
        self.callers: dict[str, Caller] = {}
        self.verified: list[str] = []

    def verify(self, token: str) -> Caller:
        self.verified.append(token)
        if token not in self.callers:
            raise Unauthenticated("the token is unknown")
        return self.callers[token]


class FakeApiKeyStore:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, tuple[ApiKey, str]] = {}

    def add_key(self, key: ApiKey, digest: str) -> None:
        self._keys[key.id] = (key, digest)

    def load_secret(self, key_id: str) -> KeySecret | None:
        found = self._keys.get(key_id)
        if found is None or self._is_expired(found[0]):
            return None
        return KeySecret(key_id, found[0].owner, found[1])

    def list_keys(self, owner: str, limit: int, after: str | None) -> Listed[ApiKey]:
        mine = [key for key, _ in self._keys.values() if key.owner == owner and not self._is_expired(key)]
        return page_of(sorted(mine, key=lambda key: key.id), limit, after, lambda key: f"key#{key.id}")

    def delete_key(self, owner: str, key_id: str) -> bool:
        if key_id not in self._keys or self._keys[key_id][0].owner != owner:
            return False
        del self._keys[key_id]
        return True

    def set_last_used(self, owner: str, key_id: str, at: datetime) -> None:
        found = self._keys.get(key_id)
        if found and found[0].owner == owner:
            before = found[0].last_used_at
            if before is None or before < at - USE_INTERVAL:
                self._keys[key_id] = (replace(found[0], last_used_at=at), found[1])

    def delete_caller(self, owner: str) -> int:
        mine = [id_ for id_, (key, _) in self._keys.items() if key.owner == owner]
        for id_ in mine:
            del self._keys[id_]
        return len(mine)

    def _is_expired(self, key: ApiKey) -> bool:
        return key.expires_at is not None and key.expires_at <= self._clock()


class FakeRequestCounts:
    def __init__(self) -> None:
        self.is_down = False
        self._counts: dict[tuple[str, RequestClass, int], int] = {}
        self._lock = RLock()

    def add_request(self, subject: str, kind: RequestClass, window: int, limit: int) -> int | None:
        if self.is_down:
            raise StoreUnavailable
        key = (subject, kind, window)
        with self._lock:
            if self._counts.get(key, 0) >= limit:
                return None
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]

    def load_counts(self, subject: str, kinds: Sequence[RequestClass], window: int) -> Mapping[RequestClass, int]:
        if self.is_down:
            raise StoreUnavailable
        return {kind: self._counts.get((subject, kind, window), 0) for kind in kinds}


class FakeFavoriteStore:
    def __init__(self) -> None:
        self.favorites: dict[tuple[str, str], Favorite] = {}

    def add_favorite(self, subject: str, favorite: Favorite) -> tuple[Favorite, bool]:
        key = (subject, favorite.username)
        is_new = key not in self.favorites
        return self.favorites.setdefault(key, favorite), is_new

    def remove_favorite(self, subject: str, username: str) -> None:
        self.favorites.pop((subject, username), None)

    def list_favorites(self, subject: str, limit: int, after: str | None) -> Listed[Favorite]:
        mine = sorted((f for (owner, _), f in self.favorites.items() if owner == subject), key=lambda f: f.username)
        return page_of(mine, limit, after, lambda found: f"favorite#{found.username}")


class FakeActivityStore:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.is_down = False
        self.searches: dict[str, list[RecordedSearch]] = {}
        self.opened: dict[tuple[str, str], OpenedProfile] = {}
        self.requested: dict[tuple[str, str], datetime] = {}

    def add_search(self, subject: str, search: RecordedSearch) -> None:
        self._require()
        self.searches.setdefault(subject, []).append(search)

    def list_searches(self, subject: str, limit: int, after: str | None) -> Listed[RecordedSearch]:
        kept = [search for search in self.searches.get(subject, []) if search.at + KEPT_FOR > self._clock()]
        newest_first = sorted(kept, key=lambda search: search.at, reverse=True)
        start = int(after) if after else 0
        shown = newest_first[start : start + limit]
        return Listed(shown, str(start + limit) if len(newest_first) > start + limit else None)

    def delete_searches(self, subject: str) -> None:
        self.searches.pop(subject, None)

    def add_opening(self, subject: str, username: str, at: datetime) -> None:
        self._require()
        found = self.opened.get((subject, username))
        if found is None or found.expires_at <= at:
            opened = OpenedProfile(username=username, first_opened_at=at, last_opened_at=at, times=1)
        else:
            opened = replace(found, last_opened_at=at, times=found.times + 1)
        self.opened[subject, username] = opened

    def list_opened(self, subject: str) -> Sequence[OpenedProfile]:
        mine = [found for (owner, _), found in self.opened.items() if owner == subject]
        return [found for found in mine if found.expires_at > self._clock()]

    def add_requests(self, subject: str, usernames: Sequence[str], at: datetime) -> None:
        self._require()
        self.requested |= {(subject, username): at for username in usernames}

    def _require(self) -> None:
        if self.is_down:
            raise StoreUnavailable


class FakeCallerRows:
    """Everything that the other fakes hold."""

    def __init__(self, keys: FakeApiKeyStore, favorites: FakeFavoriteStore, activity: FakeActivityStore) -> None:
        self._keys = keys
        self._favorites = favorites
        self._activity = activity

    def delete_caller(self, subject: str) -> int:
        deleted = self._keys.delete_caller(subject) + len(self._activity.searches.pop(subject, []))
        return deleted + self._delete(lambda key: key[0] == subject)

    def delete_creator(self, username: str) -> int:
        deleted = 0
        for subject, found in self._activity.searches.items():
            kept = [search for search in found if search.username != username]
            deleted += len(found) - len(kept)
            self._activity.searches[subject] = kept
        return deleted + self._delete(lambda key: key[1] == username)

    def is_wanted(self, username: str) -> bool:
        rows = (self._favorites.favorites, self._activity.opened, self._activity.requested)
        return any(name == username for found in rows for _, name in found)

    def _delete(self, is_meant: Callable[[tuple[str, str]], bool]) -> int:
        favorites, opened, requested = self._favorites.favorites, self._activity.opened, self._activity.requested
        deleted = 0
        for rows in (favorites, opened, requested):
            keys = [key for key in rows if is_meant(key)]
            for key in keys:
                del rows[key]
            deleted += len(keys)
        return deleted


class FakeAuditLog:
    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    def list_entries(self, month: str, limit: int, after: str | None) -> Listed[AuditEntry]:
        found = [entry for entry in self.entries if f"{entry.at:%Y-%m}" == month]
        newest_first = sorted(found, key=lambda entry: entry.at, reverse=True)
        start = int(after) if after else 0
        shown = newest_first[start : start + limit]
        return Listed(shown, str(start + limit) if len(newest_first) > start + limit else None)


def page_of(rows: Sequence[T], limit: int, after: str | None, position: Callable[[T], str]) -> Listed[T]:
    """Return a page of rows in the order of their positions."""
    left = [row for row in rows if after is None or position(row) > after]
    shown = left[:limit]
    return Listed(shown, position(shown[-1]) if len(left) > limit else None)
