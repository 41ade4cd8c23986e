"""CreatorIndex, over the indexes of the table and over the search engine, and CreatorDocuments."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile
from creator_search.domain.search import CreatorQuery, CreatorSort, ListedCreator, folded
from creator_search.services.ports import CreatorIndex

from tests.collection import Collection
from tests.fakes import START, FakeClock
from tests.fakes.values import stored_profile

Store = Callable[..., None]


@pytest.fixture
def container(aws: dict[str, str]) -> Container:
    return Container.for_tests(clock=FakeClock())


@pytest.fixture(params=["table", "engine"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "engine":
        request.getfixturevalue("collection")
    return str(request.param)


@pytest.fixture
def index(container: Container, kind: str) -> CreatorIndex:
    return container.creator_index


@pytest.fixture
def store(container: Container, kind: str, request: pytest.FixtureRequest) -> Store:
    """Makes these creators those that searches find."""

    def in_table(*profiles: Profile) -> None:
        for profile in profiles:
            container.profile_store.save_profile(profile, fence=1, over=None)

    def in_engine(*profiles: Profile) -> None:
        container.creator_documents.create_index()
        listed = {profile.username: ListedCreator.of(profile) for profile in profiles}
        assert not container.creator_documents.replace(listed)
        request.getfixturevalue("collection").refresh()

    return in_table if kind == "table" else in_engine


def creator(username: str, *, rate: float | None = None, **changes: Any) -> Profile:
    engagement = replace(Engagement(), engagement_rate=rate)
    return stored_profile(username, **{"engagement": engagement, "full_name": "", "category": None, **changes})


def listing(index: CreatorIndex, query: CreatorQuery, limit: int) -> Iterator[ListedCreator]:
    after = None
    while True:
        page = index.search(query, limit, after)
        assert len(page.creators) <= limit
        yield from page.creators
        if page.after is None:
            return
        after = page.after


def test_a_search_returns_every_field_of_a_creator(index: CreatorIndex, store: Store) -> None:
    full = creator(
        "ada.lopez",
        rate=2.5,
        full_name="Ada  López 🎨",
        followers=10**12,
        following=7,
        posts_count=0,
        is_verified=True,
        category="Digital Creator",
        language="en",
        profile_type=ProfileType.SECONDARY,
        updated_at=START + timedelta(microseconds=1),
        image=Image("profiles/ada.lopez/profile.jpg", "v1"),
    )
    bare = creator("ben", followers=0, following=None, posts_count=None, language=None, image=None)
    store(full, bare)
    found = index.search(CreatorQuery(), 10, None)
    assert found.creators == (ListedCreator.of(full), ListedCreator.of(bare))
    assert found.after is None


def test_a_private_creator_is_not_listed(index: CreatorIndex, store: Store) -> None:
    store(creator("ada", followers=2), creator("ben", is_private=True))
    assert [found.username for found in index.search(CreatorQuery(), 10, None).creators] == ["ada"]


def test_nothing_is_found_in_an_empty_index(index: CreatorIndex, store: Store) -> None:
    store()
    assert index.search(CreatorQuery(category="media"), 10, None).creators == ()


def test_a_category_that_another_one_contains_does_not_match(index: CreatorIndex, store: Store) -> None:
    store(creator("ada", category="Media"), creator("ben", category="Media company"), creator("cleo"))
    assert [found.username for found in listing(index, CreatorQuery(category="mEdia"), 10)] == ["ada"]


def test_creators_of_equal_figures_are_each_listed_once(index: CreatorIndex, store: Store) -> None:
    names = [f"creator.{number}" for number in range(12)]
    store(*(creator(name, followers=5) for name in names))
    for sort in CreatorSort:
        assert sorted(each.username for each in listing(index, CreatorQuery(sort=sort), 5)) == sorted(names)


_CATEGORIES, _LANGUAGES = ("Media", "media", "Artist", None), ("en", "es", None)
_NAMES = ("Nat Geo", "nat photo", "Ｎａｔａｌｉｅ  Zoe", "Žofie", "", "zoe")


def creators(seed: int) -> list[Profile]:
    draw = random.Random(seed)
    return [
        creator(
            f"{draw.choice(('nat', 'zoe', 'n_', 'a.'))}{number}",
            rate=draw.choice((None, 0, 0.5, 1.5, round(draw.uniform(0, 20), 4))),
            full_name=draw.choice(_NAMES),
            followers=draw.choice((0, 10, 10, draw.randrange(10**6))),
            category=draw.choice(_CATEGORIES),
            language=draw.choice(_LANGUAGES),
            is_verified=draw.random() < 0.3,
            is_private=draw.random() < 0.1,
        )
        for number in range(60)
    ]


def queries(seed: int) -> list[CreatorQuery]:
    draw = random.Random(seed)

    def maybe(value: Any) -> Any:
        return value if draw.random() < 0.4 else None

    drawn = []
    for _ in range(25):
        prefix = maybe(folded(draw.choice(("n", "nat", "NAT g", "natalie z", "ž", "zoe", "none", "a."))))
        low = maybe(draw.choice((0, 1, 10, 1000)))
        query = CreatorQuery(
            category=maybe(draw.choice(("MEDIA", "artist", "none"))),
            language=maybe(draw.choice(("en", "es"))),
            min_followers=low,
            max_followers=maybe((low or 0) + draw.choice((0, 10, 10**5))),
            min_engagement=maybe(draw.choice((0, 0.5, 1.6))),
            verified=maybe(draw.random() < 0.5),
            prefix=prefix,
            sort=CreatorSort.NAME if prefix else draw.choice(list(CreatorSort)),
        )
        drawn.append(query)
    return drawn


def matches(query: CreatorQuery, each: ListedCreator) -> bool:
    """What a search is to find, written without an index."""
    rate, names = each.engagement_rate, (each.username, folded(each.full_name))
    return (
        (query.category is None or folded(each.category or "") == folded(query.category))
        and (query.language is None or each.language == query.language)
        and (query.min_followers is None or each.followers >= query.min_followers)
        and (query.max_followers is None or each.followers <= query.max_followers)
        and (query.min_engagement is None or (rate is not None and rate >= query.min_engagement))
        and (query.verified is None or each.is_verified == query.verified)
        and (query.prefix is None or any(name.startswith(query.prefix) for name in names))
    )


_RANK: dict[CreatorSort, Callable[[ListedCreator], Any]] = {
    CreatorSort.FOLLOWERS: lambda each: -each.followers,
    CreatorSort.ENGAGEMENT: lambda each: 1 if each.engagement_rate is None else -each.engagement_rate,
    CreatorSort.NAME: lambda each: each.username,
}


@pytest.mark.parametrize("seed", [1, 2])
def test_any_search_finds_what_a_comparison_of_all_creators_finds(
    index: CreatorIndex, store: Store, kind: str, seed: int
) -> None:
    stored = creators(seed)
    store(*stored)
    listed = list(filter(None, map(ListedCreator.of, stored)))
    for query in queries(seed):
        wanted = [each for each in listed if matches(query, each)]
        found = list(listing(index, query, 7))
        assert sorted(found, key=_RANK[CreatorSort.NAME]) == sorted(wanted, key=_RANK[CreatorSort.NAME]), query
        # The table has found names in their own order, the engine in that of the usernames.
        if query.prefix is None or kind == "engine":
            ranks = [_RANK[query.sort](each) for each in found]
            assert ranks == sorted(ranks), query


# The search engine alone


@pytest.fixture
def engine(container: Container, collection: Collection) -> Container:
    container.creator_documents.create_index()
    return container


def test_the_index_is_created_once(engine: Container, collection: Collection) -> None:
    assert not engine.creator_documents.create_index()
    assert [method for method, _, _ in collection.requests] == ["PUT", "PUT"]


def test_a_document_is_replaced_and_deleted(engine: Container, collection: Collection) -> None:
    ada, documents = ListedCreator.of(creator("ada", language="en")), engine.creator_documents
    assert ada
    documents.replace({"ada": ada})
    documents.replace({"ada": replace(ada, language=None), "ben": None})
    assert "language" not in collection.documents()["ada"]
    documents.replace({"ada": None})
    assert collection.documents() == {}


def test_a_page_of_the_engine_is_short_only_at_the_end(engine: Container, collection: Collection) -> None:
    listed = {f"ada{n}": ListedCreator.of(creator(f"ada{n}", is_verified=n % 40 == 0)) for n in range(120)}
    engine.creator_documents.replace(listed)
    collection.refresh()
    first = engine.creator_index.search(CreatorQuery(verified=True), 2, None)
    assert len(first.creators) == 2 and first.after
    last = engine.creator_index.search(CreatorQuery(verified=True), 2, first.after)
    assert len(last.creators) == 1 and last.after is None


INCOMPLETE = [
    b'{"timed_out": true, "_shards": {"failed": 0}, "hits": {"hits": []}}',
    b'{"timed_out": false, "_shards": {"failed": 1}, "hits": {"hits": []}}',
    b"not json",
    b"{}",
    b"[]",
]


@pytest.mark.parametrize("answer", INCOMPLETE)
def test_an_incomplete_answer_is_no_answer(engine: Container, collection: Collection, answer: bytes) -> None:
    collection.scripted = [(200, answer)] * 5
    with pytest.raises(StoreUnavailable):
        engine.creator_index.search(CreatorQuery(), 10, None)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_engine_is_asked_again(collection: Collection, status: int) -> None:
    waited: list[float] = []
    container = Container.for_tests(sleep=waited.append)
    container.creator_documents.create_index()
    collection.scripted = [(status, b"")] * 2
    assert container.creator_index.search(CreatorQuery(), 10, None).creators == ()
    assert waited == [0.5, 1]


@pytest.mark.usefixtures("aws")
def test_an_engine_that_stays_down_is_not_asked_for_a_while(collection: Collection) -> None:
    container = Container.for_tests(clock=FakeClock(), sleep=lambda _: None)
    collection.scripted = [(503, b"")] * 9
    for _ in range(4):
        with pytest.raises(StoreUnavailable):
            container.creator_index.search(CreatorQuery(), 10, None)
    assert len(collection.requests) == 9
    assert container.breaker_store.load_breakers(["search"])["search"].open_until


def test_a_document_that_the_engine_refuses_is_named_and_the_others_are_written(
    engine: Container, collection: Collection
) -> None:
    ada, ben = (ListedCreator.of(creator(name)) for name in ("ada", "ben"))
    assert ada and ben
    bad = replace(ada, followers=2**64)  # more than the engine's numbers have
    assert engine.creator_documents.replace({"ada": bad, "ben": ben}) == ["ada"]
    assert set(collection.documents()) == {"ben"}


def test_a_document_that_was_not_written_is_a_failure(engine: Container, collection: Collection) -> None:
    busy = b'{"items": [{"index": {"_id": "ada", "status": 429, "error": {"type": "rejected_execution_exception"}}}]}'
    collection.scripted = [(200, busy)]
    with pytest.raises(StoreUnavailable):
        engine.creator_documents.replace({"ada": ListedCreator.of(creator("ada"))})


@pytest.mark.parametrize("answer", [b"{}", b'{"items": [{"index": {"_id": "ada", "status": 200}}]}'])
def test_an_answer_that_does_not_name_every_document_is_a_failure(
    engine: Container, collection: Collection, answer: bytes
) -> None:
    collection.scripted = [(200, answer)]
    with pytest.raises(StoreUnavailable):
        engine.creator_documents.replace({"ada": ListedCreator.of(creator("ada")), "ben": None})


@pytest.mark.usefixtures("aws")
def test_a_request_with_another_key_is_refused(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    collection.scripted = []
    monkeypatch.setattr("tests.collection.SECRET_KEY", "of another account")
    with pytest.raises(StoreUnavailable) as raised:
        Container.for_tests(sleep=lambda _: None).creator_documents.create_index()
    assert "the signature does not match" in str(raised.value.__cause__)
    assert collection.requests == []
