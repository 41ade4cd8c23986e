from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.jobs import (
    Job,
    JobStatus,
    Priority,
    claimable,
    claimed,
    completed,
    failed,
    new_job,
    parse_source,
    priority_of,
    retried,
    retry_delay,
)
from creator_search.domain.queues import TicketCounter, estimated_time, queue_position
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START


def job(**changes: object) -> Job:
    made = new_job("ada", source="web", priority=Priority.HIGH, request_id="r", ticket=1, now=START, over=None)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "priority"),
    [
        ("crawler", Priority.LOW),
        ("api", Priority.MEDIUM),
        ("bulk", Priority.MEDIUM),
        ("frontend", Priority.HIGH),
        ("admin", Priority.HIGH),
        ("anything", Priority.HIGH),
    ],
)
def test_the_source_sets_the_priority(source: str, priority: Priority) -> None:
    assert priority_of(source) is priority


@pytest.mark.parametrize("source", ["", "a b", "x" * 21, "é", "a-b", "a\n"])
def test_a_source_outside_the_pattern_is_refused(source: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_source(source)


def test_the_position_counts_active_jobs_of_higher_priorities_and_earlier_ones_of_the_same() -> None:
    counters = {
        Priority.HIGH: TicketCounter(5, 3),
        Priority.MEDIUM: TicketCounter(10, 4),
        Priority.LOW: TicketCounter(),
    }
    assert queue_position(Priority.HIGH, 4, counters) == 1
    assert queue_position(Priority.HIGH, 5, counters) == 2
    assert queue_position(Priority.MEDIUM, 11, counters) == 2 + 6 + 1
    assert queue_position(Priority.LOW, 1, counters) == 2 + 6 + 1


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 60))
def test_a_position_is_never_below_one(issued: int, finished: int, ticket: int) -> None:
    counters = {p: TicketCounter(issued, finished) for p in Priority}
    assert queue_position(Priority.LOW, ticket, counters) >= 1


@pytest.mark.parametrize(
    ("position", "text"),
    [(1, "1-2 minutes"), (2, "2-5 minutes"), (3, "2-5 minutes"), (4, "5-15 minutes"), (10, "5-15 minutes"),
     (11, "15-30 minutes")],
)  # fmt: skip
def test_the_estimate_follows_the_position(position: int, text: str) -> None:
    assert estimated_time(position) == text


def test_retries_wait_twice_as_long_each_time_up_to_half_an_hour() -> None:
    assert [retry_delay(n) // timedelta(minutes=1) for n in (1, 2, 3, 4, 5, 9)] == [2, 4, 8, 16, 30, 30]


def test_a_job_that_waits_for_a_retry_can_be_claimed_when_the_delay_is_over() -> None:
    waiting = retried(claimed(job(), START, timedelta(seconds=60)), "failed", START)
    assert waiting.next_attempt_at == START + timedelta(minutes=2)
    assert not claimable(waiting, START + timedelta(seconds=119))
    assert claimable(waiting, START + timedelta(minutes=2))


def test_a_job_cannot_be_claimed_until_its_lease_ends() -> None:
    held = claimed(job(), START, timedelta(seconds=60))
    assert held.status is JobStatus.PROCESSING
    assert not claimable(held, START + timedelta(seconds=59))
    assert claimable(held, START + timedelta(seconds=60))


def test_every_transition_increases_the_version() -> None:
    first = job()
    second = claimed(first, START, timedelta(seconds=60))
    versions = [first.version, second.version, completed(second, START).version]
    assert versions == [first.version, first.version + 1, first.version + 2]


def test_ended_jobs_are_kept_for_seven_days_and_are_not_active() -> None:
    for ended in (completed(job(), START), failed(job(), "why", START)):
        assert ended.expires_at == START + timedelta(days=7)
        assert not ended.is_active
        assert ended.due_at is None


def test_a_new_job_over_an_old_one_has_a_higher_version() -> None:
    future = job(version=10**15)
    newer = new_job("ada", source="s", priority=Priority.LOW, request_id="q", ticket=1, now=START, over=future)
    assert newer.version == 10**15 + 1
