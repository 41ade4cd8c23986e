"""Jobs in DynamoDB over moto: behaviour that depends on real conditional writes."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.jobs import JobStatus, Priority, claimed, completed, new_job, retried
from creator_search.domain.queues import TicketCounter

from tests.fakes import FakeClock
from tests.seeds import NOW

pytestmark = pytest.mark.usefixtures("aws")
JOB = new_job("ada", source="web", priority=Priority.HIGH, request_id="r1", ticket=1, now=NOW, over=None)


def test_a_job_is_read_as_it_was_saved() -> None:
    jobs = process_container().job_store
    busy = retried(claimed(JOB, NOW, timedelta(seconds=60)), "why", NOW)
    assert jobs.save_job(busy, over=None) is None
    assert jobs.load_job("ada") == busy
    assert jobs.load_state("ada").job == busy


def test_the_time_of_a_refresh_is_read_as_it_was_saved() -> None:
    jobs = process_container().job_store
    at = NOW + timedelta(microseconds=1)
    refresh = new_job(
        "ada", source="web", priority=Priority.HIGH, request_id="r", ticket=1, now=at, over=None, is_refresh=True
    )
    jobs.save_job(refresh, over=None)
    stored = jobs.load_job("ada")
    assert stored is not None and stored.is_refresh and stored.refresh_requested_at == at


def test_of_many_concurrent_writes_over_a_row_one_succeeds_and_the_others_get_its_row() -> None:
    jobs = process_container().job_store
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: jobs.save_job(replace(JOB, request_id=f"r{n}"), over=None), range(32)))
    assert answers.count(None) == 1
    losers = {found.request_id for found in answers if found}
    winner = jobs.load_job("ada")
    assert winner is not None and losers == {winner.request_id}


def test_a_write_over_a_row_that_has_changed_is_refused() -> None:
    jobs = process_container().job_store
    jobs.save_job(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    assert jobs.save_job(mine, over=JOB) is None
    current = jobs.save_job(completed(JOB, NOW), over=JOB)
    assert current == mine


def test_a_write_that_the_sdk_repeats_after_a_lost_answer_counts_as_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = process_container().dynamodb
    put = client.put_item

    def sent_twice(**arguments: object) -> object:
        put(**arguments)  # type: ignore[arg-type]
        return put(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "put_item", sent_twice)
    assert process_container().job_store.save_job(JOB, over=None) is None


def test_of_two_workers_that_claim_the_same_row_one_succeeds() -> None:
    jobs = process_container().job_store
    jobs.save_job(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    assert [jobs.save_job(mine, over=JOB) is None, jobs.save_job(mine, over=JOB) is None] == [True, False]


def test_an_expired_row_is_not_returned_although_the_table_still_has_it() -> None:
    jobs = process_container().job_store
    old = replace(JOB, expires_at=NOW - timedelta(seconds=1))
    jobs.save_job(old, over=None)
    assert jobs.load_job("ada") is None
    assert jobs.load_state("ada").job is None
    assert jobs.save_job(replace(JOB, request_id="r2"), over=None) is None


def test_only_the_given_row_is_deleted() -> None:
    jobs = process_container().job_store
    jobs.save_job(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    jobs.save_job(mine, over=JOB)
    assert jobs.delete_job(JOB) is False
    assert jobs.delete_job(mine) is True
    assert jobs.load_job("ada") is None


def test_tickets_are_counted_and_a_counter_that_has_changed_is_not_repaired() -> None:
    jobs = process_container().job_store
    assert [jobs.issue_ticket(Priority.LOW) for _ in range(3)] == [1, 2, 3]
    jobs.finish_ticket(Priority.LOW)
    seen = jobs.load_counters()[Priority.LOW]
    assert seen.active == 2
    jobs.issue_ticket(Priority.LOW)
    assert jobs.repair_counter(Priority.LOW, seen, 0) is False
    assert jobs.repair_counter(Priority.LOW, jobs.load_counters()[Priority.LOW], 1) is True
    assert jobs.load_counters()[Priority.LOW].active == 1
    assert jobs.repair_counter(Priority.HIGH, jobs.load_counters()[Priority.HIGH], 0) is True


def test_the_index_has_jobs_that_are_due_and_none_that_ended() -> None:
    jobs = process_container().job_store
    jobs.save_job(JOB, over=None)
    later = NOW + timedelta(minutes=1)
    assert [d.username for d in jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, later, 10)] == ["ada"]
    assert jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, NOW, 10) == []
    assert jobs.oldest_requested_at(Priority.HIGH) == NOW
    waiting = retried(claimed(JOB, NOW, timedelta(seconds=60)), "why", NOW)
    jobs.save_job(waiting, over=JOB)
    assert jobs.count_retrying(Priority.HIGH, NOW) == 1
    assert jobs.due_jobs(JobStatus.PENDING, Priority.HIGH, NOW + timedelta(minutes=3), 10)[0].is_retry
    jobs.save_job(completed(waiting, NOW), over=waiting)
    assert jobs.count_jobs(JobStatus.PENDING, Priority.HIGH) == 0


def test_unprocessed_keys_are_requested_again(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = process_container().job_store
    jobs.save_job(JOB, over=None)
    client = process_container().dynamodb
    whole = client.batch_get_item
    answers: list[Mapping[str, object]] = []

    def throttled(**arguments: object) -> Mapping[str, object]:
        if not answers:
            answers.append(arguments)
            return {"Responses": {}, "UnprocessedKeys": arguments["RequestItems"]}
        return whole(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "batch_get_item", throttled)
    assert jobs.load_state("ada").job == JOB


def test_a_process_reads_the_counters_once_a_second_however_many_states_it_loads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = FakeClock()
    container = Container.for_tests(clock=clock)
    reads, read = Counter[str](), container.dynamodb.batch_get_item

    def counting(**arguments: Any) -> Any:
        reads.update(arguments["RequestItems"].keys())
        return read(**arguments)

    monkeypatch.setattr(container.dynamodb, "batch_get_item", counting)
    for second in range(1, 4):
        for _ in range(100):
            container.job_store.load_state("ada")
        assert reads[resource_name(Table.CONTROL)] == second
        clock.advance(seconds=1)
    assert reads[resource_name(Table.JOBS)] == 300


def test_the_state_has_the_tickets_of_this_process_at_once_and_those_of_others_after_a_second() -> None:
    clock = FakeClock()
    mine, others = (Container.for_tests(clock=clock).job_store for _ in range(2))
    nothing = mine.load_state("ada").counters
    others.issue_ticket(Priority.HIGH)
    others.issue_ticket(Priority.HIGH)
    others.finish_ticket(Priority.HIGH)
    assert mine.load_state("ada").counters == nothing
    assert (mine.issue_ticket(Priority.HIGH), mine.issue_ticket(Priority.LOW)) == (3, 1)
    mine.finish_ticket(Priority.LOW)
    found = mine.load_state("ada").counters
    assert (found[Priority.HIGH], found[Priority.LOW]) == (TicketCounter(3, 0), TicketCounter(1, 1))
    clock.advance(seconds=1)
    assert mine.load_state("ada").counters[Priority.HIGH] == TicketCounter(3, 1)
    assert others.load_state("ada").counters[Priority.MEDIUM] == TicketCounter()


def test_positions_within_a_second_are_exact_for_the_requests_of_one_process() -> None:
    requests = Container.for_tests(clock=FakeClock()).requests
    asked = [("a", "crawler"), ("b", "api"), ("c", "api"), ("d", "frontend"), ("e", "frontend")]
    assert [requests.submit(name, source).position for name, source in asked] == [1, 1, 2, 1, 2]
    assert [requests.submit(name, "crawler").position for name in "abcde"] == [5, 3, 4, 1, 2]
