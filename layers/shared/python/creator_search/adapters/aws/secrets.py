"""The providers' keys, in a Secrets Manager secret that an operator fills and rotates."""

import functools
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import create_client
from creator_search.domain.clock import Clock
from creator_search.domain.errors import SecretUnavailable
from creator_search.domain.upstream_errors import UpstreamError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

KEYS_KEPT_FOR = timedelta(minutes=5)
"""How long a key is cached before the secret is read again."""
RETRY_AFTER = timedelta(seconds=30)
"""Delay before the secret is read again after a failed read, while a cached key is used."""


class ProviderKeys:
    """Keys in `given` (from the environment) take precedence; the others are read from the secret, a JSON object.

    A missing key is not cached: the secret is read at every call, so a key that is added is used at once.
    """

    def __init__(self, given: Mapping[str, str], *, secret_name: str | None, clock: Clock) -> None:
        self._given = given
        self._secret_name = secret_name
        self._clock = clock
        self._known: Mapping[str, str] = {}
        self._known_until: datetime | None = None

    def load_key(self, name: str) -> str | None:
        """Return the key, or None if there is none. Raises UpstreamError when the secret cannot be read and no key is
        cached.
        """
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


def read_secret(name: str) -> str:
    """The text of a secret, read now. Raises SecretUnavailable."""
    from aws_lambda_powertools.utilities.parameters import GetParameterError
    from botocore.exceptions import BotoCoreError

    try:
        return str(_provider().get(name, force_fetch=True))
    except (GetParameterError, BotoCoreError) as error:
        raise SecretUnavailable() from error


@functools.cache
def _provider() -> "SecretsProvider":
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    # A request waits for it: the default client would wait for a minute, several times.
    return SecretsProvider(boto3_client=create_client("secretsmanager", read_timeout=2, attempts=2))


def _read(secret_name: str) -> Mapping[str, str]:
    try:
        loaded: Any = json.loads(read_secret(secret_name))
        return {key: str(value) for key, value in loaded.items() if value}
    except (SecretUnavailable, ValueError, AttributeError) as error:  # not readable, not JSON, not an object
        raise UpstreamError("The keys of the upstream API cannot be read") from error
