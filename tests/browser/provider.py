"""An OIDC provider on loopback: the authorization code flow with PKCE for one client, and the end of the session."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "console"
_COOKIE = "session"


@dataclass
class Provider:
    """Refuses what is not as the standards say, with 400, and notes each token request."""

    console: str
    issuer: str
    access_token: Callable[[str], str]
    """Makes an access token, which the API accepts, for a subject."""
    gives_refresh_tokens: bool = False
    url: str = ""
    grants: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def settings(self) -> dict[str, str]:
        """What the deployment writes into /config.json."""
        return {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "end_session_endpoint": f"{self.url}/logout",
        }

    def authorize(self, asked: dict[str, str], subject: str) -> str:
        """Return the address to go back to, with a code. Raises ValueError."""
        wanted = {"response_type": "code", "client_id": CLIENT, "redirect_uri": f"{self.console}/signed-in"}
        wanted |= {"code_challenge_method": "S256", "scope": "openid"}
        if any(asked.get(name) != value for name, value in wanted.items()):
            raise ValueError(f"another request was expected: {asked}")
        if not all(asked.get(name) for name in ("state", "nonce", "code_challenge")):
            raise ValueError("state, nonce and code_challenge are needed")
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "subject": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer a token request. Raises ValueError, KeyError."""
        if form["client_id"] != CLIENT:
            raise ValueError("the client is another")
        grant = form["grant_type"]
        nonce = {}
        if grant == "authorization_code":
            asked = self.codes.pop(form["code"])  # a code is of use once
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
                raise ValueError("the verifier or the address is not that of the authorization request")
            subject, nonce = asked["subject"], {"nonce": asked["nonce"]}
        elif grant == "refresh_token":
            subject = self.refresh_tokens.pop(form["refresh_token"])
        else:
            raise ValueError(f"the grant is {grant}")
        self.grants.append(grant)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 300, **nonce}
        found = {
            "access_token": self.access_token(subject),
            "id_token": jwt.encode(claims, self.key, algorithm="RS256"),
            "token_type": "Bearer",
        }
        if self.gives_refresh_tokens:
            found["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh_tokens[found["refresh_token"]] = subject
        return found


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        asked = dict(parse_qsl(split.query))
        cookie = self.headers.get("Cookie", "").removeprefix(f"{_COOKIE}=")
        if split.path == "/logout":
            self.provider.sessions.pop(cookie, None)
            self._redirect(asked["post_logout_redirect_uri"])
        elif split.path == "/authorize" and cookie in self.provider.sessions:
            self._return(asked, self.provider.sessions[cookie])
        elif split.path == "/authorize":
            form = '<form method="post"><label>User <input name="user"></label><button>Enter</button></form>'
            self._answer(200, form.encode(), "text/html")
        else:
            self._answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        split = urlsplit(self.path)
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if split.path == "/token":
            try:
                status, body = 200, self.provider.token(form)
            except (ValueError, KeyError) as error:
                status, body = 400, {"error": "invalid_grant", "error_description": str(error)}
            self._answer(status, json.dumps(body).encode(), "application/json")
        else:
            session = secrets.token_urlsafe(16)
            self.provider.sessions[session] = form["user"]
            self._return(dict(parse_qsl(split.query)), form["user"], session)

    def _return(self, asked: dict[str, str], subject: str, session: str = "") -> None:
        try:
            self._redirect(self.provider.authorize(asked, subject), session)
        except ValueError as error:
            self._answer(400, str(error).encode(), "text/plain")

    def _redirect(self, address: str, session: str = "") -> None:
        self.send_response(302)
        self.send_header("Location", address)
        if session:
            self.send_header("Set-Cookie", f"{_COOKIE}={session}; HttpOnly; Path=/")
        self.end_headers()

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", self.provider.console)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing: tests look at what the provider noted."""


@contextmanager
def served(provider: Provider) -> Iterator[Provider]:
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield provider
        finally:
            server.shutdown()
