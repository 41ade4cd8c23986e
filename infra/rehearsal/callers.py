"""Callers of the rehearsed stack: users of its Cognito user pool.

The `iss` of their tokens is an address of AWS, from which the authorizer would fetch the keys. In the rehearsal it
fetches them from a server of this process, which passes on those of the stand-in.
"""

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from infra.rehearsal.system import Rehearsal


@contextmanager
def serving_keys(rehearsal: Rehearsal, pool_id: str) -> Iterator[None]:
    """Serve the keys of the user pool during the block."""
    url = f"{rehearsal.aws}/{pool_id}/.well-known/jwks.json"

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = httpx.get(url, verify=rehearsal.tls).content
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", rehearsal.keys_port), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def sign_in(rehearsal: Rehearsal, outputs: Mapping[str, str], name: str, *, is_admin: bool = False) -> str:
    """Create a user of the pool; return an access token."""
    cognito = rehearsal.client("cognito-idp")
    pool, password = outputs["UserPoolId"], f"{secrets.token_urlsafe(16)}aA1!"
    email = f"{name}@example.org"
    cognito.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    if is_admin:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="admin")
    signed_in = cognito.initiate_auth(
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return str(signed_in["AuthenticationResult"]["AccessToken"])
