"""The states of the circuit breakers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.breakers import BREAKERS, POLICIES, BreakerState, Dependency
from creator_search.services.ports import BreakerStore

from tests.fakes import FakeClock
from tests.ports.conftest import Ports

POLICY = POLICIES[Dependency.UPSTREAM]
NAME = "rapidapi-similar"


@pytest.fixture
def store(ports: Ports) -> BreakerStore:
    return ports.container.breaker_store


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_a_breaker_that_is_not_stored_is_closed(store: BreakerStore) -> None:
    assert store.load_breaker(NAME) == BreakerState()


def test_every_state_is_read_as_it_was_stored(store: BreakerStore, clock: FakeClock) -> None:
    now, over = clock(), BreakerState()
    opened = over
    for number in range(5):
        opened = opened.failed(POLICY, now, subject=str(number))
    for state in (
        over.failed(POLICY, now, subject="ada"),
        opened,
        opened.with_trial(POLICY, now + timedelta(seconds=60)),
        over.without_quota(now, now + timedelta(days=20), "key"),
        opened.succeeded(is_trial=True),
    ):
        stored = store.load_breaker(NAME)
        assert store.save_breaker(NAME, replace(state, version=stored.version + 1), stored) is None
        assert store.load_breaker(NAME) == replace(state, version=stored.version + 1)


def test_a_transition_of_an_older_state_is_refused_with_the_newer_one(store: BreakerStore, clock: FakeClock) -> None:
    first = BreakerState().failed(POLICY, clock(), subject="ada")
    assert store.save_breaker(NAME, first, BreakerState()) is None
    assert store.save_breaker(NAME, first, BreakerState()) == first
    second = first.failed(POLICY, clock(), subject="ben")
    assert store.save_breaker(NAME, second, first) is None
    assert store.load_breaker(NAME) == second


def test_all_breakers_are_read_together(store: BreakerStore, clock: FakeClock) -> None:
    state = BreakerState().failed(POLICY, clock())
    store.save_breaker("files", state, BreakerState())
    found = store.load_breakers(tuple(BREAKERS))
    assert found == {name: state if name == "files" else BreakerState() for name in BREAKERS}
