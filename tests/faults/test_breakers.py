"""Fifty processes over one store, and an endpoint that fails."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from creator_search.bootstrap import Container
from creator_search.domain.breakers import POLICIES, BreakerPhase, BreakerState, Dependency

from infra.local.processes import clean_environment
from infra.toolkit import ROOT
from tests.local_system import PATIENCE_SECONDS

pytestmark = pytest.mark.system
NAME = "rapidapi-similar"


class Endpoint:
    """The endpoint of similar accounts, which counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.is_failing = True
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                endpoint.calls += 1
                self.send_response(500 if endpoint.is_failing else 200)
                self.end_headers()
                self.wfile.write(b'[{"username": "zoe", "pk": "1"}]')

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def half_open() -> None:
    """Store a breaker that has failed and may be tried again now."""
    container = Container()
    now, stored = container.clock(), container.breaker_store.load_breaker(NAME)
    state = BreakerState(version=stored.version)
    for _ in range(5):
        state = state.failed(POLICIES[Dependency.UPSTREAM], now)
    state = replace(state, open_until=now - timedelta(seconds=1), version=stored.version + 1)
    assert container.breaker_store.save_breaker(NAME, state, stored) is None


def callers(endpoint: Endpoint, environment: dict[str, str], number: int) -> Counter[str]:
    """Return how many processes got what."""
    endpoint.calls = 0
    settings = {"RAPIDAPI_BASE_URL": endpoint.url, "RAPIDAPI_KEY": "key", "RAPIDAPI_REQUESTS_PER_SECOND": "1000"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.callers", str(number)],
        cwd=ROOT,
        env=clean_environment(**environment, **settings),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    return Counter(line for line in done.stdout.splitlines() if not line.startswith("{"))


def test_of_fifty_processes_one_makes_the_trial_and_the_breaker_closes_when_the_endpoint_is_back(
    connected: dict[str, str], endpoint: Endpoint
) -> None:
    half_open()
    assert callers(endpoint, connected, 50) == {"UpstreamError": 1, "UpstreamBreakerOpen": 49}
    assert endpoint.calls == 1
    container = Container()
    state = container.breaker_store.load_breaker(NAME)
    assert state.phase(container.clock()) is BreakerPhase.OPEN
    endpoint.is_failing = False
    half_open()
    found = callers(endpoint, connected, 50)
    assert found["answer"] == endpoint.calls >= 1 and found["UpstreamBreakerOpen"] == 50 - endpoint.calls
    assert callers(endpoint, connected, 10) == {"answer": 10}
