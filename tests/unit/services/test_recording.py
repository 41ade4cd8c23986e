"""What a process records about its answers and messages, and when it says that too many fail or are slow."""

from datetime import timedelta

import pytest
from creator_search.catalogue import OPERATIONS, WORKERS, Operation
from creator_search.domain.alerts import ERROR_RATE, RESPONSE_TIME
from creator_search.domain.metrics import Metric
from creator_search.domain.thresholds import ERROR_PERCENT, RESPONSE_SECONDS

from tests.fakes import World


def count(world: World, metric: Metric, of: str) -> float:
    return world.metrics.counts.get(f"{metric} {of}", 0)


def answer(world: World, operation: str, *statuses: int, seconds: float = 0.1) -> None:
    for status in statuses:
        world.container.answer_recorder.record_answer(operation, status, seconds)


def test_the_limits_of_an_operation_are_those_of_the_alerts_and_of_the_contract() -> None:
    assert (ERROR_PERCENT, RESPONSE_SECONDS) == (ERROR_RATE.threshold, RESPONSE_TIME.threshold) == (5, 5)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_an_operation_that_fails_too_often_is_counted_for_its_area(row: Operation) -> None:
    world = World()
    answer(world, row.name, *[200] * 47, 500, 503)
    assert count(world, Metric.OPERATION_FAILING, row.tag) == 0
    answer(world, row.name, 502)
    assert count(world, Metric.OPERATION_FAILING, row.tag) == 1
    assert count(world, Metric.REQUEST_FAILED, row.name) == 3


def test_refused_requests_are_no_failures() -> None:
    world = World()
    answer(world, "get_profile", *[404] * 10, 429)
    assert count(world, Metric.REQUEST_REFUSED, "get_profile") == 11
    assert Metric.OPERATION_FAILING not in world.metrics.counts


def test_failures_of_one_operation_are_not_hidden_by_others_of_its_area() -> None:
    world = World()
    answer(world, "get_profile", *[200] * 10_000)
    answer(world, "get_post_history", 500, 500, 500)
    assert count(world, Metric.OPERATION_FAILING, "reading") == 1


def test_failures_of_several_operations_do_not_add_up() -> None:
    world = World()
    for operation in ("get_profile", "get_posts", "get_analytics"):
        answer(world, operation, 500, 500)
    assert Metric.OPERATION_FAILING not in world.metrics.counts


def test_a_path_that_does_not_exist_belongs_to_no_area() -> None:
    world = World()
    answer(world, "unknown", 500, 500, 500)
    assert Metric.OPERATION_FAILING not in world.metrics.counts
    assert count(world, Metric.REQUEST_FAILED, "unknown") == 3


@pytest.mark.parametrize(("seconds", "slow"), [(5.0, 0), (5.1, 8)])
def test_an_operation_that_is_slow_too_often_is_counted_for_its_area(seconds: float, slow: int) -> None:
    world = World()
    answer(world, "get_profile", *[200] * 10, seconds=seconds)
    assert count(world, Metric.OPERATION_SLOW, "reading") == slow


def test_operations_whose_duration_has_no_limit_are_never_slow() -> None:
    world = World()
    untimed = [row.name for row in OPERATIONS if not row.is_timed]
    assert {"export_profile", "export_list", "stream_metrics"} <= set(untimed)
    for name in untimed:
        answer(world, name, *[200] * 10, seconds=60)
    assert Metric.OPERATION_SLOW not in world.metrics.counts


@pytest.mark.parametrize("worker", [row.name for row in WORKERS])
def test_a_worker_that_fails_too_often_is_counted(worker: str) -> None:
    world = World()
    for is_failure in (True, False, True, True):
        world.container.message_recorder.record_message(worker, 2, is_failure=is_failure)
        world.clock.advance(minutes=4)
    assert count(world, Metric.WORKER_FAILING, worker) == 1
    assert count(world, Metric.MESSAGE_FAILED, worker) == 3
    assert len(world.metrics.seconds[f"{Metric.MESSAGE_SECONDS} {worker}"]) == 4


def test_failures_are_forgotten_after_fifteen_minutes() -> None:
    world = World()
    answer(world, "get_profile", 500, 500)
    world.clock.time += timedelta(minutes=15)
    answer(world, "get_profile", 500, 500)
    assert Metric.OPERATION_FAILING not in world.metrics.counts
