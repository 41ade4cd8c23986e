"""Verification of the tokens of an OIDC issuer: JSON Web Tokens (RFC 7519) with RS256 or ES256, against the issuer's
published keys."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.callers import Caller, CallerKind, claimed_scopes
from creator_search.domain.clock import Clock
from creator_search.domain.errors import IssuerUnavailable

if TYPE_CHECKING:
    import httpx
    import jwt

ALGORITHMS = ("RS256", "ES256")
LEEWAY = timedelta(seconds=60)
"""Allowed difference between the issuer's clock and ours."""
KEYS_KEPT_FOR = timedelta(hours=1)
"""After this time the keys are fetched again, so that a key that the issuer has withdrawn is no longer accepted."""
FETCH_INTERVAL = timedelta(minutes=1)
"""The shortest time between two fetches of a process."""
MAX_TOKEN_LENGTH = 16_384
MAX_SUBJECT_LENGTH = 255
"""The longest `sub` of OpenID Connect Core 1.0, section 2."""
_MAX_KEY_SET_BYTES = 1_000_000
_FETCH_SECONDS = 3.0


class IssuerKeys:
    """The public keys of an issuer by their `kid`, from its JWKS (RFC 7517).

    `url` is its address; without one, that of the issuer's OpenID configuration. While the issuer is down, the keys
    that are known stay valid.
    """

    def __init__(self, issuer: str, url: str, clock: Clock, client: "Callable[[], httpx.Client] | None" = None) -> None:
        self._issuer = issuer
        self._url = url
        self._client = client or _create_client
        self._clock = clock
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._fetching = threading.Lock()

    def find(self, key_id: str) -> "jwt.PyJWK | None":
        """Return the key, or None if the issuer has no such key. Raises IssuerUnavailable if none was ever fetched."""
        if key_id in self._keys and self._is_current():
            return self._keys[key_id]
        with self._fetching:
            if not (key_id in self._keys and self._is_current()) and self._may_fetch():
                self._fetch()
        if self._fetched_at is None:
            raise IssuerUnavailable
        return self._keys.get(key_id)

    def _is_current(self) -> bool:
        return self._fetched_at is not None and self._clock() < self._fetched_at + KEYS_KEPT_FOR

    def _may_fetch(self) -> bool:
        return self._tried_at is None or self._clock() >= self._tried_at + FETCH_INTERVAL

    def _fetch(self) -> None:
        import httpx

        self._tried_at = self._clock()
        try:
            if not self._url:
                self._url = _address(self._read(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"))
            self._keys = usable_keys(self._read(self._url))
            self._fetched_at = self._tried_at
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            if self._fetched_at is None:
                raise IssuerUnavailable from error

    def _read(self, url: str) -> Mapping[str, Any]:
        with self._client() as client, client.stream("GET", url) as response:
            response.raise_for_status()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MAX_KEY_SET_BYTES:
                    raise ValueError("the key set is too large")
        found = json.loads(body)
        if not isinstance(found, dict):
            raise ValueError("the issuer did not answer with a JSON object")
        return found


def _create_client() -> "httpx.Client":
    import httpx

    return httpx.Client(timeout=_FETCH_SECONDS, follow_redirects=False)


def _address(configuration: Mapping[str, Any]) -> str:
    found = configuration.get("jwks_uri")
    if not isinstance(found, str) or urlsplit(found).scheme not in ("https", "http"):
        raise ValueError("the OpenID configuration has no jwks_uri")
    return found


def usable_keys(key_set: Mapping[str, Any]) -> dict[str, "jwt.PyJWK"]:
    """Return the keys for RS256 and ES256 signatures, and leave out all others. Raises ValueError if there are none."""
    import jwt

    found: dict[str, jwt.PyJWK] = {}
    listed = key_set.get("keys")
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or not isinstance(entry.get("kid"), str):
            continue
        algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(entry.get("kty")))
        if algorithm is None or entry.get("alg", algorithm) != algorithm or entry.get("crv", "P-256") != "P-256":
            continue
        try:
            found[entry["kid"]] = jwt.PyJWK.from_dict(entry, algorithm)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    if not found:
        raise ValueError("the key set has no key for RS256 or ES256")
    return found


class OidcTokenVerifier:
    """Implements TokenVerifier."""

    def __init__(self, issuer: str, audiences: Sequence[str], keys: IssuerKeys) -> None:
        self._issuer = issuer
        self._audiences = frozenset(audiences)
        self._keys = keys

    def verify(self, token: str) -> Caller:
        """Return the caller that the token identifies. Raises Unauthenticated, IssuerUnavailable."""
        import jwt

        try:
            return self._caller(self._claims(token))
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated(f"the token is invalid: {type(error).__name__}") from error

    def _claims(self, token: str) -> Mapping[str, Any]:
        import jwt

        if not self._issuer or not self._audiences:
            raise Unauthenticated("no issuer is configured")
        if len(token) > MAX_TOKEN_LENGTH:
            raise Unauthenticated(f"the token is longer than {MAX_TOKEN_LENGTH} characters")
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Unauthenticated("the algorithm is neither RS256 nor ES256")
        key_id = header.get("kid")
        key = self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise Unauthenticated("the issuer has no key with this kid")
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=self._issuer,
            leeway=LEEWAY,
            # The audience is checked below, because access tokens of Cognito have none.
            options={"require": ["exp", "iss", "sub"], "verify_aud": False},
        )

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        audience = claims.get("aud", claims.get("client_id"))
        if self._audiences.isdisjoint(audience if isinstance(audience, list) else [audience]):
            raise Unauthenticated("the token is for another audience")
        subject = claims["sub"]
        if not subject or len(subject) > MAX_SUBJECT_LENGTH:
            raise Unauthenticated("the subject is empty or too long")
        scopes = [*_texts(claims.get("scope")), *_texts(claims.get("scp"))]
        groups = [*_names(claims.get("groups")), *_names(claims.get("cognito:groups"))]
        return Caller(subject=subject, kind=CallerKind.USER, scopes=claimed_scopes(scopes, groups))


def _texts(claim: object) -> list[str]:
    """Return the values of a claim that is a list of texts, or one text of values separated by spaces."""
    return claim.split() if isinstance(claim, str) else _names(claim)


def _names(claim: object) -> list[str]:
    """Return the values of a claim that is a list of texts, or one text, which may contain spaces."""
    if isinstance(claim, str):
        return [claim]
    return [value for value in claim if isinstance(value, str)] if isinstance(claim, list) else []
