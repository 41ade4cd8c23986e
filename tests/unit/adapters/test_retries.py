"""The attempts and the time of each dependency's retries, under a virtual clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from creator_search.adapters.retries import AI_MODELS, CACHE, DATABASE, UPSTREAM, RetryPolicy, retrying
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START, FakeClock


class Passing(Exception):
    pass


class Dependency:
    """Fails until its last error is raised; each call takes `seconds`."""

    def __init__(self, *errors: Exception, seconds: float = 0) -> None:
        self.clock = FakeClock()
        self.errors = list(errors)
        self.seconds = seconds
        self.called_at: list[float] = []

    def call(self) -> str:
        self.called_at.append(self.elapsed)
        self.clock.advance(seconds=self.seconds)
        if self.errors:
            raise self.errors.pop(0)
        return "answer"

    @property
    def elapsed(self) -> float:
        return (self.clock() - START).total_seconds()

    def run(self, policy: RetryPolicy, deadline: datetime | None = None, asked: Any = lambda _: None) -> str:
        return retrying(
            self.call,
            policy,
            deadline=deadline,
            clock=self.clock,
            sleep=self.clock.sleep,
            can_pass=lambda error: isinstance(error, Passing),
            asked_delay=asked,
        )


def failing(number: int = 100, seconds: float = 0) -> Dependency:
    return Dependency(*(Passing() for _ in range(number)), seconds=seconds)


@pytest.mark.parametrize(
    ("policy", "called_at"),
    [
        (DATABASE, [0, 0.5, 1.5]),
        (CACHE, [0, 0.5, 1.5]),
        (AI_MODELS, [0, 2, 7, 19.5]),
    ],
)
def test_the_attempts_are_made_at_these_times_in_seconds(policy: RetryPolicy, called_at: list[float]) -> None:
    dependency = failing()
    with pytest.raises(Passing):
        dependency.run(policy)
    assert dependency.called_at == called_at


def test_the_delays_of_a_database_grow_to_ten_seconds_and_those_of_a_cache_linearly_to_two() -> None:
    none = lambda *_: 0.0  # noqa: E731
    assert [DATABASE.delay(n, none) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 10, 10]
    assert [CACHE.delay(n, none) for n in range(1, 7)] == [0.5, 1, 1.5, 2, 2, 2]
    assert [AI_MODELS.delay(n, none) for n in range(1, 6)] == [2, 5, 12.5, 31.25, 60]


def test_an_upstream_is_called_five_times_with_jittered_delays_of_one_to_thirty_seconds() -> None:
    times = set()
    for _ in range(20):
        dependency = failing()
        with pytest.raises(Passing):
            dependency.run(UPSTREAM)
        delays = [b - a for a, b in zip(dependency.called_at, dependency.called_at[1:], strict=False)]
        assert len(delays) == 4
        assert all(2**n <= delay <= 2**n + 1 for n, delay in enumerate(delays))
        times.add(dependency.elapsed)
    assert len(times) > 1
    assert UPSTREAM.delay(9, lambda *_: 1.0) == 30


@pytest.mark.parametrize(("policy", "total"), [(UPSTREAM, 120), (AI_MODELS, 300)])
def test_no_attempt_starts_after_the_total_time(policy: RetryPolicy, total: float) -> None:
    dependency = failing(seconds=total / 2.5)
    with pytest.raises(Passing):
        dependency.run(policy)
    assert len(dependency.called_at) in (2, 3)
    assert dependency.called_at[-1] < total


@given(st.floats(0, 60), st.sampled_from([DATABASE, CACHE, UPSTREAM, AI_MODELS]), st.floats(0, 20))
def test_no_attempt_but_the_first_starts_after_the_deadline(left: float, policy: RetryPolicy, seconds: float) -> None:
    dependency = failing(seconds=seconds)
    with pytest.raises(Passing):
        dependency.run(policy, START + timedelta(seconds=left))
    assert all(at < left for at in dependency.called_at[1:])


def test_the_delay_for_which_the_upstream_asked_replaces_that_of_the_policy() -> None:
    dependency = failing(1)
    assert dependency.run(UPSTREAM, asked=lambda _: timedelta(seconds=7)) == "answer"
    assert dependency.called_at == [0, 7]


def test_a_delay_past_the_deadline_ends_the_retries_at_once() -> None:
    dependency = failing(1)
    with pytest.raises(Passing):
        dependency.run(UPSTREAM, START + timedelta(seconds=20), asked=lambda _: timedelta(hours=1))
    assert dependency.elapsed == 0


@pytest.mark.parametrize("errors", [(ValueError(),), (Passing(), ValueError())])
def test_a_failure_that_cannot_pass_ends_the_retries(errors: tuple[Exception, ...]) -> None:
    dependency = Dependency(*errors)
    with pytest.raises(ValueError):  # noqa: PT011
        dependency.run(UPSTREAM)
    assert len(dependency.called_at) == len(errors)


def test_the_last_error_is_raised_as_it_is() -> None:
    errors: list[Callable[[], Exception]] = [Passing] * 2
    last = Passing("the last one")
    dependency = Dependency(*(make() for make in errors), last)
    with pytest.raises(Passing, match="the last one"):
        dependency.run(DATABASE)
