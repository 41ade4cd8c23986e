"""An endpoint of the upstream that fails, seen through the API of several processes over one store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from creator_search.bootstrap import Container
from creator_search.domain.jobs import Priority
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.sandbox import wire
from infra.local.sandbox.creators import creator
from tests.fakes import FakeClock
from tests.local_client import local_client
from tests.seeds import NOW, store_creator

NAMES = ("ada", "ben", "cleo", "dana", "emre", "fay", "gita")


@dataclass
class Upstream:
    """Both providers; the paths in `failing` answer 500."""

    clock: FakeClock = field(default_factory=FakeClock)
    failing: set[str] = field(default_factory=set)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if any(name in request.url.path for name in self.failing):
            return httpx.Response(500)
        if "similar" in request.url.path:
            return httpx.Response(200, json=[{"username": "zoe", "full_name": "Zoe", "pk": "9"}])
        name = request.read().decode().split('"query"')[-1].strip('":} ')
        data = wire.decodo_data(creator(name), "http://pictures.test")
        return httpx.Response(200, json={"results": [{"content": {"data": data}, "status_code": 200}]})

    def process(self) -> TestClient:
        """Return the API of a new process."""
        container = Container.for_tests(
            clock=self.clock,
            sleep=self.clock.sleep,
            http_client=httpx.Client(transport=httpx.MockTransport(self)),
        )
        return local_client(compose(container))

    def calls(self, name: str) -> int:
        return sum(name in request.url.path for request in self.requests)


@pytest.fixture
def upstream(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Upstream:
    monkeypatch.setenv("DECODO_API_KEY", "key")
    monkeypatch.setenv("RAPIDAPI_KEY", "key")
    return Upstream()


def test_with_the_similar_endpoint_failing_the_sixth_caller_is_refused_and_profiles_go_on(upstream: Upstream) -> None:
    upstream.failing = {"similar"}
    for name in NAMES[:5]:
        assert upstream.process().get(f"/api/profile/{name}/similar-fast").status_code == 503
    calls, before = upstream.calls("similar"), upstream.clock()
    refused = upstream.process().get("/api/profile/fay/similar-fast")
    assert refused.status_code == 503 and refused.json()["error_code"] == "SERVICE_UNAVAILABLE"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert (upstream.calls("similar"), upstream.clock()) == (calls, before)  # no call, and no wait
    assert upstream.process().get("/api/profile/gita").status_code == 200
    upstream.failing = set()
    upstream.clock.advance(seconds=60)
    assert upstream.process().get("/api/profile/fay/similar-fast").status_code == 200
    assert upstream.process().get("/api/profile/ada/similar-fast").status_code == 200


def test_a_stored_creator_is_served_as_stale_while_the_breaker_of_profiles_is_open(upstream: Upstream) -> None:
    upstream.clock.time = NOW
    store_creator(username="stored")
    upstream.failing = {"scrape", "ig_get_fb_profile"}
    for name in NAMES[:5]:
        assert upstream.process().get(f"/api/profile/{name}").status_code == 503
    upstream.clock.advance(days=2)
    for name in NAMES[:5]:
        upstream.process().get(f"/api/profile/{name}")
    calls = len(upstream.requests)
    stored = upstream.process().get("/api/profile/stored")
    assert stored.status_code == 200 and stored.json()["meta"]["stale"] is True
    unknown = upstream.process().get("/api/profile/unknown")
    assert unknown.status_code == 503 and int(unknown.headers["retry-after"]) > 0
    assert len(upstream.requests) == calls


def test_a_reader_does_not_wait_for_a_share_of_the_rate_that_is_used_up(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECODO_REQUESTS_PER_SECOND", "1.7")
    monkeypatch.delenv("RAPIDAPI_KEY")
    upstream.clock.time = upstream.clock.time.replace(second=0, microsecond=0)
    answers = [upstream.process().get(f"/api/profile/{name}") for name in NAMES]
    assert [answer.status_code for answer in answers].count(200) == 1
    assert all(int(answer.headers["retry-after"]) <= 2 for answer in answers if answer.status_code == 503)
    assert upstream.calls("scrape") == 1


def test_a_job_of_a_deferred_upstream_waits_and_is_completed_without_a_failed_attempt(upstream: Upstream) -> None:
    upstream.failing = {"scrape", "ig_get_fb_profile"}
    for name in NAMES[:5]:
        upstream.process().get(f"/api/profile/{name}")
    container = Container.for_tests(
        clock=upstream.clock,
        sleep=upstream.clock.sleep,
        http_client=httpx.Client(transport=httpx.MockTransport(upstream)),
    )
    container.requests.submit("hana", "frontend")
    message = container.job_store.load_state("hana").job
    assert message is not None
    work: Callable[[], object] = lambda: container.job_processor.process(  # noqa: E731
        message.message, Priority.HIGH, upstream.clock(), upstream.clock() + timedelta(seconds=100)
    )
    assert work() == "put_off"
    job = container.job_store.load_state("hana").job
    assert job is not None and job.attempts == 0 and job.next_attempt_at is not None
    upstream.failing = set()
    upstream.clock.time = max(job.next_attempt_at, upstream.clock() + timedelta(seconds=300))
    assert container.job_sweeper.sweep().dispatched == 1
    assert work() == "completed"
