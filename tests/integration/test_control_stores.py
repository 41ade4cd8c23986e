"""The similar sets, absences, locks and rate limits of DynamoDB over moto."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from creator_search.adapters.dynamodb.control import DynamoDBRateLimit
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.locks import LockOutcome

from tests.fakes import START, FakeClock
from tests.seeds import IMAGE_BYTES, NOW, similar_set
from tests.turns import Turns

pytestmark = pytest.mark.usefixtures("aws")


def test_a_similar_set_is_replaced_only_by_a_writer_that_saw_the_current_row() -> None:
    store = process_container().similar_store
    assert store.replace_set(similar_set(("ben", "cleo")), None)
    row = store.load_similar("ada")
    assert row.cached == similar_set(("ben", "cleo"))
    assert not store.replace_set(similar_set(("dana",)), None)
    assert store.replace_set(similar_set(("dana",)), row.generation)
    assert not store.replace_set(similar_set(("emre",)), row.generation)


def test_a_fetch_that_began_before_a_clear_is_not_stored() -> None:
    store = process_container().similar_store
    seen = store.load_similar("ada").generation
    assert store.clear_set("ada") is None
    assert not store.replace_set(similar_set(("ben",)), seen)
    now = store.load_similar("ada")
    assert now.cached is None
    assert store.replace_set(similar_set(("ben",)), now.generation)
    assert store.clear_set("ada") == similar_set(("ben",))


def test_an_expired_set_is_neither_returned_nor_counted() -> None:
    store = process_container().similar_store
    store.replace_set(similar_set(("ben",), fetched_at=NOW - timedelta(days=8)), None)
    assert store.load_similar("ada").cached is None
    assert store.measure_contents().entries == 0
    store.replace_set(similar_set(("ben", "cleo")), store.load_similar("ada").generation)
    assert (store.measure_contents().entries, store.measure_contents().image_bytes) == (1, 2 * IMAGE_BYTES)


def test_an_absence_is_remembered_for_its_lifetime() -> None:
    absences = process_container().absences
    assert not absences.is_absent("ada")
    absences.remember_absence("ada", timedelta(hours=1))
    assert absences.is_absent("ada")
    absences.remember_absence("ada", timedelta(seconds=-1))
    assert not absences.is_absent("ada")


def test_one_of_many_callers_acquires_the_lock_and_the_others_get_its_outcome() -> None:
    locks = process_container().locks
    with ThreadPoolExecutor(8) as pool:
        acquired = list(pool.map(lambda n: locks.acquire("x", f"o{n}", 30), range(16)))
    assert acquired.count(True) == 1
    owner = f"o{acquired.index(True)}"
    assert locks.load_outcome("x") is None
    locks.release("x", owner, LockOutcome("WENT_WRONG"))
    outcome = locks.load_outcome("x")
    assert outcome == LockOutcome("WENT_WRONG")
    assert locks.acquire("x", "next", 30)
    locks.release("x", owner, LockOutcome())  # too late: another owner holds it
    assert locks.load_outcome("x") is None


def test_a_lock_whose_owner_died_can_be_acquired_when_it_has_expired() -> None:
    locks = process_container().locks
    assert locks.acquire("x", "dead", -1)
    assert locks.load_outcome("x") == LockOutcome()
    assert locks.acquire("x", "next", 30)


def rate_limit(clock: FakeClock) -> DynamoDBRateLimit:
    table = resource_name(Table.CONTROL)
    return DynamoDBRateLimit(process_container().dynamodb, control=table, clock=clock, sleep=clock.sleep)


def test_all_callers_share_the_rate_and_a_call_above_it_waits_for_the_next_window() -> None:
    clock = FakeClock()
    limit, of_another_process = rate_limit(clock), rate_limit(clock)
    assert limit.take("decodo#HIGH", 2, 10) is None
    assert of_another_process.take("decodo#HIGH", 2, 10) is None
    assert clock() == START
    assert limit.take("decodo#HIGH", 2, 10) is None
    assert timedelta(0) < clock() - START <= timedelta(seconds=1.5)


@pytest.mark.parametrize(("per_second", "callers"), [(1.0, 3), (0.25, 3), (2.0, 7)])
def test_callers_are_served_in_turn_however_few_calls_the_rate_allows(per_second: float, callers: int) -> None:
    """With a draw in each window, one of three callers could lose all of them, and be refused after 30 s."""
    clock = FakeClock()
    turns, waits, calls = Turns(clock), list[float](), Counter[int]()
    limit = DynamoDBRateLimit(
        process_container().dynamodb, control=resource_name(Table.CONTROL), clock=clock, sleep=turns.sleep
    )
    window = max(1.0, 1 / per_second)

    def call_again() -> None:
        while clock() < START + timedelta(seconds=40 * window):
            since = clock()
            assert limit.take("rapidapi#MEDIUM", per_second, 30 * window) is None
            waits.append((clock() - since).total_seconds())
            calls[int(clock().timestamp() // window)] += 1
            turns.sleep(0.01)

    for _ in range(callers):
        turns.start(call_again)
    turns.run()
    allowed = max(1, int(per_second * window))
    assert max(calls.values()) == allowed and calls.total() >= 40 * allowed
    assert max(waits) <= (callers / allowed + 1) * window


def test_a_caller_that_would_wait_too_long_is_told_at_once_when_there_may_be_room() -> None:
    clock = FakeClock()
    limit = rate_limit(clock)
    assert limit.take("slow", 0.001, 1) is None
    assert 0 < (limit.take("slow", 0.001, 1) or 0) <= 1500
    assert clock() == START
    assert limit.take("another", 0.001, 1) is None
