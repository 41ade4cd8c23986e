"""Clients of an app, as the local caller or as the function behind the gateway sees them."""

from fastapi.testclient import TestClient
from starlette.types import ASGIApp


def local_client(app: ASGIApp, *, raises: bool = False, **headers: str) -> TestClient:
    """Return a client on this machine, which is the local caller if it sends no credential."""
    return TestClient(
        app,
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 50000),
        headers=headers,
        raise_server_exceptions=raises,
    )
