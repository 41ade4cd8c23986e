"""Similar accounts from the first configured provider."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from creator_search.domain.profiles import RelatedAccount
from creator_search.domain.upstream_errors import UpstreamNotConfigured

NOT_CONFIGURED = "Simple similar profiles API not available"


class KeyedSource(Protocol):
    """A provider of similar accounts."""

    def require_key(self) -> None:
        """Raises UpstreamNotConfigured without a key."""

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]: ...


class PreferredSimilarSource:
    """Implements SimilarSource with the first of several providers that has a key."""

    def __init__(self, sources: Sequence[KeyedSource]) -> None:
        self._sources = sources

    def require_key(self) -> None:
        self._preferred()

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        return self._preferred().fetch_similar(username, deadline)

    def _preferred(self) -> KeyedSource:
        for source in self._sources:
            try:
                source.require_key()
            except UpstreamNotConfigured:
                continue
            return source
        raise UpstreamNotConfigured(NOT_CONFIGURED)
