"""Ports of what identifies callers, and of what belongs to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from creator_search.domain.activity import Favorite, OpenedProfile, RecordedSearch
from creator_search.domain.api_keys import ApiKey, KeySecret
from creator_search.domain.audit import AuditEntry
from creator_search.domain.callers import Caller
from creator_search.domain.limits import RequestClass
from creator_search.domain.listing import Listed


class TokenVerifier(Protocol):
    def verify(self, token: str) -> Caller:
        """Return the caller that a token identifies. Raises Unauthenticated, IssuerUnavailable."""


class ApiKeyStore(Protocol):
    def add_key(self, key: ApiKey, digest: str) -> None:
        """Store a key and the digest of its secret, both or neither."""

    def load_secret(self, key_id: str) -> KeySecret | None:
        """Return what a presented key is compared with; None if there is no such key, or it has expired."""

    def list_keys(self, owner: str, limit: int, after: str | None) -> Listed[ApiKey]: ...

    def delete_key(self, owner: str, key_id: str) -> bool:
        """Delete a key of this owner; return whether there was one."""

    def set_last_used(self, owner: str, key_id: str, at: datetime) -> None:
        """Does nothing if there is no such key."""


class RequestCounts(Protocol):
    """Counts of the requests of callers, per class and clock minute (see `domain.limits.window_of`)."""

    def add_request(self, subject: str, kind: RequestClass, window: int, limit: int) -> int | None:
        """Count one request; return the number with it, or None, without counting it, if there were `limit` before."""

    def load_counts(self, subject: str, kinds: Sequence[RequestClass], window: int) -> Mapping[RequestClass, int]:
        """Return the counts; a class without requests may be missing."""


class FavoriteStore(Protocol):
    def add_favorite(self, subject: str, favorite: Favorite) -> tuple[Favorite, bool]:
        """Return the stored favourite, and whether it is new."""

    def remove_favorite(self, subject: str, username: str) -> None:
        """Does nothing if there is no such favourite."""

    def list_favorites(self, subject: str, limit: int, after: str | None) -> Listed[Favorite]:
        """Return favourites in alphabetical order."""


class ActivityStore(Protocol):
    """What callers did in the last 30 days."""

    def add_search(self, subject: str, search: RecordedSearch) -> None: ...

    def list_searches(self, subject: str, limit: int, after: str | None) -> Listed[RecordedSearch]:
        """Return searches, newest first."""

    def delete_searches(self, subject: str) -> None: ...

    def add_opening(self, subject: str, username: str, at: datetime) -> None:
        """Count one more opening of a profile."""

    def list_opened(self, subject: str) -> Sequence[OpenedProfile]:
        """Return all opened profiles, in any order."""

    def add_requests(self, subject: str, usernames: Sequence[str], at: datetime) -> None:
        """Record that the caller has requested these creators."""


class CallerRows(Protocol):
    """All items of callers."""

    def delete_caller(self, subject: str) -> int:
        """Delete everything that belongs to the caller, API keys first; return the number of items."""

    def delete_creator(self, username: str) -> int:
        """Delete the items of all callers that concern this creator; return their number.

        An item that was written in the last seconds may be missed.
        """

    def is_wanted(self, username: str) -> bool:
        """Whether a caller keeps the creator (favourites, lists, campaigns), or requested or opened it in the last 30
        days. An item that has expired counts until it is deleted, some days at most."""


class AuditLog(Protocol):
    """An append-only record."""

    def append(self, entry: AuditEntry) -> None: ...

    def list_entries(self, month: str, limit: int, after: str | None) -> Listed[AuditEntry]:
        """Return the entries of a month, as in 2026-01, newest first."""
