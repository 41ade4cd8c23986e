"""Queues, rates and retries, in cases computed by hand."""

import random
from collections import Counter
from collections.abc import Generator

import pytest
import simpy
from creator_search.domain.jobs import RATE_SHARES, Priority

from infra.costs.counts import load_counts
from infra.simulation.budget import Budget
from infra.simulation.model import Simulation
from infra.simulation.outcome import Outcome, Provider
from infra.simulation.plan import DAY, Build, deployed_plan
from infra.simulation.queues import Kind
from tests.unit.simulation.plans import plan


def test_a_queue_empties_as_fast_as_its_workers_run() -> None:
    run = Simulation(plan(Build(1, 3, seconds_besides=6)))  # 10 s a job, four workers
    run.put(Kind.REQUESTED, 40)
    outcome = run.run_until_done()
    assert outcome.seconds == 100
    assert outcome.done == {Kind.REQUESTED: 40}
    assert [outcome.wait(Priority.HIGH, share) for share in (0, 0.5, 1)] == [0, 50, 90]
    assert outcome.utilisation(Priority.HIGH) == 1


def test_a_queue_empties_as_fast_as_the_rate_allows_if_workers_are_many() -> None:
    run = Simulation(plan(Build(0, 2), rapidapi_rate=5, latency=0, concurrency=dict.fromkeys(Priority, 40)))
    run.put(Kind.BULK, 60)
    outcome = run.run_until_done()
    assert 23 <= outcome.seconds <= 24  # 120 calls at five a second; the last window is the 24th
    assert outcome.budgets[Provider.RAPIDAPI, Priority.MEDIUM].taken == 120


def test_high_waits_for_no_other_priority() -> None:
    def done(*others: Kind) -> list[tuple[float, Kind]]:
        run = Simulation(plan(Build(1, 19), rapidapi_rate=20, shares=RATE_SHARES))
        for kind in others:
            run.put(kind, 10_000)
        run.put(Kind.REQUESTED, 30)
        return [(at, kind) for at, kind in run.run(1000).order if kind is Kind.REQUESTED]

    alone = done()
    assert len(alone) == 30
    assert done(Kind.BULK, Kind.CRAWLED) == alone


@pytest.mark.parametrize(("per_second", "allowed", "window"), [(3.5, 3, 1), (20, 20, 1), (0.25, 1, 4)])
def test_no_window_has_more_calls_than_the_rate_allows(per_second: float, allowed: int, window: int) -> None:
    env, calls = simpy.Environment(), Counter[int]()
    budget = Budget(env, per_second, longest_wait=1000, chance=random.Random(5))

    def call_again() -> Generator[simpy.Event, object, None]:
        while True:
            assert (yield from budget.take()) is None
            calls[int(env.now // window)] += 1
            yield env.timeout(0.01)

    for _ in range(30):
        env.process(call_again())
    env.run(until=100)
    assert set(calls.values()) == {allowed}
    assert budget.taken == calls.total()
    assert budget.most_attempts > allowed


@pytest.mark.parametrize(("per_second", "callers"), [(1.0, 3), (0.25, 3), (2.0, 7)])
def test_callers_of_a_rate_are_served_in_turn_as_by_the_real_rate_limit(per_second: float, callers: int) -> None:
    env, waits = simpy.Environment(), list[float]()
    window = max(1.0, 1 / per_second)
    budget = Budget(env, per_second, longest_wait=30 * window, chance=random.Random(5))

    def call_again() -> Generator[simpy.Event, object, None]:
        while True:
            since = env.now
            assert (yield from budget.take()) is None
            waits.append(env.now - since)
            yield env.timeout(0.01)

    for _ in range(callers):
        env.process(call_again())
    env.run(until=40 * window)
    assert len(waits) >= 40 * budget.allowed - 1
    assert max(waits) <= (callers / budget.allowed + 1) * window


def test_a_job_that_would_wait_too_long_for_the_rate_is_put_off_and_done_later() -> None:
    run = Simulation(
        plan(Build(0, 1), rapidapi_rate=1, latency=0, longest_wait=2, concurrency=dict.fromkeys(Priority, 30))
    )
    run.put(Kind.BULK, 30)
    outcome = run.run_until_done()
    assert outcome.put_off[Priority.MEDIUM] > 0
    assert outcome.done == {Kind.BULK: 30}
    assert not outcome.failed and not outcome.retried
    assert outcome.seconds > 60  # the sweeper sends the messages again, each minute


def test_reads_of_a_million_stale_creators_leave_room_for_the_schedule_and_for_requests_in_bulk() -> None:
    """Three workers build 540 an hour, 0.0375 a second are a quarter of it; of the rest the schedule takes what it
    may."""
    busy = plan(
        Build(0, 1, seconds_besides=19),
        creators=1_000_000,
        concurrency=dict.fromkeys(Priority, 3),
        refreshes_per_run=200,
        refresh_every=900,
        rapidapi_rate=20.0,
        shares=RATE_SHARES,
        reads=1000,
        arrivals={Kind.BULK: 0.02},
        read_refreshes=0.0375,
    )
    outcome = Simulation(busy).run(DAY / 2, warm_up=DAY / 4)
    assert outcome.arrived[Kind.READ] == 33 * 48
    assert outcome.done[Kind.READ] == pytest.approx(33 * 48, rel=0.05)
    assert outcome.done[Kind.PLANNED] > 2 * outcome.done[Kind.READ]
    assert outcome.done[Kind.BULK] == pytest.approx(outcome.arrived[Kind.BULK], rel=0.05)
    assert (outcome.wait(Priority.MEDIUM, 0.95) or DAY) < 1800


def test_an_attempt_that_fails_is_repeated_twice_after_two_and_four_minutes() -> None:
    run = Simulation(plan(Build(1, 3), failed_attempts=1))
    run.put(Kind.REQUESTED)
    outcome = run.run_until_done()
    # The first ends at 1 s, is due at 121 s, sent at 180 s; the second ends at 181 s, is due at 421 s, sent at 480 s.
    assert outcome.seconds == 481
    assert (outcome.retried[Priority.HIGH], outcome.failed[Priority.HIGH]) == (2, 1)
    assert not outcome.done
    assert outcome.budgets[Provider.DECODO, Priority.HIGH].taken == 3
    assert outcome.budgets[Provider.RAPIDAPI, Priority.HIGH].taken == 0


def test_builds_wait_for_a_second_in_which_their_partition_takes_writes() -> None:
    free = dict.fromkeys(Priority, 20)
    run = Simulation(plan(Build(0, 1), concurrency=free, age_writes=250))
    run.put(Kind.BULK, 20)
    outcome = run.run_until_done()
    assert Counter(int(at) for at, _ in outcome.order) == {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}
    assert outcome.throttled_writes == 16 + 12 + 8 + 4
    assert outcome.most_writes == 1000


def test_comments_take_the_rate_of_low() -> None:
    run = Simulation(plan(Build(1, 2, comment_calls=3)))
    run.put(Kind.REQUESTED, 5)
    outcome = run.run(20)
    taken = {key: budget.taken for key, budget in outcome.budgets.items() if budget.taken}
    assert taken == {
        (Provider.DECODO, Priority.HIGH): 5,
        (Provider.RAPIDAPI, Priority.HIGH): 10,
        (Provider.RAPIDAPI, Priority.LOW): 15,
    }


def test_nothing_of_the_warm_up_is_counted() -> None:
    run = Simulation(plan(Build(1, 3, seconds_besides=6)))
    run.put(Kind.REQUESTED, 40)
    outcome = run.run(30, warm_up=60.5)
    assert (outcome.since, outcome.seconds) == (60.5, 30)
    assert outcome.done == {Kind.REQUESTED: 12}  # those that end at 70, 80 and 90 s
    assert outcome.waits[Priority.HIGH] == [70] * 4 + [80] * 4 + [90] * 4
    assert outcome.budgets[Provider.DECODO, Priority.HIGH].taken == 12


def test_the_same_seed_gives_the_same_run() -> None:
    def run(seed: int) -> Outcome:
        return Simulation(deployed_plan(10_000, load_counts()), seed).run(DAY / 24)

    first, again, other = run(1), run(1), run(2)
    assert (first.order, first.waits, first.ages, first.arrived) == (
        again.order,
        again.waits,
        again.ages,
        again.arrived,
    )
    assert first.order != other.order


def test_the_schedule_holds_as_many_creators_fresh_as_it_refreshes_in_a_day() -> None:
    free = dict.fromkeys(Priority, 100)
    refreshed = plan(Build(0, 1), creators=10_000, concurrency=free, refreshes_per_run=25, refresh_every=900)
    outcome = Simulation(refreshed).run(6 * DAY + 100)
    assert outcome.done == {Kind.PLANNED: 25 * 96 * 6}
    assert outcome.fresh_share == pytest.approx(0.24, abs=0.003)
