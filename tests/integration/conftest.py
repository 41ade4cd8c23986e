from collections.abc import Callable

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.callers import Caller, CallerKind, CallerScope
from fastapi.testclient import TestClient
from httpx import Response

from infra.local.gateway import compose
from tests.fakes import FakeClock
from tests.fakes.callers import FakeTokenVerifier
from tests.local_client import local_client

ADMIN = frozenset(CallerScope)
TOKENS = {
    "alice": Caller(subject="alice", kind=CallerKind.USER),
    "bob": Caller(subject="bob", kind=CallerKind.USER),
    "root": Caller(subject="root", kind=CallerKind.USER, scopes=ADMIN),
}
Send = Callable[..., Response]


@pytest.fixture
def api(aws: dict[str, str]) -> TestClient:
    """The composed API over the container of the process."""
    return local_client(compose(process_container()))


@pytest.fixture
def send(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Send:
    """Sends a request as the caller `by`, from another machine."""
    monkeypatch.setenv("STREAM_BUDGET_SECONDS", "1")
    process_container.cache_clear()
    container = process_container()
    container.__dict__["clock"] = clock = FakeClock()  # a test takes place within one minute
    verifier = FakeTokenVerifier()
    verifier.callers = dict(TOKENS)
    container.__dict__["token_verifier"] = verifier
    client = TestClient(compose(container), base_url="https://api.test", raise_server_exceptions=False)

    def sent(method: str, path: str, by: str | None = None, **more: object) -> Response:
        clock.advance(milliseconds=1)  # what is ordered by time has an order
        headers = {"Authorization": f"Bearer {by}"} if by else {}
        return client.request(method, path, headers={**headers, **more.pop("headers", {})}, **more)  # type: ignore

    return sent
