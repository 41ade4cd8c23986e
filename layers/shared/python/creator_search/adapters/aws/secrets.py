"""The providers' keys, in a secret of Secrets Manager that an operator fills and rotates."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from creator_search.domain.clock import Clock
from creator_search.domain.errors import UpstreamError

KEYS_KEPT_FOR = timedelta(minutes=5)
"""How long a key is used before the secret is read again."""
RETRY_AFTER = timedelta(seconds=30)
"""When the secret is read again after that failed, while a known key is used."""


class ProviderKeys:
    """`given` keys (from the environment) come first; the others are read from the secret, a JSON object.

    A key that is missing is looked up at every call, so that one which is added is used at once.
    """

    def __init__(self, given: Mapping[str, str], *, secret_name: str | None, clock: Clock) -> None:
        self._given = given
        self._secret_name = secret_name
        self._clock = clock
        self._known: Mapping[str, str] = {}
        self._known_until: datetime | None = None

    def load_key(self, name: str) -> str | None:
        """None when there is no such key. Raises UpstreamError when the secret cannot be read and no key is known."""
        if self._given.get(name):
            return self._given[name]
        if self._secret_name is None:
            return None
        is_current = self._known_until is not None and self._clock() < self._known_until
        if name not in self._known or not is_current:
            self._refresh(name, self._secret_name)
        return self._known.get(name)

    def _refresh(self, name: str, secret_name: str) -> None:
        try:
            self._known = _read(secret_name)
            self._known_until = self._clock() + KEYS_KEPT_FOR
        except UpstreamError:
            if name not in self._known:
                raise
            self._known_until = self._clock() + RETRY_AFTER


def _read(secret_name: str) -> Mapping[str, str]:
    from aws_lambda_powertools.utilities.parameters import GetParameterError, get_secret

    try:
        loaded: Any = json.loads(str(get_secret(secret_name, force_fetch=True)))
        return {key: str(value) for key, value in loaded.items() if value}
    except (GetParameterError, ValueError, AttributeError) as error:  # not readable, not JSON, not an object
        raise UpstreamError("The keys of the upstream API cannot be read") from error
