"""The transitions of a circuit breaker."""

from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.breakers import (
    BREAKERS,
    LONGEST_OPEN,
    POLICIES,
    UPSTREAM_ENDPOINTS,
    BreakerPhase,
    BreakerState,
    Dependency,
    next_month,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
UPSTREAM = POLICIES[Dependency.UPSTREAM]


def after_failures(number: int, now: datetime = NOW) -> BreakerState:
    state = BreakerState()
    for _ in range(number):
        state = state.failed(UPSTREAM, now)
    return state


@pytest.mark.parametrize(
    ("dependency", "failures", "seconds"),
    [("database", 3, 30), ("upstream", 5, 60), ("ai_models", 4, 120), ("cache", 3, 15), ("files", 3, 30)],
)
def test_each_dependency_has_the_threshold_and_the_time_of_the_contract(
    dependency: str, failures: int, seconds: int
) -> None:
    policy = POLICIES[Dependency(dependency)]
    state = BreakerState()
    for _ in range(failures):
        assert state.refused_for(NOW) is None
        state = state.failed(policy, NOW)
    assert state.refused_for(NOW) == timedelta(seconds=seconds)


def test_every_endpoint_of_the_upstreams_has_a_breaker_of_its_own() -> None:
    assert {name for name, what in BREAKERS.items() if what is Dependency.UPSTREAM} == set(UPSTREAM_ENDPOINTS)


def test_failures_of_one_username_count_once() -> None:
    state = BreakerState()
    for _ in range(50):
        state = state.failed(UPSTREAM, NOW, subject="ada")
    assert state.failures == 1 and state.phase(NOW) is BreakerPhase.CLOSED
    for name in ("ben", "cleo", "dana"):
        state = state.failed(UPSTREAM, NOW, subject=name)
    assert state.phase(NOW) is BreakerPhase.CLOSED
    assert state.failed(UPSTREAM, NOW, subject="emre").phase(NOW) is BreakerPhase.OPEN


def test_the_state_contains_no_username() -> None:
    assert "ada" not in str(BreakerState().failed(UPSTREAM, NOW, subject="ada"))


def test_a_success_in_between_starts_the_count_again() -> None:
    state = after_failures(4).succeeded(is_trial=False)
    assert state.failures == 0
    assert state.failed(UPSTREAM, NOW).phase(NOW) is BreakerPhase.CLOSED


def test_old_failures_are_forgotten() -> None:
    state = after_failures(4)
    assert state.failed(UPSTREAM, NOW + timedelta(minutes=11)).failures == 1
    assert state.failed(UPSTREAM, NOW + timedelta(minutes=9)).phase(NOW + timedelta(minutes=9)) is BreakerPhase.OPEN


def test_a_trial_is_made_by_one_caller_and_closes_the_breaker() -> None:
    later = NOW + timedelta(seconds=60)
    state = after_failures(5)
    assert not state.is_due_for_trial(later - timedelta(seconds=1))
    assert state.is_due_for_trial(later)
    tried = state.with_trial(UPSTREAM, later)
    assert not tried.is_due_for_trial(later)
    assert tried.refused_for(later) == UPSTREAM.trial_for
    assert tried.succeeded(is_trial=True).phase(later) is BreakerPhase.CLOSED


def test_a_half_open_breaker_without_a_trial_is_shown_as_closed_and_its_next_call_is_still_a_trial() -> None:
    state, ended = after_failures(5), NOW + timedelta(seconds=60)
    assert state.phase(ended) is BreakerPhase.HALF_OPEN
    later = ended + timedelta(minutes=11)
    assert state.phase(later) is BreakerPhase.CLOSED and state.is_due_for_trial(later)
    assert state.with_trial(UPSTREAM, later).phase(later) is BreakerPhase.HALF_OPEN


def test_a_trial_that_never_ends_is_followed_by_another() -> None:
    later = NOW + timedelta(seconds=60)
    tried = after_failures(5).with_trial(UPSTREAM, later)
    assert tried.is_due_for_trial(later + UPSTREAM.trial_for)


def test_a_trial_that_told_nothing_is_followed_by_another_at_once() -> None:
    later = NOW + timedelta(seconds=60)
    assert after_failures(5).with_trial(UPSTREAM, later).without_trial().is_due_for_trial(later)


def test_failed_trials_open_the_breaker_for_longer_and_at_most_for_five_minutes() -> None:
    state, now, periods = after_failures(5), NOW, []
    for _ in range(6):
        wait = state.refused_for(now)
        assert wait is not None
        periods.append(wait.total_seconds())
        now += wait
        state = state.with_trial(UPSTREAM, now).failed(UPSTREAM, now, is_trial=True)
    assert periods == [60, 120, 240, 300, 300, 300]


def test_the_end_of_an_operation_from_before_the_opening_changes_nothing() -> None:
    state = after_failures(5)
    assert state.failed(UPSTREAM, NOW) == state
    assert state.succeeded(is_trial=False) == state


def test_a_used_up_quota_opens_until_the_reset_and_only_for_its_key() -> None:
    reset = NOW + timedelta(days=3)
    state = BreakerState().without_quota(NOW, reset, "key 1")
    assert state.refused_for(NOW, "key 1") == timedelta(days=3)
    assert state.refused_for(NOW, "key 2") is None and not state.is_due_for_trial(reset, "key 2")
    assert state.is_due_for_trial(reset, "key 1")


def test_failures_with_another_key_open_a_breaker_that_a_quota_opened() -> None:
    state = BreakerState().without_quota(NOW, NOW + timedelta(days=3), "key 1")
    for _ in range(5):
        assert state.refused_for(NOW, "key 2") is None
        state = state.failed(UPSTREAM, NOW, credential="key 2")
    assert state.refused_for(NOW, "key 2") == timedelta(seconds=60)


def test_the_success_of_the_key_without_quota_from_before_the_opening_changes_nothing() -> None:
    state = BreakerState().without_quota(NOW, NOW + timedelta(days=3), "key 1")
    assert state.succeeded(is_trial=False, credential="key 1") == state


def test_a_trial_that_fails_after_another_one_closed_the_breaker_is_one_failure() -> None:
    later = NOW + timedelta(seconds=200)
    closed = after_failures(5).with_trial(UPSTREAM, later).succeeded(is_trial=True)
    state = closed.failed(UPSTREAM, later, is_trial=True)
    assert state.failures == 1 and state.refused_for(later) is None


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        (datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_quota_without_a_reset_is_that_of_the_calendar_month(now: datetime, reset: datetime) -> None:
    assert next_month(now) == reset


STEPS = st.lists(st.tuples(st.sampled_from(["fail", "succeed", "wait"]), st.integers(0, 400)), max_size=60)


@given(STEPS)
def test_whatever_happens_there_is_one_trial_at_a_time_and_no_longer_period_than_allowed(
    steps: list[tuple[str, int]],
) -> None:
    """A single caller that respects the refusals; the store is the state itself."""
    state, now, running_until = BreakerState(), NOW, None
    for step, number in steps:
        if step == "wait":
            now += timedelta(seconds=number)
            continue
        wait = state.refused_for(now)
        if wait is not None:
            assert timedelta() < wait <= LONGEST_OPEN
            continue
        is_trial = state.is_due_for_trial(now)
        if is_trial:
            assert running_until is None or now >= running_until
            state = state.with_trial(UPSTREAM, now)
            running_until = now + UPSTREAM.trial_for
            assert not state.is_due_for_trial(now)
            if number % 3 == 0:
                continue  # the process died
            running_until = None
        before = state.version
        if step == "fail":
            state = state.failed(UPSTREAM, now, subject=str(number), is_trial=is_trial)
        else:
            state = state.succeeded(is_trial=is_trial)
            assert state.phase(now) is BreakerPhase.CLOSED and state.failures == 0
        assert state.version >= before
