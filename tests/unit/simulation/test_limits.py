"""Plans of the deployed system, limits, and the cost of a month."""

from dataclasses import replace
from math import ceil

import pytest
from creator_search.catalogue import WORKERS
from creator_search.domain.jobs import Priority
from creator_search.domain.refreshes import SECONDS_PER_BUILD

from infra.concurrency import STAGE_REQUESTS_PER_SECOND
from infra.costs.counts import load_counts
from infra.costs.model import estimate, work_lines
from infra.costs.prices import MONTH_SECONDS
from infra.simulation.limits import fresh_by_plan, limits, needed
from infra.simulation.model import Simulation
from infra.simulation.month import month
from infra.simulation.outcome import Provider
from infra.simulation.plan import DAY, deployed_plan
from infra.simulation.queues import Kind
from infra.simulation.traffic import Traffic

COUNTS = load_counts()


def test_a_plan_has_the_concurrency_of_the_catalogue_and_the_calls_that_were_measured() -> None:
    plan = deployed_plan(10_000, COUNTS)
    [worker] = [row for row in WORKERS if row.name == "process_profiles"]
    assert list(plan.concurrency.values()) == list(worker.concurrency.values())
    assert list(plan.concurrency) == list(Priority)
    [work] = [work for work in COUNTS["refresh_creator"].works if work.function == "process_profiles"]
    assert plan.builds[Kind.PLANNED].calls == work.calls["upstream"]


def test_settings_of_the_environment_do_not_change_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    before = deployed_plan(10_000, COUNTS)
    monkeypatch.setenv("PROFILE_REFRESHES_PER_RUN", "7")
    monkeypatch.setenv("RAPIDAPI_REQUESTS_PER_SECOND", "3")
    assert deployed_plan(10_000, COUNTS) == before


def test_a_build_takes_as_long_as_the_allowance_of_reads_assumes() -> None:
    plan = deployed_plan(10_000, COUNTS)
    assert plan.builds[Kind.READ].seconds(plan.latency) == pytest.approx(SECONDS_PER_BUILD, rel=0.1)
    assert plan.read_refreshes == pytest.approx(0.25 * plan.concurrency[Priority.MEDIUM] / SECONDS_PER_BUILD)


def test_the_schedule_holds_as_many_creators_fresh_as_the_rates_afford() -> None:
    assert fresh_by_plan(deployed_plan(1_000_000, COUNTS)) == 18_144  # 189 in a quarter of an hour


def test_what_is_needed_grows_with_the_creators() -> None:
    small, large = (needed(deployed_plan(count, COUNTS)) for count in (1_000_000, 10_000_000))
    assert small.per_run == pytest.approx(1_000_000 / 96)
    assert small.medium_rate == pytest.approx(1_000_000 / DAY * 18)
    assert small.rapidapi_rate == pytest.approx(5 * small.medium_rate)
    assert large.workers == pytest.approx(10 * small.workers)


def test_limits_are_ordered_and_bind_above_one() -> None:
    found = limits(deployed_plan(10_000_000, COUNTS))
    assert [limit.ratio for limit in found] == sorted((limit.ratio for limit in found), reverse=True)
    [stage] = [limit for limit in found if limit.name == "throttle of the API's stage"]
    assert stage.load == 10_000
    assert stage.ratio == 10_000 / STAGE_REQUESTS_PER_SECOND


def test_reads_are_refused_by_the_stage_then_by_lambda_then_by_the_partitions_of_searches() -> None:
    stage = Traffic(stage_rate=200, stage_burst=400)
    assert [stage.second(1000, 10) for _ in range(3)] == [400, 200, 200]
    assert (stage.refused_by_stage, stage.refused_by_lambda) == (2200, 0)
    wide = Traffic(stage_rate=1e6, stage_burst=1e6)
    answered = wide.second(10_000, workers=200)  # 800 executions are 2,000 reads, 100 of them searches
    assert wide.refused_by_lambda == pytest.approx(8000)
    assert wide.throttled_searches == 0
    assert answered == pytest.approx(2000)
    narrow = Traffic(stage_rate=1e6, stage_burst=1e6, most_searches=20)
    assert narrow.second(10_000, workers=200) == pytest.approx(1920)
    assert narrow.throttled_searches == pytest.approx(80)


def test_the_month_of_a_run_is_priced_as_infra_costs_does() -> None:
    plan = deployed_plan(10_000, COUNTS)
    outcome = Simulation(plan).run(DAY / 24)
    outcome.done.clear()
    outcome.arrived.clear()
    outcome.done[Kind.PLANNED] = 10
    times = 10 * MONTH_SECONDS / outcome.seconds
    expected = estimate("", work_lines(COUNTS["refresh_creator"], times)).usd
    assert month(outcome, COUNTS)["builds"].usd == pytest.approx(expected)


def test_what_is_needed_holds_nearly_all_creators_fresh() -> None:
    deployed = deployed_plan(2000, COUNTS)
    found = needed(deployed)
    sized = replace(
        deployed,
        refreshes_per_run=ceil(found.per_run),
        concurrency={**deployed.concurrency, Priority.MEDIUM: ceil(found.workers)},
        rapidapi_rate=ceil(found.rapidapi_rate),
        reads=0,
        arrivals={},
    )
    outcome = Simulation(sized).run(3 * DAY)
    assert outcome.fresh_share > 0.9
    assert 0.5 < outcome.budgets[Provider.RAPIDAPI, Priority.MEDIUM].used(outcome.seconds) < 1
    short = Simulation(replace(sized, refreshes_per_run=sized.refreshes_per_run // 2)).run(3 * DAY)
    assert short.fresh_share < 0.6
