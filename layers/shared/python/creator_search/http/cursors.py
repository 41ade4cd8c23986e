"""Cursors: the position of a next page, signed so that clients can neither make nor change one."""

import hashlib
from collections.abc import Callable
from typing import Any

from creator_search.domain.errors import InvalidParameter


class CursorSigner:
    """`scope` names all that must be the same on every page: a cursor is valid for its own scope only. `key` is called
    only when there is a cursor to sign or to verify."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def sign(self, scope: str, position: Any) -> str:
        """`position` is made of JSON values."""
        return str(self._serializer(scope).dumps(position))

    def verify(self, scope: str, cursor: str) -> Any:
        """The position. Raises InvalidParameter."""
        from itsdangerous import BadData

        try:
            return self._serializer(scope).loads(cursor)
        except BadData as error:
            raise InvalidParameter("cursor: must be the next_cursor of an answer to this same request") from error

    def _serializer(self, scope: str) -> Any:
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(self._key(), salt=scope, signer_kwargs={"digest_method": hashlib.sha256})
