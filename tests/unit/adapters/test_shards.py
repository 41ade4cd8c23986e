"""Queries of an index in several partitions, over a client that answers as DynamoDB does."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest
from creator_search.adapters.dynamodb.items import from_wire, to_wire
from creator_search.adapters.dynamodb.shards import MOST_EXAMINED, ShardedQuery
from creator_search.adapters.dynamodb.tables import Index
from creator_search.catalogue import IndexName
from hypothesis import given
from hypothesis import strategies as st

INDEX = Index(IndexName.CREATORS_BY_FOLLOWERS, "listed", "followers", True, (), "for the tests")
PARTITIONS = ("a", "b", "c", "d")


@dataclass
class Client:
    """Items by partition: (username, followers, whether a filter lets it pass), in any order."""

    items: dict[str, list[tuple[str, int, bool]]]
    ascending: bool = False
    examined: Counter[str] = field(default_factory=Counter)
    queries: int = 0
    _counting: Lock = field(default_factory=Lock)

    def query(self, **request: Any) -> dict[str, Any]:
        partition = from_wire(request["ExpressionAttributeValues"])[":partition"]
        rows = sorted(self.items.get(partition, []), key=lambda row: row[1], reverse=not self.ascending)
        if start := request.get("ExclusiveStartKey"):
            key = from_wire(start)
            assert key["listed"] == partition
            rows = rows[[row[:2] for row in rows].index((key["username"], key["followers"])) + 1 :]
        page, rest = rows[: request["Limit"]], rows[request["Limit"] :]
        with self._counting:
            self.examined[partition] += len(page)
            self.queries += 1
        found = [to_wire(item(*row[:2])) for row in page if row[2] or "FilterExpression" not in request]
        last = {"LastEvaluatedKey": to_wire({**item(*page[-1][:2]), "listed": partition})} if rest else {}
        return {"Items": found, "ScannedCount": len(page), **last}


def item(username: str, followers: int) -> dict[str, Any]:
    return {"username": username, "item": "profile", "followers": followers}


def query_of(client: Client, *, filtered: bool = False, without: str = "-") -> ShardedQuery:
    request: dict[str, Any] = {"ExpressionAttributeValues": {}, "ScanIndexForward": client.ascending}
    if filtered:
        request["FilterExpression"] = "passes = :true"
    return ShardedQuery(
        client,  # type: ignore[arg-type]
        INDEX,
        request,
        PARTITIONS,
        key=("username", "item"),
        without=lambda found: found["username"].startswith(without),
    )


def read_all(query: ShardedQuery, limit: int) -> list[list[dict[str, Any]]]:
    pages, positions = [], None
    while True:
        found, positions = query.read(limit, positions)
        pages.append([dict(each) for each in found])
        if positions is None:
            return pages


ROWS = st.lists(st.tuples(st.sampled_from(PARTITIONS), st.integers(0, 5), st.booleans()), max_size=60)


@given(ROWS, st.integers(1, 7), st.booleans(), st.booleans())
def test_all_pages_together_have_each_match_once_in_order(
    rows: list[tuple[str, int, bool]], limit: int, filtered: bool, ascending: bool
) -> None:
    items: dict[str, list[tuple[str, int, bool]]] = {}
    for number, (partition, followers, passes) in enumerate(rows):
        items.setdefault(partition, []).append((f"n{number}", followers, passes))
    pages = read_all(query_of(Client(items, ascending), filtered=filtered), limit)
    found = [each for page in pages for each in page]
    values = [each["followers"] for each in found]
    assert values == sorted(values, reverse=not ascending)
    wanted = [f"n{number}" for number, row in enumerate(rows) if row[2] or not filtered]
    assert sorted(each["username"] for each in found) == sorted(wanted)
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages) == max(1, -(-len(wanted) // limit))  # no empty page after the last creator


def test_items_that_are_left_out_are_not_returned() -> None:
    client = Client({"a": [("x1", 5, True), ("y1", 4, True)], "b": [("x2", 3, True), ("y2", 2, True)]})
    assert [each["username"] for page in read_all(query_of(client, without="x"), 1) for each in page] == ["y1", "y2"]


def thousands(matching: int = 0) -> Client:
    """Return 20,000 creators, each of which has other followers; this number of them, the smallest, pass a filter."""
    items: dict[str, list[tuple[str, int, bool]]] = {name: [] for name in PARTITIONS}
    for number in range(20_000):
        items[PARTITIONS[number % 4]].append((f"n{number}", number, number < matching))
    return Client(items)


def test_a_page_without_filter_reads_about_twice_its_items_with_one_query_of_each_partition() -> None:
    client = thousands()
    found, _ = query_of(client).read(20, None)
    assert [each["followers"] for each in found] == list(range(19_999, 19_979, -1))
    assert client.queries == 4 and client.examined.total() <= 4 * 12


def test_a_filter_that_nothing_passes_examines_a_limited_number_and_goes_on_from_there() -> None:
    client = thousands(matching=3)
    query, positions = query_of(client, filtered=True), None
    pages, examined = [], 0
    while True:
        found, positions = query.read(20, positions)
        pages.append([each["followers"] for each in found])
        assert client.examined.total() - examined <= 2 * MOST_EXAMINED
        examined = client.examined.total()
        if positions is None:
            break
    assert [followers for page in pages for followers in page] == [2, 1, 0]
    assert 20_000 <= examined < 1.2 * 20_000 and client.queries < 120
    assert all(count == 5000 for count in client.examined.values())


@pytest.mark.parametrize("passing", [0, 1])
def test_matches_of_one_partition_are_not_returned_before_those_that_others_may_have(passing: int) -> None:
    """One partition has a match at its beginning, but with fewer followers than all that the others have."""
    client = thousands()
    client.items["e"] = []
    client.items["a"] = [("last", -1, True)]
    client.items["b"].append(("least", 0, bool(passing)))
    pages = read_all(query_of(client, filtered=True), 5)
    found = [each["username"] for page in pages for each in page]
    assert found == ["least", "last"][1 - passing :]
