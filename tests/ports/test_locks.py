"""Locks."""

import pytest
from creator_search.domain.locks import LockOutcome
from creator_search.services.ports import Locks

from tests.fakes import FakeClock
from tests.ports.conftest import Ports

FAILED = LockOutcome("PROFILE_NOT_FOUND")
MOVED = LockOutcome(resolved_username="ada.lopez")


@pytest.fixture
def locks(ports: Ports) -> Locks:
    return ports.container.locks


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_a_lock_has_one_holder(locks: Locks, clock: FakeClock) -> None:
    assert locks.acquire("x", "first", 30) is True
    assert locks.acquire("x", "second", 30) is False
    assert locks.acquire("y", "second", 30) is True
    clock.advance(seconds=1)
    assert locks.acquire("x", "first", 30) is False


def test_the_same_acquisition_sent_twice_counts_as_one(locks: Locks) -> None:
    """The response to the first may have been lost."""
    assert locks.acquire("x", "first", 30) is True
    assert locks.acquire("x", "first", 30) is True


def test_a_lock_is_held_for_its_time(locks: Locks, clock: FakeClock) -> None:
    locks.acquire("x", "first", 30.5)
    clock.advance(seconds=30.4)
    assert locks.acquire("x", "second", 30) is False
    assert locks.load_outcome("x") is None
    clock.advance(seconds=0.1)
    assert locks.load_outcome("x") == LockOutcome()
    assert locks.acquire("x", "second", 30) is True
    assert locks.acquire("x", "first", 30) is False


def test_there_is_no_outcome_while_the_lock_is_held(locks: Locks) -> None:
    assert locks.load_outcome("x") == LockOutcome()
    locks.acquire("x", "first", 30)
    assert locks.load_outcome("x") is None


@pytest.mark.parametrize("outcome", [LockOutcome(), FAILED, MOVED])
def test_the_outcome_can_be_read_after_the_release(locks: Locks, clock: FakeClock, outcome: LockOutcome) -> None:
    locks.acquire("x", "first", 30)
    locks.release("x", "first", outcome)
    assert locks.load_outcome("x") == outcome
    clock.advance(seconds=60)
    assert locks.load_outcome("x") == outcome
    assert locks.load_outcome("y") == LockOutcome()


def test_a_released_lock_can_be_acquired_which_removes_its_outcome(locks: Locks, clock: FakeClock) -> None:
    locks.acquire("x", "first", 30)
    locks.release("x", "first", FAILED)
    assert locks.acquire("x", "second", 30) is True
    assert locks.load_outcome("x") is None
    clock.advance(seconds=30)
    assert locks.load_outcome("x") == LockOutcome()


def test_a_release_without_holding_the_lock_does_nothing(locks: Locks) -> None:
    locks.release("x", "nobody", FAILED)
    assert locks.load_outcome("x") == LockOutcome()
    locks.acquire("x", "first", 30)
    locks.release("x", "second", FAILED)
    assert locks.load_outcome("x") is None
    assert locks.acquire("x", "second", 30) is False


def test_a_late_release_does_not_affect_the_next_holder(locks: Locks, clock: FakeClock) -> None:
    locks.acquire("x", "first", 30)
    clock.advance(seconds=31)
    locks.acquire("x", "second", 30)
    locks.release("x", "first", FAILED)
    assert locks.load_outcome("x") is None
    locks.release("x", "second", MOVED)
    locks.release("x", "first", FAILED)
    assert locks.load_outcome("x") == MOVED


def test_a_late_release_stores_the_outcome_if_there_is_no_next_holder(locks: Locks, clock: FakeClock) -> None:
    locks.acquire("x", "first", 30)
    clock.advance(seconds=31)
    locks.release("x", "first", FAILED)
    assert locks.load_outcome("x") == FAILED
