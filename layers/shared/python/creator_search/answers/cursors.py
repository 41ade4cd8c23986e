"""Cursors: signed positions of the next page, which clients can neither create nor change."""

import hashlib
from collections.abc import Callable
from typing import Any

from creator_search.domain.errors import InvalidParameter
from creator_search.domain.listing import Listed


class CursorSigner:
    """Signs and verifies cursors.

    `scope` identifies everything that must be equal on all pages of a listing: a cursor is valid only for its scope.
    `key` is called only when a cursor is signed or verified.
    """

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def sign(self, scope: str, position: Any) -> str:
        """Return the cursor of `position`, which consists of JSON values."""
        return str(self._serializer(scope).dumps(position))

    def next(self, scope: str, page: Listed[Any]) -> str | None:
        """Return the cursor of the page after this one, if there is one."""
        return None if page.after is None else self.sign(scope, page.after)

    def start(self, scope: str, cursor: str | None) -> Any:
        """Return the position after which a page starts; None for the first page. Raises InvalidParameter."""
        return self.verify(scope, cursor) if cursor else None

    def verify(self, scope: str, cursor: str) -> Any:
        """Return the position. Raises InvalidParameter."""
        from itsdangerous import BadData, BadSignature

        serializer = self._serializer(scope)
        try:
            position = serializer.loads(cursor)
            # The last character of a signature has two bits that its decoding ignores.
            if serializer.make_signer(scope).sign(cursor.rpartition(".")[0]).decode() != cursor:
                raise BadSignature("not the signature in its only form")
        except BadData as error:
            raise InvalidParameter("cursor: must be the next_cursor of an answer to the same request") from error
        return position

    def _serializer(self, scope: str) -> Any:
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(self._key(), salt=scope, signer_kwargs={"digest_method": hashlib.sha256})
