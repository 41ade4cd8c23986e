"""An OIDC issuer for tests: keys, tokens, and the published key set."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER = "https://issuer.test"
AUDIENCE = "creator-search"


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class TestIssuer:
    """`requests` are the paths that were fetched; while `is_down`, connections fail."""

    __test__ = False

    keys: dict[str, Any] = field(default_factory=lambda: {"rsa": rsa_key(), "ec": ec_key()})
    requests: list[str] = field(default_factory=list)
    is_down: bool = False
    key_set: dict[str, Any] | None = None
    """What is published in place of the keys."""

    def published(self) -> dict[str, Any]:
        return self.key_set or {"keys": [{**public(key), "kid": name, "use": "sig"} for name, key in self.keys.items()]}

    def client(self) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request.url.path)
            if self.is_down:
                raise httpx.ConnectError("the issuer is down")
            if request.url.path == "/.well-known/openid-configuration":
                return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})
            return httpx.Response(200, json=self.published())

        return httpx.Client(transport=httpx.MockTransport(answer))

    def token(self, kid: str = "rsa", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a valid token, but for the given claims; None leaves a claim out."""
        now = int(time.time())
        all_claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 600, **claims}
        kept = {name: value for name, value in all_claims.items() if value is not None}
        key = self.keys[kid]
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": kid, **(header or {})})


def public(key: Any) -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
    found: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
    return found
