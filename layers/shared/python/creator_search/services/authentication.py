"""Verification of the credentials of a request."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from creator_search.domain.api_keys import parse_key
from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.callers import Caller, CallerKind
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Unavailable
from creator_search.services.ports import ApiKeyStore, FailureLog, TokenVerifier

TRUSTED_FOR = timedelta(seconds=30)
"""How long a verified credential is not verified again."""
MAX_TRUSTED = 10_000


class Authenticator:
    """Verifies tokens and API keys. Verified credentials are kept in the memory of the process, by their hash."""

    def __init__(self, tokens: TokenVerifier, keys: ApiKeyStore, *, clock: Clock, failures: FailureLog) -> None:
        self._tokens = tokens
        self._keys = keys
        self._clock = clock
        self._failures = failures
        self._trusted: dict[str, tuple[Caller, datetime]] = {}
        self._changing = Lock()

    def authenticate(self, authorization: Sequence[str], api_keys: Sequence[str]) -> Caller:
        """Return the caller that presented these values of the headers `Authorization` and `X-Api-Key`.

        Raises Unauthenticated unless exactly one credential was presented and it is valid; IssuerUnavailable or
        StoreUnavailable if it cannot be verified now.
        """
        if len(authorization) + len(api_keys) != 1:
            raise Unauthenticated("not exactly one credential was presented")
        presented = f"token {authorization[0]}" if authorization else f"key {api_keys[0]}"
        digest = _digest(presented)
        now = self._clock()
        known = self._trusted.get(digest)
        if known and now < known[1]:
            return known[0]
        caller = self._verify_token(authorization[0]) if authorization else self._verify_key(api_keys[0])
        self._trust(digest, caller, now)
        return caller

    def _verify_token(self, value: str) -> Caller:
        scheme, _, token = value.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("Authorization has another scheme than Bearer, or no token")
        return self._tokens.verify(token.strip())

    def _verify_key(self, presented: str) -> Caller:
        parsed = parse_key(presented)
        if parsed is None:
            raise Unauthenticated("the API key has another form")
        key_id, secret = parsed
        found = self._keys.load_secret(key_id)
        # Compared in any case, so that the response time does not reveal whether the id exists.
        is_equal = hmac.compare_digest(found.digest if found else _digest(""), _digest(secret))
        if found is None or not is_equal:
            raise Unauthenticated("there is no such API key")
        try:
            self._keys.set_last_used(found.owner, key_id, self._clock())
        except Unavailable as error:
            self._failures.log_failure("the use of an API key was not recorded", error)
        return Caller(subject=found.owner, kind=CallerKind.API_KEY, key_id=key_id)

    def _trust(self, digest: str, caller: Caller, now: datetime) -> None:
        with self._changing:
            if len(self._trusted) >= MAX_TRUSTED:
                kept = {name: found for name, found in self._trusted.items() if now < found[1]}
                self._trusted = kept if len(kept) < MAX_TRUSTED else {}
            self._trusted[digest] = (caller, now + TRUSTED_FOR)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
