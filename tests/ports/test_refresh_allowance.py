"""The refreshes that reads may request."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from creator_search.services.ports import RefreshAllowance

from tests.fakes import FakeClock
from tests.ports.conftest import Ports

ALLOWED = 33
"""In a quarter of an hour: a quarter of what three workers build in 20 s each."""


@pytest.fixture
def allowance(ports: Ports) -> RefreshAllowance:
    return ports.container.refresh_allowance


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_a_window_has_as_many_as_a_quarter_of_the_workers_can_build(
    allowance: RefreshAllowance, clock: FakeClock
) -> None:
    assert [allowance.take() for _ in range(ALLOWED)] == [None] * ALLOWED
    wait = allowance.take()
    assert wait is not None and 0 < wait <= 1.5 * 900
    clock.advance(seconds=wait)
    assert allowance.take() is None


def test_what_is_refused_takes_nothing_of_the_next_window(allowance: RefreshAllowance, clock: FakeClock) -> None:
    refused = [allowance.take() for _ in range(100)].count(None)
    assert refused == ALLOWED
    clock.advance(minutes=15)
    assert [allowance.take() for _ in range(ALLOWED)] == [None] * ALLOWED


def test_concurrent_reads_take_no_more_than_a_window_has(allowance: RefreshAllowance) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: allowance.take(), range(100))).count(None) == ALLOWED
