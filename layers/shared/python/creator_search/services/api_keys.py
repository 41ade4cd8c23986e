"""The API keys of a caller."""

import hashlib
import secrets
import string
from datetime import timedelta

from creator_search.domain.api_keys import (
    KEY_ID_LENGTH,
    MAX_KEYS,
    MAX_NAME_LENGTH,
    SECRET_LENGTH,
    ApiKey,
    format_key,
    is_key_id,
)
from creator_search.domain.caller_errors import Forbidden
from creator_search.domain.callers import Caller, CallerKind
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Conflict, NotFound
from creator_search.domain.owned import clean_text
from creator_search.services.at_most import add_at_most
from creator_search.services.ports import ApiKeyStore

_TOO_MANY = f"There are already {MAX_KEYS} API keys"
_ALPHABET = string.ascii_letters + string.digits


class ApiKeys:
    """Creates and deletes API keys. Raises StoreUnavailable."""

    def __init__(self, store: ApiKeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, caller: Caller, name: str, expires_in: timedelta | None) -> tuple[ApiKey, str]:
        """Return the new key, and its text, which is not stored. Raises Forbidden, InvalidParameter, Conflict."""
        if caller.kind is CallerKind.API_KEY:
            raise Forbidden("An API key cannot make API keys")
        name = clean_text("name", name, MAX_NAME_LENGTH)
        if self._count(caller.subject) >= MAX_KEYS:
            raise Conflict(_TOO_MANY)
        now = self._clock()
        secret = _random_text(SECRET_LENGTH)
        key = ApiKey(
            id=_random_text(KEY_ID_LENGTH),
            owner=caller.subject,
            name=name,
            created_at=now,
            expires_at=now + expires_in if expires_in else None,
        )
        add_at_most(
            MAX_KEYS,
            lambda: self._count(caller.subject),
            _TOO_MANY,
            add=lambda: self._store.add_key(key, hashlib.sha256(secret.encode()).hexdigest()),
            take_back=lambda _: self._store.delete_key(caller.subject, key.id),
        )
        return key, format_key(key.id, secret)

    def _count(self, subject: str) -> int:
        return len(self._store.list_keys(subject, MAX_KEYS + 1, None).rows)

    def delete(self, caller: Caller, key_id: str) -> None:
        """Raises NotFound."""
        if not is_key_id(key_id) or not self._store.delete_key(caller.subject, key_id):
            raise NotFound("The API key does not exist")


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
