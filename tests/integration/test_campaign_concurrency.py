"""Campaigns and lists over moto under concurrency and failures: one writer of a version, limits, and deletions that
fail half-way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.caller_errors import PreconditionFailed
from creator_search.domain.campaigns import (
    MAX_CAMPAIGN_CREATORS,
    MAX_CAMPAIGN_POSTS,
    MAX_CAMPAIGNS,
    CampaignCreator,
    CampaignPost,
)
from creator_search.domain.errors import Conflict, NotFound, StoreUnavailable
from creator_search.domain.lists import MAX_ENTRIES, MAX_LISTS, ListEntry

from tests.fakes import START


@pytest.fixture
def campaign_id(aws: dict[str, str]) -> str:
    return process_container().campaigns.create("alice", {"name": "Spring"}).id


def in_parallel(call: Callable[[int], Any], times: int) -> list[Any]:
    def attempt(number: int) -> Any:
        try:
            return call(number)
        except (Conflict, NotFound, PreconditionFailed) as error:
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


FREE = 3
"""Left before the requests at one time, which are more."""
Add = Callable[[int], Any]
Count = Callable[[], int]


def creators_nearly_full(id_: str) -> tuple[Add, Count]:
    container = process_container()
    store, campaigns = container.campaign_store, container.campaigns
    store.add_creators("alice", id_, [CampaignCreator(f"u{n}", START) for n in range(MAX_CAMPAIGN_CREATORS - FREE)])
    return (
        lambda n: campaigns.add_creators("alice", id_, [f"v{n}"]),
        lambda: len(store.list_creators("alice", id_)) - MAX_CAMPAIGN_CREATORS,
    )


def posts_nearly_full(id_: str) -> tuple[Add, Count]:
    container = process_container()
    store, campaigns = container.campaign_store, container.campaigns
    for number in range(MAX_CAMPAIGN_POSTS - FREE):
        store.put_post("alice", id_, CampaignPost(f"u{number}", "ada", START))
    return (
        lambda n: campaigns.put_post("alice", id_, f"v{n}", "ada"),
        lambda: len(store.list_posts("alice", id_)) - MAX_CAMPAIGN_POSTS,
    )


def campaigns_nearly_full(id_: str) -> tuple[Add, Count]:
    container = process_container()
    store, campaigns = container.campaign_store, container.campaigns
    template = campaigns.read("alice", id_)
    for number in range(MAX_CAMPAIGNS - FREE - 1):
        store.create_campaign("alice", replace(template, id=f"{template.id}-{number}"))
    return (
        lambda n: campaigns.create("alice", {"name": f"v{n}"}),
        lambda: store.count_campaigns("alice") - MAX_CAMPAIGNS,
    )


def lists_nearly_full(_: str) -> tuple[Add, Count]:
    container = process_container()
    store, lists = container.list_store, container.creator_lists
    for number in range(MAX_LISTS - FREE):
        lists.create("alice", f"u{number}")
    return lambda n: lists.create("alice", f"v{n}"), lambda: store.count_lists("alice") - MAX_LISTS


def entries_nearly_full(_: str) -> tuple[Add, Count]:
    container = process_container()
    store, lists = container.list_store, container.creator_lists
    id_ = lists.create("alice", "Runners").id
    full = range(MAX_ENTRIES - FREE)
    store.add_entries("alice", id_, [ListEntry(username=f"u{n}", added_at=START, updated_at=START) for n in full])
    return (
        lambda n: lists.put_entry("alice", id_, f"v{n}", [], None),
        lambda: len(store.list_entries("alice", id_)) - MAX_ENTRIES,
    )


@pytest.mark.parametrize(
    "nearly_full",
    [creators_nearly_full, posts_nearly_full, campaigns_nearly_full, lists_nearly_full, entries_nearly_full],
)
def test_requests_at_one_time_do_not_exceed_a_limit_which_the_next_ones_reach(
    nearly_full: Callable[[str], tuple[Add, Count]], campaign_id: str
) -> None:
    add, over = nearly_full(campaign_id)
    answers = in_parallel(add, 8)
    assert Conflict in answers and over() <= 0
    number = 100
    while over() < 0:
        add(number)
        number += 1
    with pytest.raises(Conflict):
        add(number)
    assert over() == 0
