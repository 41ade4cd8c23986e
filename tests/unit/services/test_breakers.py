"""Circuit breakers that several processes share."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from creator_search.domain.breakers import BREAKERS, POLICIES, BreakerPhase, Outcome, next_month
from creator_search.domain.errors import ProfileNotFound, Unavailable
from creator_search.domain.upstream_errors import (
    UpstreamBreakerOpen,
    UpstreamError,
    UpstreamQuotaExhausted,
    UpstreamThrottled,
    WrongAccount,
)
from creator_search.services.breakers import Breaker

from tests.fakes import FakeBreakerStore, FakeClock, FakeFailures, FakeMetrics

NAMES = ("ada", "ben", "cleo", "dana", "emre", "fay", "gita")


def outcome(error: BaseException) -> Outcome:
    if isinstance(error, ProfileNotFound | WrongAccount):
        return Outcome.SUCCESS
    return Outcome.FAILURE if isinstance(error, UpstreamError) and error.is_failure else Outcome.NEITHER


class World:
    def __init__(self) -> None:
        self.store = FakeBreakerStore()
        self.clock = FakeClock()
        self.metrics = FakeMetrics()
        self.failures = FakeFailures()
        self.calls = 0
        self.trials = 0
        self.error: Exception | None = UpstreamError()

    def process(self, name: str = "rapidapi-similar", *, reads_ahead: bool = True, key: str | None = "key") -> Breaker:
        """Return the breaker of a new process."""
        return Breaker(
            name,
            POLICIES[BREAKERS[name]],
            lambda: self.store,
            clock=self.clock,
            metrics=self.metrics,
            failures=self.failures,
            refusal=lambda left: UpstreamBreakerOpen(retry_in=left),
            outcome=outcome,
            reads_ahead=reads_ahead,
            credential=lambda: key,
        )

    def call(self, breaker: Breaker, subject: str | None = None) -> Exception | None:
        """Return the error of one guarded operation, which costs an upstream call unless it is refused."""
        try:
            with breaker.guard(subject) as is_trial:
                self.calls += 1
                self.trials += is_trial
                if self.error:
                    raise self.error
        except Exception as error:
            return error
        return None

    def open(self) -> None:
        for name in NAMES[:5]:
            self.call(self.process(), name)


@pytest.fixture
def world() -> World:
    return World()


def test_the_sixth_caller_is_refused_with_the_time_until_the_next_trial(world: World) -> None:
    errors = [world.call(world.process(), name) for name in NAMES[:6]]
    assert [type(error) for error in errors] == [UpstreamError] * 5 + [UpstreamBreakerOpen]
    assert world.calls == 5
    assert isinstance(errors[5], Unavailable)
    assert errors[5].retry_in == timedelta(seconds=60) and errors[5].retry_after_seconds == 60
    assert world.metrics.counts["BreakerOpened rapidapi-similar"] == 1


@pytest.mark.parametrize(("name", "failures"), [("database", 3), ("cache", 3), ("files", 3), ("ai_models", 4)])
def test_the_other_dependencies_refuse_after_their_number_of_failures(world: World, name: str, failures: int) -> None:
    process = world.process(name, reads_ahead=False)
    for _ in range(failures):
        assert isinstance(world.call(process), UpstreamError)
    assert isinstance(world.call(process), UpstreamBreakerOpen)
    world.clock.advance(seconds=POLICIES[BREAKERS[name]].open_for.total_seconds())
    world.error = None
    assert world.call(process) is None and world.trials == 1
    assert world.call(process) is None and world.trials == 1


def test_failures_of_one_username_do_not_refuse_others(world: World) -> None:
    for _ in range(20):
        world.call(world.process(), "ada")
    world.error = None
    assert world.call(world.process(), "ben") is None


def test_each_endpoint_is_refused_on_its_own(world: World) -> None:
    world.open()
    assert isinstance(world.call(world.process(), "x"), UpstreamBreakerOpen)
    world.error = None
    assert world.call(world.process("decodo-profile"), "x") is None


def test_of_fifty_processes_one_makes_the_trial_in_each_period(world: World) -> None:
    world.open()
    processes = [world.process() for _ in range(50)]
    for process in processes:
        world.call(process)  # each has read the open state
    for seconds in (60, 120, 240):
        world.calls = 0
        world.clock.advance(seconds=seconds)
        for process in processes:
            assert world.call(process) is not None
        assert world.calls == 1
    assert world.trials == 3


def test_fifty_processes_that_meet_in_the_half_open_phase_make_one_trial(world: World) -> None:
    """The first caller's trial has not ended when the others call."""
    world.open()
    world.clock.advance(seconds=60)
    others = [world.process() for _ in range(49)]
    with world.process().guard() as is_trial:
        assert is_trial
        assert all(isinstance(world.call(other), UpstreamBreakerOpen) for other in others)
    world.error = None
    world.clock.advance(seconds=1)
    assert all(world.call(other) is None for other in others)


def test_the_breaker_closes_by_itself_when_the_dependency_is_back(world: World) -> None:
    world.open()
    world.error = None
    process = world.process()
    assert isinstance(world.call(process), UpstreamBreakerOpen)
    world.clock.advance(seconds=60)
    assert world.call(process) is None
    assert world.store.states["rapidapi-similar"].phase(world.clock()) is BreakerPhase.CLOSED
    assert world.call(world.process()) is None


@pytest.mark.parametrize("proof", [ProfileNotFound("ada"), WrongAccount("ada", "ben", "1")])
def test_an_answer_that_is_an_error_for_the_caller_proves_that_the_endpoint_works(
    world: World, proof: Exception
) -> None:
    for name in NAMES[:4]:
        world.call(world.process(), name)
    world.error = proof
    world.call(world.process(), "x")
    assert world.store.states["rapidapi-similar"].failures == 0


@pytest.mark.parametrize("neither", [UpstreamThrottled(), KeyError("a bug")])
def test_an_error_that_says_nothing_about_the_endpoint_is_not_counted(world: World, neither: Exception) -> None:
    world.error = neither
    for name in NAMES:
        assert world.call(world.process(), name) is neither


def test_a_trial_that_says_nothing_leaves_the_trial_to_the_next_caller(world: World) -> None:
    world.open()
    world.clock.advance(seconds=60)
    world.error = UpstreamThrottled()
    world.call(world.process())
    world.error = None
    assert world.call(world.process()) is None and world.trials == 2


def test_a_used_up_quota_refuses_until_its_reset_at_once(world: World) -> None:
    world.error = UpstreamQuotaExhausted(retry_in=timedelta(days=2))
    world.call(world.process(), "ada")
    refused = world.call(world.process(), "ben")
    assert isinstance(refused, UpstreamBreakerOpen) and refused.retry_in == timedelta(days=2)
    world.error = None
    assert world.call(world.process(key="the next key"), "ben") is None
    world.clock.advance(days=2)
    assert world.call(world.process(), "ben") is None


def test_the_call_that_finds_the_quota_used_up_is_told_the_same_time_as_the_next_ones(world: World) -> None:
    world.error = UpstreamQuotaExhausted()
    first, second = (world.call(world.process(), name) for name in ("ada", "ben"))
    assert isinstance(first, UpstreamQuotaExhausted) and isinstance(second, UpstreamBreakerOpen)
    assert first.retry_in == second.retry_in == next_month(world.clock()) - world.clock()
    assert first.retry_after_seconds == second.retry_after_seconds


def test_the_success_with_another_key_closes_a_breaker_that_a_quota_opened(world: World) -> None:
    world.error = UpstreamQuotaExhausted()
    world.call(world.process(), "ada")
    world.error = None
    assert world.call(world.process(key="the next key"), "ben") is None
    assert world.store.states["rapidapi-similar"].phase(world.clock()) is BreakerPhase.CLOSED


def test_failures_with_another_key_open_a_breaker_that_a_quota_opened(world: World) -> None:
    world.error = UpstreamQuotaExhausted()
    world.call(world.process(), "ada")
    world.error = UpstreamError()
    errors = [world.call(world.process(key="the next key"), name) for name in NAMES[:6]]
    assert [type(error) for error in errors] == [UpstreamError] * 5 + [UpstreamBreakerOpen]


def test_while_the_store_is_down_every_call_is_made(world: World) -> None:
    world.open()
    world.store.down = True
    world.error = None
    assert world.call(world.process()) is None
    assert world.metrics.counts["BreakerStoreFailed"] == 1
    assert [text for text, _ in world.failures.logged] == ["the state of the breaker is not available"]


def test_a_store_that_is_down_is_asked_once_a_second(world: World) -> None:
    world.store.down = True
    process = world.process()
    world.error = None
    for _ in range(10):
        world.call(process)
    assert world.metrics.counts["BreakerStoreFailed"] == 1


def test_a_state_is_read_once_a_second_and_written_only_when_it_changes(world: World) -> None:
    world.error = None
    process = world.process()
    for _ in range(100):
        world.call(process)
    assert (world.store.reads, world.store.writes) == (1, 0)
    world.clock.advance(seconds=1)
    world.call(process)
    assert (world.store.reads, world.store.writes) == (2, 0)


def test_a_process_that_has_seen_no_failure_of_a_store_reads_no_state(world: World) -> None:
    process = world.process("database", reads_ahead=False)
    world.error = None
    for _ in range(10):
        world.call(process)
        world.clock.advance(seconds=2)
    assert (world.store.reads, world.store.writes) == (0, 0)


def test_a_failure_of_another_process_is_forgotten_after_a_success(world: World) -> None:
    world.call(world.process(), "ada")
    world.error = None
    world.call(world.process(), "ben")
    assert world.store.states["rapidapi-similar"].failures == 0


def interleaved(world: World, first: Callable[[], object]) -> None:
    """Let `first` happen between the next read and the write that follows it."""
    save = world.store.save_breaker

    def saving(*arguments: object) -> object:
        world.store.save_breaker = save  # type: ignore[method-assign]
        first()
        return save(*arguments)  # type: ignore[arg-type]

    world.store.save_breaker = saving  # type: ignore[method-assign,assignment]


def test_failures_of_two_processes_at_the_same_time_are_both_counted(world: World) -> None:
    one, two = world.process(), world.process()
    interleaved(world, lambda: world.call(two, "ben"))
    world.call(one, "ada")
    assert world.store.states["rapidapi-similar"].failures == 2


def test_of_two_trials_at_the_same_time_one_is_refused(world: World) -> None:
    world.open()
    world.clock.advance(seconds=60)
    world.calls = 0
    one, two = world.process(), world.process()
    interleaved(world, lambda: world.call(two))
    assert isinstance(world.call(one), UpstreamBreakerOpen)
    assert world.calls == 1
