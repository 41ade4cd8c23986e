"""Cursors: where a next page begins, sealed so that nobody can make one, change one, or use it for another request."""

import hashlib
from typing import Any

from creator_search import providers
from creator_search.domain.errors import InvalidParameter


def seal(scope: str, position: Any) -> str:
    """`scope` is all that must stay the same from page to page."""
    return str(_serializer(scope).dumps(position))


def unseal(scope: str, cursor: str) -> Any:
    """Raises InvalidParameter."""
    from itsdangerous import BadData

    try:
        return _serializer(scope).loads(cursor)
    except BadData as error:
        raise InvalidParameter("cursor: must be the next_cursor of an answer to this same request") from error


def _serializer(scope: str) -> Any:
    from itsdangerous import URLSafeSerializer

    return URLSafeSerializer(providers.cursor_key(), salt=scope, signer_kwargs={"digest_method": hashlib.sha256})
