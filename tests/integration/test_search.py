"""The search of creators over moto."""

from collections.abc import Callable

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.services.creator_index import Repair
from fastapi.testclient import TestClient

from tests.collection import Collection
from tests.integration.pages import pages
from tests.seeds import numbered_post, store_creator

Calls = Callable[[], list[str]]


def creators() -> None:
    store_creator(
        username="natgeo", full_name="National Geographic", followers=9000, is_verified=True, category="Media"
    )
    store_creator(
        numbered_post(1, likes=90, comments=10), username="nasa", full_name="NASA", followers=5000, category="Science"
    )
    store_creator(
        numbered_post(1, likes=10, comments=0),
        username="nat.photo",
        full_name="Photo by Nat",
        followers=700,
        category="media",
    )
    store_creator(
        numbered_post(1, likes=0, comments=0),
        username="zoe",
        full_name="Ｎａｔａｌｉｅ  Zoe",
        followers=50,
        category="Artist",
    )
    store_creator(username="hidden", full_name="National Secret", followers=10**6, is_private=True, category="Media")


@pytest.fixture(params=["table", "engine"])
def indexed(request: pytest.FixtureRequest, aws: dict[str, str]) -> Callable[[], None]:
    """Return a function after which a search finds what is stored: at once, or in the search engine."""
    if request.param == "table":
        return lambda: None
    collection: Collection = request.getfixturevalue("collection")

    def repair() -> None:
        process_container().creator_index_repair.repair(Repair(), lambda: True)
        collection.refresh()

    return repair


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["natgeo", "nasa", "nat.photo", "zoe"]),
        ("sort=engagement", ["nasa", "nat.photo", "zoe", "natgeo"]),
        ("sort=name", ["nasa", "zoe", "nat.photo", "natgeo"]),
        ("category=Media", ["natgeo", "nat.photo"]),
        ("category=MEDIA&min_followers=800", ["natgeo"]),
        ("category=media&sort=engagement", ["nat.photo", "natgeo"]),
        ("min_followers=700&max_followers=5000", ["nasa", "nat.photo"]),
        ("min_engagement=1.5", ["nasa"]),
        ("min_engagement=1.5&sort=engagement", ["nasa"]),
        ("verified=true", ["natgeo"]),
        ("verified=false&max_followers=100", ["zoe"]),
        ("q=nat", ["nat.photo", "zoe", "natgeo"]),
        ("q=@NatGeo", ["natgeo"]),
        ("q=national%20g", ["natgeo"]),
        ("q=natalie&verified=false", ["zoe"]),
        ("q=na&category=science", ["nasa"]),
        ("language=en", []),
        ("q=geographic", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 20])
def test_search_returns_the_creators_that_match_in_order(
    api: TestClient, indexed: Callable[[], None], query: str, found: list[str], limit: int
) -> None:
    creators()
    indexed()
    params = dict(pair.split("=") for pair in query.replace("%20", " ").split("&") if pair)
    listed = list(pages(api, "/api/creators/search", limit=limit, **params))
    names = [creator["username"] for page in listed for creator in page["data"]]
    if "sort=name" in query or query.startswith("q="):
        assert sorted(names) == sorted(found)
    else:
        assert names == found
    assert all(len(page["data"]) <= limit for page in listed)


def test_a_search_takes_one_query_of_an_index(api: TestClient, aws_calls: Calls) -> None:
    creators()
    aws_calls()
    found = api.get("/api/creators/search?category=media").json()["data"][0]
    assert aws_calls() == ["Query"]
    assert found["profile_image_url"] == "https://cdn.test/profiles/natgeo/profile.jpg?v=v1"
    assert (found["followers"], found["is_verified"], found["category"]) == (9000, True, "Media")


def test_a_search_over_all_creators_reads_each_partition_of_the_index_once(api: TestClient, aws_calls: Calls) -> None:
    names = [f"creator.{number}" for number in range(30)]
    for number, name in enumerate(names):
        store_creator(username=name, followers=1000 - number)
    aws_calls()
    assert [found["username"] for found in api.get("/api/creators/search?limit=20").json()["data"]] == names[:20]
    assert aws_calls() == ["Query"] * 8
    listed = [each["username"] for page in pages(api, "/api/creators/search", limit=7) for each in page["data"]]
    assert listed == names


def test_creators_and_due_analyses_are_spread_over_eight_partitions(api: TestClient) -> None:
    table, used = process_container().dynamodb, {name: set[str]() for name in ("listed", "listed_name", "refreshed")}
    for number in range(60):
        store_creator(username=f"creator.{number}", full_name=f"Creator {number}")
    for item in table.scan(TableName=resource_name(Table.PROFILES))["Items"]:
        for name, values in used.items():
            values |= {item[name]["S"]} if name in item else set()
    assert {name: len(values) for name, values in used.items()} == dict.fromkeys(used, 8)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("q=nat&sort=followers", "sort: must be name or absent when q is given"),
        ("min_followers=5&max_followers=1", "min_followers: must not be more than max_followers"),
        ("min_engagement=nan", "min_engagement: must be a number from 0 to 1000000"),
        ("min_followers=-1", "min_followers: must be an integer from 0 to 1000000000000"),
        ("max_followers=many", "max_followers: must be an integer from 0 to 1000000000000"),
        ("verified=perhaps", "verified: must be true or false"),
        ("sort=best", "sort: must be followers, engagement or name"),
    ],
)
def test_contradictory_search_parameters_are_refused(api: TestClient, query: str, named: str) -> None:
    answer = api.get(f"/api/creators/search?{query}")
    assert answer.status_code == 400 and answer.json()["error"].startswith(named)
