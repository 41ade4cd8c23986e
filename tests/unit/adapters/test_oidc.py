"""Tokens of an OIDC issuer."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from creator_search.adapters.oidc import IssuerKeys, OidcTokenVerifier
from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.callers import CallerKind, CallerScope
from creator_search.domain.errors import IssuerUnavailable
from cryptography.hazmat.primitives import serialization

from tests.fakes import FakeClock
from tests.tokens import AUDIENCE, ISSUER, TestIssuer, public, rsa_key


@pytest.fixture(scope="module")
def shared_issuer() -> TestIssuer:
    return TestIssuer()


@pytest.fixture
def issuer(shared_issuer: TestIssuer) -> TestIssuer:
    """Keys take long to generate, so they are shared."""
    return TestIssuer(keys=dict(shared_issuer.keys))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def verifier(issuer: TestIssuer, clock: FakeClock) -> OidcTokenVerifier:
    return OidcTokenVerifier(ISSUER, (AUDIENCE, "another-app"), IssuerKeys(ISSUER, "", clock, issuer.client))


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize("kid", ["rsa", "ec"])
def test_a_token_with_rs256_or_es256_identifies_its_subject(
    issuer: TestIssuer, verifier: OidcTokenVerifier, kid: str
) -> None:
    caller = verifier.verify(issuer.token(kid))
    assert (caller.subject, caller.kind) == ("alice", CallerKind.USER)
    assert caller.scopes == frozenset({CallerScope.READ})


@pytest.mark.parametrize(
    ("claims", "is_admin"),
    [
        ({"scope": "admin"}, True),
        ({"scope": "openid api/admin"}, True),
        ({"scp": ["read", "admin"]}, True),
        ({"cognito:groups": ["admin"]}, True),
        ({"groups": ["staff", "admin"]}, True),
        ({"scope": "administrator notadmin admin/read"}, False),
        ({"cognito:groups": ["admins"], "scope": ["x"]}, False),
        ({"scope": {"admin": True}, "groups": 7}, False),
        ({"groups": "admin"}, True),
        ({"groups": "readers of admin reports"}, False),
        ({"cognito:groups": "no admin"}, False),
    ],
)
def test_admin_is_a_scope_its_suffix_or_a_group(
    issuer: TestIssuer, verifier: OidcTokenVerifier, claims: dict[str, Any], is_admin: bool
) -> None:
    assert verifier.verify(issuer.token(**claims)).is_admin is is_admin


@pytest.mark.parametrize(
    "claims",
    [
        lambda: {"aud": ["other", "another-app"]},
        lambda: {"aud": None, "client_id": AUDIENCE},
        lambda: {"exp": int(time.time()) - 40},
        lambda: {"nbf": int(time.time()) + 40},
    ],
)
def test_a_token_is_accepted_with_one_of_its_audiences_and_a_minute_of_leeway(
    issuer: TestIssuer, verifier: OidcTokenVerifier, claims: Callable[[], dict[str, Any]]
) -> None:
    assert verifier.verify(issuer.token(**claims())).subject == "alice"


def none_algorithm(issuer: TestIssuer) -> str:
    body = issuer.token().split(".")[1]
    return f"{part({'alg': 'none', 'kid': 'rsa'})}.{body}."


def hs256_with_the_public_key(issuer: TestIssuer) -> str:
    pem = (
        issuer.keys["rsa"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{issuer.token().split('.')[1]}"
    return f"{signed}.{part(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"


def another_key_under_a_known_id(issuer: TestIssuer) -> str:
    return TestIssuer(keys={"rsa": rsa_key()}).token()


def changed_payload(issuer: TestIssuer) -> str:
    head, body, signature = issuer.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{head}.{part({**claims, 'scope': 'admin'})}.{signature}"


def own_key_in_the_header(issuer: TestIssuer) -> str:
    key = rsa_key()
    header = {"kid": "mine", "jwk": public(key), "jku": "https://attacker.test/keys"}
    return jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "sub": "a", "exp": 2**33}, key, "RS256", headers=header)


FORGED: dict[str, Callable[[TestIssuer], str]] = {
    "algorithm none": none_algorithm,
    "HS256 with the public key": hs256_with_the_public_key,
    "a key of somebody else": another_key_under_a_known_id,
    "a changed payload": changed_payload,
    "its own key in the header": own_key_in_the_header,
    "an unknown kid": lambda issuer: issuer.token(header={"kid": "unknown"}),
    "a kid with a path": lambda issuer: issuer.token(header={"kid": "../../etc/passwd"}),
    "a kid of another key": lambda issuer: issuer.token("ec", header={"kid": "rsa"}),
    "no kid": lambda issuer: jwt.encode({"sub": "alice"}, issuer.keys["rsa"], "RS256"),
    "RS512": lambda issuer: jwt.encode({"sub": "a"}, issuer.keys["rsa"], "RS512", headers={"kid": "rsa"}),
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 90),
    "no expiry": lambda issuer: issuer.token(exp=None),
    "an infinite expiry": lambda issuer: issuer.token(exp=float("inf")),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 90),
    "another audience": lambda issuer: issuer.token(aud="somebody-else"),
    "another audience, and our client": lambda issuer: issuer.token(aud="somebody-else", client_id=AUDIENCE),
    "no audience": lambda issuer: issuer.token(aud=None),
    "an audience that is no text": lambda issuer: issuer.token(aud=[{"a": 1}]),
    "another issuer": lambda issuer: issuer.token(iss="https://attacker.test"),
    "an issuer with the prefix of ours": lambda issuer: issuer.token(iss=f"{ISSUER}.attacker.test"),
    "no subject": lambda issuer: issuer.token(sub=None),
    "an empty subject": lambda issuer: issuer.token(sub=""),
    "a long subject": lambda issuer: issuer.token(sub="a" * 256),
    "truncated": lambda issuer: issuer.token()[:-20],
    "two parts": lambda issuer: issuer.token().rsplit(".", 1)[0],
    "a megabyte": lambda issuer: issuer.token(padding="x" * 1_000_000),
    "nested deeply": lambda issuer: f"{part(b'[' * 9000)}.{part(b'{}')}.x",
    "not ASCII": lambda issuer: f"é{issuer.token()}",
    "a surrogate": lambda issuer: f"\ud800{issuer.token()}",
    "nothing": lambda issuer: "",
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_refused_with_one_text(issuer: TestIssuer, verifier: OidcTokenVerifier, kind: str) -> None:
    assert verifier.verify(issuer.token()).subject == "alice"
    with pytest.raises(Unauthenticated, match=r"^A valid token or API key is required$") as refused:
        verifier.verify(FORGED[kind](issuer))
    assert refused.value.reason not in ("", refused.value.message)


def test_unknown_key_ids_cause_one_fetch_a_minute(
    issuer: TestIssuer, verifier: OidcTokenVerifier, clock: FakeClock
) -> None:
    verifier.verify(issuer.token())
    assert issuer.requests == ["/.well-known/openid-configuration", "/keys"]
    clock.advance(seconds=60)
    for number in range(50):
        with pytest.raises(Unauthenticated):
            verifier.verify(issuer.token(header={"kid": f"unknown-{number}"}))
    assert issuer.requests[2:] == ["/keys"]
    clock.advance(seconds=59)
    with pytest.raises(Unauthenticated):
        verifier.verify(issuer.token(header={"kid": "unknown"}))
    assert issuer.requests[2:] == ["/keys"]


def test_a_rotated_key_is_found_after_a_minute_and_a_withdrawn_one_is_refused_after_an_hour(
    issuer: TestIssuer, verifier: OidcTokenVerifier, clock: FakeClock
) -> None:
    old = issuer.token()
    verifier.verify(old)
    issuer.keys["new"] = issuer.keys["rsa"]
    clock.advance(seconds=60)
    assert verifier.verify(issuer.token("new")).subject == "alice"
    del issuer.keys["rsa"]
    clock.advance(minutes=60)
    with pytest.raises(Unauthenticated):
        verifier.verify(old)


def test_while_the_issuer_is_down_known_keys_go_on_working(
    issuer: TestIssuer, verifier: OidcTokenVerifier, clock: FakeClock
) -> None:
    token = issuer.token()
    verifier.verify(token)
    issuer.is_down = True
    for _ in range(5):
        clock.advance(hours=2)
        assert verifier.verify(token).subject == "alice"
    assert len(issuer.requests) == 2 + 5


def test_without_any_known_key_the_issuer_is_unavailable_and_is_asked_again_after_a_minute(
    issuer: TestIssuer, verifier: OidcTokenVerifier, clock: FakeClock
) -> None:
    issuer.is_down = True
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            verifier.verify(issuer.token())
    assert len(issuer.requests) == 1
    issuer.is_down = False
    clock.advance(seconds=60)
    assert verifier.verify(issuer.token()).subject == "alice"


def test_keys_for_other_purposes_are_left_out(
    issuer: TestIssuer, verifier: OidcTokenVerifier, clock: FakeClock
) -> None:
    good = {**public(issuer.keys["rsa"]), "kid": "rsa"}
    unusable = [
        {"kty": "oct", "k": part(b"secret"), "kid": "shared"},
        {**good, "kid": "encryption", "use": "enc"},
        {**good, "kid": "pss", "alg": "PS256"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "EC", "crv": "P-384", "kid": "curve"},
        "no object",
        {**good, "kid": 7},
    ]
    issuer.key_set = {"keys": [*unusable, good]}
    assert verifier.verify(issuer.token()).subject == "alice"
    for kid in ("shared", "encryption", "pss", "broken", "curve"):
        with pytest.raises(Unauthenticated):
            verifier.verify(issuer.token(header={"kid": kid}))


def test_without_an_issuer_every_token_is_refused(issuer: TestIssuer, clock: FakeClock) -> None:
    keys = IssuerKeys("", "", clock, issuer.client)
    with pytest.raises(Unauthenticated):
        OidcTokenVerifier("", (), keys).verify(issuer.token(iss=""))
    assert issuer.requests == []
