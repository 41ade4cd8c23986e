"""The OIDC issuer of the local system: its key, its tokens, and its published keys under /_local."""

import base64
import hashlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import jwt
from creator_search.adapters.oidc import LEEWAY
from creator_search.domain.caller_errors import Forbidden
from creator_search.domain.callers import CallerScope
from creator_search.http.callers import is_from_this_machine
from creator_search.schemas.times import iso
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field

PATH = "/_local"
AUDIENCE = "creator-search"
_ALGORITHM = "RS256"
_KEY_FILE = "issuer-key.pem"
_MAX_SECONDS = 366 * 24 * 3600


class TokenRequest(BaseModel):
    """A negative `expires_in` asks for a token that has expired longer ago than the leeway allows."""

    subject: str = Field(min_length=1, max_length=255)
    scopes: list[CallerScope] = []
    expires_in: int = Field(default=3600, ge=-_MAX_SECONDS, le=_MAX_SECONDS)


class LocalIssuer:
    """Signs tokens with a key that is kept in the folder of the state."""

    def __init__(self, state: Path, api: str) -> None:
        self.url = f"{api}{PATH}"
        self._file = state / _KEY_FILE
        self._key = self._load() or self._create()
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        self._key_id = _thumbprint(public)
        self._published = {**public, "kid": self._key_id, "use": "sig", "alg": _ALGORITHM}

    def key_set(self) -> dict[str, Any]:
        return {"keys": [self._published]}

    def issue(self, wanted: TokenRequest) -> dict[str, Any]:
        """Return `{"token", "expires_at"}`."""
        now = int(time.time())
        expires_at = now + wanted.expires_in
        if wanted.expires_in < 0:
            expires_at -= int(LEEWAY.total_seconds())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": wanted.subject,
            "iat": min(now, expires_at),
            "exp": expires_at,
            "scope": " ".join(dict.fromkeys([CallerScope.READ, *wanted.scopes])),
        }
        token = jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self._key_id})
        return {"token": token, "expires_at": iso(datetime.fromtimestamp(expires_at, UTC))}

    def _load(self) -> rsa.RSAPrivateKey | None:
        if not self._file.exists():
            return None
        found = serialization.load_pem_private_key(self._file.read_bytes(), password=None)
        assert isinstance(found, rsa.RSAPrivateKey)
        return found

    def _create(self) -> rsa.RSAPrivateKey:
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        unfinished = self._file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        unfinished.replace(self._file)
        return made


def issuer_router(issuer: LocalIssuer) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.get("/jwks.json")
    def key_set() -> dict[str, Any]:
        return issuer.key_set()

    @router.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        return {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks.json"}

    @router.post("/tokens")
    def token(request: Request, wanted: Annotated[TokenRequest, Body()]) -> dict[str, Any]:
        if not is_from_this_machine(request):
            raise Forbidden("Tokens of the local issuer are for processes on this machine")
        return issuer.issue(wanted)

    return router


def _thumbprint(public: dict[str, Any]) -> str:
    """Return the thumbprint of an RSA key (RFC 7638)."""
    required = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()
