"""The limits of callers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from creator_search.config import Config
from creator_search.domain.caller_errors import RateLimited
from creator_search.domain.limits import RequestClass
from creator_search.services.limits import RequestLimiter

from tests.fakes import World
from tests.fakes.callers import FakeRequestCounts

READS, UPSTREAM = RequestClass.READS, RequestClass.UPSTREAM

PATIENCE_SECONDS = 60


@pytest.fixture
def world() -> World:
    found = World(Config(rate_limit_reads_per_minute=60, rate_limit_upstream_per_minute=2))
    found.clock.time = datetime(2026, 1, 31, 12, 0, 18, tzinfo=UTC)
    return found


@pytest.fixture
def limiter(world: World) -> RequestLimiter:
    return world.container.request_limiter


def passes(limiter: RequestLimiter, subject: str, kind: RequestClass = READS) -> bool:
    try:
        limiter.start(subject).take([kind])
    except RateLimited:
        return False
    return True


def test_of_two_hundred_parallel_requests_sixty_pass(limiter: RequestLimiter) -> None:
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: passes(limiter, "alice"), range(200))) == 60
    assert passes(limiter, "bob")


def test_fifty_callers_are_counted_at_the_same_time_none_after_another(world: World) -> None:
    """Every count waits until all fifty are in the store."""
    together = Barrier(50)

    class MeetingCounts(FakeRequestCounts):
        def add_request(self, subject: str, kind: RequestClass, window: int, limit: int) -> int | None:
            together.wait(timeout=PATIENCE_SECONDS)
            return super().add_request(subject, kind, window, limit)

    limiter = RequestLimiter(
        MeetingCounts(),
        world.container.request_limiter.limits,
        clock=world.clock,
        metrics=world.container.metrics,
        failures=world.failures,
    )
    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(lambda n: passes(limiter, f"caller-{n}"), range(50)))
    assert {limiter.load_usages(f"caller-{n}")[0].remaining for n in range(50)} == {59}


def test_what_is_left_is_full_again_at_the_next_clock_minute(world: World, limiter: RequestLimiter) -> None:
    request = limiter.start("alice")
    request.take([READS])
    usage = request.usages[READS]
    assert (usage.limit, usage.remaining, usage.resets_in_seconds) == (60, 59, 42)
    for _ in range(59):
        assert passes(limiter, "alice")
    with pytest.raises(RateLimited, match="The limit of 60 reads a minute is used up") as refused:
        limiter.start("alice").take([READS])
    assert refused.value.retry_after_seconds == 42
    world.clock.advance(seconds=41.5)
    assert not passes(limiter, "alice")
    world.clock.advance(seconds=0.5)
    assert passes(limiter, "alice")


def test_a_request_counts_once_towards_each_class(limiter: RequestLimiter) -> None:
    request = limiter.start("alice")
    request.take([READS])
    for _ in range(3):
        request.take_upstream()
    assert {kind: usage.remaining for kind, usage in request.usages.items()} == {READS: 59, UPSTREAM: 1}
    limiter.start("alice").take_upstream()
    with pytest.raises(RateLimited, match="2 requests that can reach the upstream"):
        limiter.start("alice").take_upstream()


def test_while_the_counts_are_not_available_no_request_is_refused_and_each_is_recorded(
    world: World, limiter: RequestLimiter
) -> None:
    world.counts.is_down = True
    for _ in range(100):
        assert passes(limiter, "alice")
    assert world.metrics.counts["RequestNotCounted"] == 100
    assert len(world.failures.logged) == 100


def test_what_a_caller_has_left_is_read_without_counting(limiter: RequestLimiter) -> None:
    assert passes(limiter, "alice")
    for _ in range(2):
        assert {u.kind: u.remaining for u in limiter.load_usages("alice")} == {READS: 59, UPSTREAM: 2}


def test_while_the_counts_are_not_available_it_is_not_known_what_is_left(world: World, limiter: RequestLimiter) -> None:
    world.counts.is_down = True
    found = {u.kind: (u.limit, u.remaining, u.resets_in_seconds) for u in limiter.load_usages("alice")}
    assert found == {READS: (60, None, 42), UPSTREAM: (2, None, 42)}
