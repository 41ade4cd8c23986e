"""The index of the search engine: filled from the stream of the table, repaired, and searched through the API."""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import boto3
import pytest
from creator_search import catalogue
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import OPTIONAL_FUNCTIONS, Table
from creator_search.config import resource_name
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.search import CreatorQuery, ListedCreator
from creator_search.services.creator_index import CreatorIndexRepair, Repair, RepairPart
from fastapi.testclient import TestClient

from infra.local import roles
from infra.local.context import LocalContext
from tests.collection import Collection
from tests.fakes.values import erased
from tests.integration.pages import pages
from tests.seeds import numbered_post, store_creator

Stream = Callable[[], Mapping[str, Any]]


@pytest.fixture
def stream(aws: dict[str, str], collection: Collection) -> Stream:
    """Return a function that returns an event with what the stream has got since its last call."""
    table = process_container().dynamodb.update_table(
        TableName=resource_name(Table.PROFILES),
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    # moto knows the address only with a path.
    address = "https://streams.dynamodb.us-east-1.amazonaws.com/"
    client: Any = boto3.client("dynamodbstreams", endpoint_url=address)
    arn = table["LatestStreamArn"]
    [shard] = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    iterator = [start["ShardIterator"]]
    process_container().creator_documents.create_index()

    def event() -> Mapping[str, Any]:
        found = client.get_records(ShardIterator=iterator[0])
        iterator[0] = found["NextShardIterator"]
        return {"Records": found["Records"]}

    return event


def invoke(name: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
    row = OPTIONAL_FUNCTIONS[name]
    handler = importlib.import_module(f"{catalogue.folder(row).replace('/', '.')}.handler").handler
    with roles.acting_as(name):
        answer = handler(event, LocalContext(name, row.timeout_seconds))
    done: Mapping[str, Any] = json.loads(json.dumps(answer))  # as Lambda returns it
    return done


def repaired(event: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    done = event or {}
    while done.get("part", RepairPart.INDEXED):
        done = invoke("repair_creator_index", done)
    return done


def stored_as_listed() -> dict[str, ListedCreator]:
    found = process_container().table_creators.search(CreatorQuery(), 100, None).creators
    return {each.username: each for each in found}


def indexed(collection: Collection) -> dict[str, ListedCreator]:
    collection.refresh()
    found = process_container().engine_creators.search(CreatorQuery(), 100, None).creators
    return {each.username: each for each in found}


def test_what_changes_in_the_table_changes_in_the_index(stream: Stream, collection: Collection) -> None:
    store_creator(numbered_post(1, likes=9), username="ada", full_name="Ada Lopez", category="Media")
    store_creator(username="ben")
    assert invoke("index_creators", stream()) == {"changed": 2, "refused": [], "unreadable": []}
    assert indexed(collection) == stored_as_listed() and set(stored_as_listed()) == {"ada", "ben"}
    profiles = process_container().profile_store
    ada = profiles.load_profile("ada")
    assert ada
    profiles.set_analysis_result(ada, "en", ada.updated_at)
    profiles.save_profile(replace(ada, language="en", followers=77), fence=2, over=ada)
    invoke("index_creators", stream())
    assert indexed(collection) == stored_as_listed()
    assert (indexed(collection)["ada"].language, indexed(collection)["ada"].followers) == ("en", 77)


def test_an_erased_creator_and_one_that_turned_private_leave_the_index(stream: Stream, collection: Collection) -> None:
    ada, _ = store_creator(username="ada"), store_creator(username="ben")
    invoke("index_creators", stream())
    profiles = process_container().profile_store
    profiles.save_profile(replace(ada, is_private=True), fence=2, over=ada)
    assert erased(profiles, "ben")
    assert invoke("index_creators", stream()) == {"changed": 2, "refused": [], "unreadable": []}
    assert collection.documents() == {}


def test_a_batch_that_is_delivered_again_has_the_same_effect(stream: Stream, collection: Collection) -> None:
    store_creator(username="ada")
    batch = stream()
    collection.scripted = [(503, b"")] * 3
    with pytest.raises(StoreUnavailable):
        process_container().creator_indexer.apply(process_container().profile_changes.read(batch["Records"]).profiles)
    for _ in range(2):
        invoke("index_creators", batch)
    assert set(collection.documents()) == {"ada"}


def test_only_the_profiles_of_a_stream_are_read(stream: Stream) -> None:
    store_creator(numbered_post(1), numbered_post(2), username="ada")
    records = stream()["Records"]
    assert len(records) > 4  # posts, a snapshot, a name, documents
    assert set(process_container().profile_changes.read(records).profiles) == {"ada"}


def changed_to(username: str, **image: Any) -> Mapping[str, Any]:
    keys = {"username": {"S": username}, "item": {"S": "profile"}}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "NewImage": {**keys, **image}}}


@pytest.mark.parametrize(
    "image",
    [
        {"updated_at": {"S": "yesterday"}},
        {"engagement": {"NULL": True}},
        {"links": {"L": [{"S": "https://ada.example"}]}},
    ],
)
def test_a_profile_that_cannot_be_read_leaves_the_index_and_does_not_stop_the_stream(
    stream: Stream, collection: Collection, image: Mapping[str, Any]
) -> None:
    ada, _ = store_creator(username="ada"), store_creator(username="ben")
    invoke("index_creators", stream())
    assert erased(process_container().profile_store, "ben")
    batch = {"Records": [changed_to("ada", **image), *stream()["Records"]]}
    assert invoke("index_creators", batch) == {"changed": 2, "refused": [], "unreadable": ["ada"]}
    assert collection.documents() == {}
    process_container().profile_store.save_profile(replace(ada, followers=3), fence=2, over=ada)
    batch = {"Records": [changed_to("ada", **image), *stream()["Records"]]}
    assert invoke("index_creators", batch) == {"changed": 1, "refused": [], "unreadable": []}
    assert indexed(collection) == stored_as_listed() and set(stored_as_listed()) == {"ada"}


@pytest.mark.usefixtures("aws")
def test_a_repair_makes_the_index_and_fills_it(collection: Collection) -> None:
    for number in range(30):
        store_creator(username=f"creator.{number}", followers=number, is_private=number == 7, documents=False)
    assert repaired()["refused"] == 0
    assert indexed(collection) == stored_as_listed() and len(stored_as_listed()) == 29


@pytest.mark.usefixtures("aws")
def test_a_repair_ends_what_a_lost_change_has_left(collection: Collection) -> None:
    container, ada = process_container(), store_creator(username="ada", followers=5)
    gone, stale = replace(ada, username="gone"), replace(ada, followers=1)
    container.creator_documents.create_index()
    container.creator_documents.replace({p.username: ListedCreator.of(p) for p in (gone, stale)})
    collection.refresh()
    repaired()
    assert indexed(collection) == stored_as_listed() and set(stored_as_listed()) == {"ada"}


@pytest.mark.usefixtures("aws")
def test_a_profile_that_cannot_be_read_keeps_no_erased_creator_in_the_index(collection: Collection) -> None:
    container, ada = process_container(), store_creator(username="ada")
    container.creator_documents.create_index()
    container.creator_documents.replace({"gone": ListedCreator.of(replace(ada, username="gone"))})
    collection.refresh()
    container.dynamodb.update_item(
        TableName=resource_name(Table.PROFILES),
        Key={"username": {"S": "ada"}, "item": {"S": "profile"}},
        UpdateExpression="SET updated_at = :at",
        ExpressionAttributeValues={":at": {"S": "yesterday"}},
    )
    with pytest.raises(ValueError, match="yesterday"):
        repaired()
    assert collection.documents() == {}


@pytest.mark.usefixtures("aws")
def test_a_step_of_a_repair_ends_at_its_deadline_and_the_next_one_goes_on(collection: Collection) -> None:
    store_creator(username="ada")
    repair = process_container().creator_index_repair
    first = repair.repair(Repair(), lambda: False)
    assert first == Repair(part=RepairPart.STORED, examined=0)
    collection.refresh()
    assert repair.repair(first, lambda: False) == Repair(part=None, examined=1)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("part", RepairPart)
def test_a_repair_whose_index_was_deleted_makes_it_again_and_starts_anew(
    collection: Collection, part: RepairPart
) -> None:
    store_creator(username="ada")
    first = process_container().creator_index_repair.repair(Repair(), lambda: False)
    collection.clear()
    invoke("repair_creator_index", {**asdict(first), "part": part})
    _, answer = collection.send("GET", f"/{catalogue.SEARCH_INDEX}/_mapping")
    [made] = json.loads(answer).values()
    assert made["mappings"]["properties"]["username"] == {"type": "keyword"}
    assert set(indexed(collection)) == {"ada"}


@pytest.mark.usefixtures("aws")
def test_a_repair_reads_the_profiles_consistently(collection: Collection) -> None:
    reads: list[Any] = []
    store_creator(username="ada")
    events = process_container().dynamodb.meta.events
    events.register("before-call.dynamodb.BatchGetItem", lambda params, **_: reads.append(json.loads(params["body"])))
    repaired()
    assert reads and all(table["ConsistentRead"] for read in reads for table in read["RequestItems"].values())


def test_the_function_of_the_stream_needs_nothing_but_the_search_engine(
    aws: dict[str, str], collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_creator(username="ada")
    repaired()
    assert set(collection.documents()) == {"ada"}
    for name in aws:
        monkeypatch.delenv(name)
    process_container.cache_clear()
    keys = {"username": {"S": "ada"}, "item": {"S": "profile"}}
    invoke("index_creators", {"Records": [{"eventName": "REMOVE", "dynamodb": {"Keys": keys}}]})
    assert collection.documents() == {}
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    process_container.cache_clear()


class ChangingDocuments:
    """Applies a change of the table just after it was read, before its older state is written."""

    def __init__(self, change: Callable[[], None]) -> None:
        self._changes = [change]

    def create_index(self) -> bool:
        return process_container().creator_documents.create_index()

    def replace(self, creators: Mapping[str, ListedCreator | None]) -> Any:
        if self._changes:
            self._changes.pop()()
        return process_container().creator_documents.replace(creators)


@pytest.mark.parametrize("erases", [True, False])
def test_a_repair_does_not_bring_back_what_changed_meanwhile(
    stream: Stream, collection: Collection, erases: bool
) -> None:
    container, ada = process_container(), store_creator(username="ada", documents=False)

    def change() -> None:
        if erases:
            erased(container.profile_store, "ada")
        else:
            container.profile_store.save_profile(replace(ada, followers=99), fence=2, over=ada)
        invoke("index_creators", stream())

    repair = CreatorIndexRepair(
        profiles=container.profile_store,
        documents=ChangingDocuments(change),
        stored=container.table_creators,
        indexed=container.engine_creators,
    )
    repair.repair(Repair(part=RepairPart.STORED), lambda: False)
    assert indexed(collection) == stored_as_listed()
    assert [each.followers for each in indexed(collection).values()] == ([] if erases else [99])


def test_a_cursor_of_the_other_index_is_refused(api: TestClient, collection: Collection) -> None:
    store_creator(username="ada", followers=2)
    store_creator(username="ben", followers=1)
    repaired()
    collection.refresh()
    container, cursors = process_container(), {}
    for kind in ("engine_creators", "table_creators"):
        container.__dict__["creator_index"] = getattr(container, kind)
        cursors[kind] = api.get("/api/creators/search?limit=1").json()["meta"]["next_cursor"]
        found = list(pages(api, "/api/creators/search", limit=1))
        assert [each["username"] for page in found for each in page["data"]] == ["ada", "ben"]
    for kind, other in zip(cursors, reversed(cursors), strict=True):
        container.__dict__["creator_index"] = getattr(container, kind)
        answer = api.get(f"/api/creators/search?limit=1&cursor={cursors[other]}")
        assert answer.status_code == 400
        assert answer.json()["error"] == "cursor: must be the next_cursor of an answer to the same request"


def test_a_search_is_503_while_the_engine_is_down(api: TestClient, collection: Collection) -> None:
    collection.scripted = [(503, b"")] * 3
    process_container().__dict__["sleep"] = lambda _: None
    answer = api.get("/api/creators/search")
    assert (answer.status_code, answer.json()["error"]) == (503, "The data store is not available")
    assert answer.headers["Retry-After"]
