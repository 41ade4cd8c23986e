"""Campaigns over moto under concurrency and failures: one writer of a version, and deletions that fail half-way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.caller_errors import PreconditionFailed
from creator_search.domain.errors import NotFound, StoreUnavailable


@pytest.fixture
def campaign_id(aws: dict[str, str]) -> str:
    return process_container().campaigns.create("alice", {"name": "Spring"}).id


def in_parallel(call: Callable[[int], Any], times: int) -> list[Any]:
    def attempt(number: int) -> Any:
        try:
            return call(number)
        except (NotFound, PreconditionFailed) as error:
            return type(error)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))


def test_of_many_writers_of_one_version_one_succeeds(campaign_id: str) -> None:
    campaigns = process_container().campaigns
    found = in_parallel(lambda n: campaigns.change("alice", campaign_id, {"name": f"n{n}"}, '"1"'), 8)
    written = [answer for answer in found if answer is not PreconditionFailed]
    assert len(written) == 1
    assert campaigns.read("alice", campaign_id) == written[0]


def stored_items() -> list[str]:
    table = resource_name(Table.ACCOUNTS)
    found = process_container().dynamodb.scan(TableName=table, ConsistentRead=True)
    return sorted(item["item"]["S"].split("#")[0] for item in found["Items"])


@pytest.mark.parametrize("failing", ["BatchWriteItem", "DeleteItem", "Query"])
def test_a_deletion_that_fails_half_way_is_invisible_and_finished_by_a_retry(campaign_id: str, failing: str) -> None:
    container = process_container()
    campaigns, events = container.campaigns, container.dynamodb.meta.events
    campaigns.add_creators("alice", campaign_id, [f"u{n}" for n in range(30)])
    campaigns.put_post("alice", campaign_id, "Abc", "ada")

    def fail(**_: Any) -> None:
        raise StoreUnavailable()

    events.register(f"before-call.dynamodb.{failing}", fail)
    try:
        with pytest.raises(StoreUnavailable):
            campaigns.delete("alice", campaign_id, None)
    finally:
        events.unregister(f"before-call.dynamodb.{failing}", fail)
    assert "campaign" in stored_items()
    with pytest.raises(NotFound):
        campaigns.read("alice", campaign_id)
    with pytest.raises(NotFound):
        campaigns.add_creators("alice", campaign_id, ["late"])
    assert campaigns.list_page("alice", 10, None).rows == []
    campaigns.delete("alice", campaign_id, None)
    assert stored_items() == []
    with pytest.raises(NotFound):
        campaigns.delete("alice", campaign_id, None)


def test_creators_that_are_added_during_a_deletion_are_not_left_behind(campaign_id: str) -> None:
    campaigns = process_container().campaigns

    def add_or_delete(number: int) -> Any:
        if number == 3:
            return campaigns.delete("alice", campaign_id, None)
        return campaigns.add_creators("alice", campaign_id, [f"u{number}"])

    in_parallel(add_or_delete, 8)
    assert stored_items() == []
