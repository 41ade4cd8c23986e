"""The arithmetic of costs, with cases computed by hand."""

from collections import Counter

import pytest
from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import FUNCTIONS, IndexName, has_snapshot

from infra.costs import assumptions
from infra.costs.counts import Operation, Work, dump_counts, load_counts, parse_counts
from infra.costs.fronts import Front, request_lines, shared_edge_lines
from infra.costs.model import Part, duration_seconds, estimate, stored_lines, work_lines
from infra.costs.prices import GIGABYTE, MILLION, PRICES, Item
from infra.costs.report import all_estimates
from infra.costs.units import index_units, item_bytes, read_units, stored_bytes, write_units

BY_SCORE = Index(IndexName.OUTLIERS_BY_SCORE, "kind", "score", True, ("title",), "")
ALL_OF_IT = Index(IndexName.OUTLIERS_BY_TIME, "kind", "score", True, None, "")
SCHEMA = TableSchema("id", None, (ItemKind("<id>", ""),), (BY_SCORE, ALL_OF_IT))


def row(**changes: str) -> dict[str, dict[str, str]]:
    values = {"id": "a", "kind": "x", "title": "t", "note": "n", **changes}
    return {name: {"S": text} for name, text in values.items()} | {"score": {"N": changes.get("score", "7")}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "7"}, 2),
        ({"N": "12345"}, 4),
        ({"N": "-12345"}, 5),
        ({"N": "1000000"}, 2),  # trailing zeros are not significant
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": "AAAA"}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 3 + 2 * 1 + 3),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_the_size_of_an_item_is_that_of_its_names_and_values(value: dict[str, object], size: int) -> None:
    assert item_bytes({"name": value}) == 4 + size


def test_writes_are_charged_by_kilobyte_and_reads_by_four() -> None:
    assert [write_units(size) for size in (0, 1, 1024, 1025, 3000)] == [1, 1, 1, 2, 3]
    assert write_units(1025, transactional=True) == 4
    assert [read_units(size) for size in (0, 4096, 4097)] == [0.5, 0.5, 1.0]
    assert read_units(4097, consistent=True) == 2 and read_units(4097, transactional=True) == 4


def test_a_write_is_charged_for_each_index_that_it_changes() -> None:
    def units(before: dict[str, dict[str, str]] | None, after: dict[str, dict[str, str]] | None) -> list[int]:
        return [index_units(SCHEMA, index, before, after) for index in (BY_SCORE, ALL_OF_IT)]

    assert units(None, row()) == [1, 1]
    assert units(row(), row()) == [0, 0]
    assert units(row(), row(note="m")) == [0, 1]  # only one has the attribute
    assert units(row(), row(title="s")) == [1, 1]
    assert units(row(), row(score="8")) == [2, 2]  # an entry is deleted, and one is added
    assert units(row(), None) == [1, 1]
    assert units(row(note="n" * 2000), row(note="m" * 100)) == [0, 2]  # the larger of the two
    without = {name: value for name, value in row().items() if name != "kind"}
    assert units(None, without) == [0, 0]


def test_storage_counts_the_entries_of_indexes_and_a_hundred_bytes_for_each() -> None:
    whole = item_bytes(row())
    in_index = whole - item_bytes({"note": {"S": "n"}})
    assert stored_bytes(SCHEMA, row()) == (whole + 100) + (in_index + 100) + (whole + 100)
    assert stored_bytes(SCHEMA, None) == 0


def test_a_duration_is_waiting_and_the_processor_time_at_the_share_of_the_memory() -> None:
    work = Work("get_profile", invocations=2, cpu_ms=8, waited_ms=20, calls=Counter({"DynamoDB GetItem": 2}))
    cpu_ms = 8 + 2 * assumptions.TRANSPORT_CPU_MS
    expected = (cpu_ms / (512 / 1769) + 20) / 2
    assert expected <= 1000 * duration_seconds(work, 512) < expected + 1  # Lambda rounds up to milliseconds
    assert duration_seconds(work, 3538) == duration_seconds(work, 1769)  # a second processor is of no use


WORK = Work(
    "get_profile",
    invocations=1,
    cpu_ms=2,
    waited_ms=10,
    calls=Counter({"DynamoDB GetItem": 1, "DynamoDB UpdateItem": 1}),
    reads=Counter({"profiles document": 2}),
    writes=Counter({"control requests": 1}),
    log_bytes=474,
    log_lines=1,
    answer_bytes=1000,
)
AUTHORIZED = Work("authorize_caller", invocations=1, cpu_ms=1)
COUNTS = {"read": Operation((WORK,)), "authorize": Operation((AUTHORIZED,))}


def usd(lines: object, item: Item) -> float:
    return sum(line.usd for line in lines if line.item is item)  # type: ignore[attr-defined]


def test_a_million_requests_of_a_rest_api_cost_what_their_parts_cost() -> None:
    lines = estimate("reads", request_lines(COUNTS, "read", Front.REST, MILLION)).lines
    assert usd(lines, Item.REST_REQUESTS) == pytest.approx(3.50)
    assert usd(lines, Item.DYNAMODB_READS) == pytest.approx(2 * 0.125)
    assert usd(lines, Item.DYNAMODB_WRITES) == pytest.approx(0.625)
    assert usd(lines, Item.LAMBDA_REQUESTS) == pytest.approx(2 * 0.20)
    assert usd(lines, Item.DATA_OUT) == pytest.approx(MILLION * 1000 / GIGABYTE * 0.09)
    assert usd(lines, Item.TRACES) == pytest.approx(0.05 * 5)
    seconds = duration_seconds(WORK, 512) * 512 / 1024
    seconds += duration_seconds(AUTHORIZED, 512) * FUNCTIONS["authorize_caller"].memory_mb / 1024
    assert usd(lines, Item.LAMBDA_SECONDS) == pytest.approx(MILLION * seconds * 0.0000133334)
    logged = (474 + 26 + 700) + (0 + 700) + (260 + 26)
    assert usd(lines, Item.LOGS) == pytest.approx(MILLION * logged / GIGABYTE * 0.50)


def test_the_costs_of_identity_are_lines_of_their_own() -> None:
    found = estimate("reads", request_lines(COUNTS, "read", Front.REST, MILLION))
    identity = [line for line in found.lines if line.part is Part.IDENTITY]
    assert {line.what for line in identity} == {
        "invocations of authorize_caller",
        "running authorize_caller",
        "restores of authorize_caller",
        "logs of authorize_caller",
        "writes of control requests",
    }
    assert found.identity_usd == pytest.approx(sum(line.usd for line in identity))


def test_the_drivers_are_the_three_largest_lines() -> None:
    found = estimate("reads", request_lines(COUNTS, "read", Front.HTTP, MILLION))
    assert len(found.drivers) == 3
    assert found.drivers[0].usd >= found.drivers[1].usd >= found.drivers[2].usd
    assert all(line.usd <= found.drivers[2].usd for line in found.lines if line not in found.drivers)


def test_a_shared_edge_saves_the_share_of_its_hits_of_everything_behind_it() -> None:
    behind = estimate("edge", request_lines(COUNTS, "read", Front.EDGE, MILLION))
    at_edge = usd(behind.lines, Item.EDGE_REQUESTS) + usd(behind.lines, Item.EDGE_DATA)
    shared = estimate("shared", shared_edge_lines(COUNTS, "read", MILLION, hits=0.75))
    functions = PRICES[Item.EDGE_FUNCTIONS].of(MILLION)
    assert shared.usd == pytest.approx(at_edge + functions + 0.25 * (behind.usd - at_edge))


def test_a_worker_is_charged_for_receiving_and_deleting_its_messages() -> None:
    work = Work("deliver_webhooks", invocations=3, cpu_ms=3, calls=Counter({"SQS SendMessage": 2, "S3 PutObject": 5}))
    lines = [*work_lines(Operation((work,)), 1000)]
    assert usd(lines, Item.SQS_REQUESTS) == pytest.approx((2 + 2 * 3) * 1000 * 0.40 / MILLION)
    assert usd(lines, Item.S3_WRITES) == pytest.approx(5 * 0.005)
    assert usd(stored_lines(Operation((work,)), 1), Item.S3_STORAGE) == pytest.approx(5 * 100_000 / GIGABYTE * 0.023)


def test_only_functions_that_people_wait_for_and_that_start_slowly_have_snapshots() -> None:
    without = {name for name, function in FUNCTIONS.items() if not has_snapshot(function)}
    assert {"analyze_posts", "process_profiles", "export_profile", "search_creators"} <= without
    assert {"get_ai_insights", "get_similar_profiles_fast"} <= without  # they start quickly
    assert {"get_profile", "get_profile_status", "get_posts"}.isdisjoint(without)


def test_an_idle_month_with_alarms_and_a_web_acl_of_four_rules_is_forty_dollars_at_most() -> None:
    *_, idle = all_estimates(load_counts(), firewall_rules=4)
    assert "idle" in idle.title and idle.usd <= 40


def test_every_item_has_a_price_with_source_and_date() -> None:
    assert set(PRICES) == set(Item)
    assert all(price.usd > 0 and price.per > 0 and price.source and price.date for price in PRICES.values())


def test_the_committed_counts_are_read_back_as_they_were_written() -> None:
    counts = load_counts()
    assert parse_counts(dump_counts(counts)) == counts


def test_every_estimate_is_the_sum_of_its_lines_and_a_firewall_is_added_when_there_is_one() -> None:
    plain, guarded = ([*all_estimates(load_counts(), firewall_rules=rules)] for rules in (0, 4))
    assert [found.title for found in plain] == [found.title for found in guarded]
    idle, guarded_idle = plain[-1], guarded[-1]
    assert guarded_idle.usd - idle.usd == pytest.approx(5 + 4)
    assert guarded[0].usd - plain[0].usd == pytest.approx(0.60)
    assert all(found.usd > 0 for found in plain)
