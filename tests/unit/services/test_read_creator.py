import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import ProfileErased, ProfileNotFound, StoreUnavailable, UpstreamError
from creator_search.domain.jobs import REFRESH_SOURCE, Priority
from creator_search.domain.profiles import MediaType, Post
from creator_search.services.ask_refresh import AskRefresh
from creator_search.services.read_creator import DocumentAnswer, ReadCreator
from creator_search.services.request_profile import RequestProfile
from creator_search.services.single_flight import SingleFlight

from tests.fakes import (
    START,
    FakeAbsences,
    FakeClock,
    FakeFlights,
    FakeJobQueue,
    FakeJobStore,
    FakeStores,
    FakeTombstones,
    FakeUpstream,
    ids,
    upstream_profile,
)

POST = Post(shortcode="p", media_type=MediaType.REEL, taken_at=START, likes=90, comments=10, views=500)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stores = FakeStores(self.clock)
        self.upstream = FakeUpstream([upstream_profile(posts=(POST,))])
        self.queue = FakeJobQueue()
        self.tombstones = FakeTombstones()
        self.read = ReadCreator(
            profiles=self.stores.profiles,
            posts=self.stores.posts,
            documents=self.stores.documents,
            write=self.stores.write,
            absences=FakeAbsences(self.clock),
            tombstones=self.tombstones,
            source=lambda: self.upstream,
            request=RequestProfile(FakeJobStore(self.clock), self.queue, self.clock, ids()),
            refresh=AskRefresh(self.queue, self.clock, ids()),
            flight=SingleFlight(FakeFlights(), self.clock, self.clock.sleep, ids()),
            clock=self.clock,
        )

    def ask(self, name: DocumentName = DocumentName.PROFILE) -> DocumentAnswer:
        return self.read.document("ada", name, self.clock() + timedelta(seconds=22))

    @property
    def sent(self) -> list[tuple[Priority, str]]:
        return [(priority, message.source) for priority, message in self.queue.sent]


def body(answer: DocumentAnswer) -> Any:
    return json.loads(answer.document.body)


@pytest.fixture
def world() -> World:
    return World()


def test_a_miss_is_fetched_once_answered_stored_and_the_full_job_queued(world: World) -> None:
    first = world.ask()
    assert not first.is_cached
    assert body(first)["profile"]["engagement_rate"] == 100 * (90 + 10) / 1000
    assert world.sent == [(Priority.HIGH, "read")]
    assert [s.followers for s in world.stores.profiles.snapshots("ada", START.date())] == [1000]
    second = world.ask()
    assert second.is_cached and second.document == first.document
    assert body(second)["profile"]["profile_type"] == "secondary"
    assert world.upstream.calls == ["ada"]


def test_a_miss_writes_the_analytics_too(world: World) -> None:
    world.ask()
    analytics = world.ask(DocumentName.ANALYTICS)
    assert analytics.is_cached and body(analytics)["engagement"]["sample_size"] == 1
    assert world.upstream.calls == ["ada"]


@pytest.mark.parametrize(("name", "hours"), [(DocumentName.PROFILE, 24), (DocumentName.ANALYTICS, 6)])
def test_what_has_grown_old_is_served_as_stale_and_asked_for_anew_once(
    world: World, name: DocumentName, hours: int
) -> None:
    world.ask()
    world.queue.sent.clear()
    world.clock.advance(hours=hours, seconds=-1)
    assert not world.ask(name).is_stale
    world.clock.advance(seconds=1)
    for _ in range(5):
        assert world.ask(name).is_stale
    assert world.sent == [(Priority.MEDIUM, REFRESH_SOURCE)]
    world.clock.advance(minutes=1)
    world.ask(name)
    assert len(world.queue.sent) == 2
    assert world.upstream.calls == ["ada"]


def test_while_everything_else_is_down_what_is_stored_is_served_whatever_its_age(world: World) -> None:
    world.ask()
    world.upstream.answers = [UpstreamError()]
    world.queue.refuses = True
    world.clock.advance(days=400)
    answer = world.ask()
    assert answer.is_stale and body(answer)["profile"]["followers"] == 1000


def test_a_document_that_is_gone_is_built_again_from_the_rows(world: World) -> None:
    first = world.ask()
    world.stores.documents.rows.clear()
    again = world.ask()
    assert again.is_cached and again.document == first.document
    assert world.upstream.calls == ["ada"]


def test_an_unknown_profile_is_503_while_the_upstream_is_down(world: World) -> None:
    world.upstream.answers = [UpstreamError()]
    with pytest.raises(UpstreamError):
        world.ask()


def test_that_a_profile_does_not_exist_is_remembered_for_an_hour(world: World) -> None:
    world.upstream.answers = [ProfileNotFound("ada")]
    for _ in range(3):
        with pytest.raises(ProfileNotFound):
            world.ask()
    assert world.upstream.calls == ["ada"]
    world.clock.advance(hours=1)
    with pytest.raises(ProfileNotFound):
        world.ask()
    assert world.upstream.calls == ["ada", "ada"]
    assert world.queue.sent == []


def test_an_answer_stands_although_its_job_was_refused_and_the_next_reader_asks_again(world: World) -> None:
    world.queue.refuses = True
    assert body(world.ask())["profile"]["followers"] == 1000
    world.queue.refuses = False
    assert not world.ask().is_cached
    assert len(world.queue.sent) == 1


def test_of_a_private_profile_there_are_the_handle_and_public_counts_only(world: World) -> None:
    world.upstream.answers = [upstream_profile(is_private=True, biography="secret", category="Media", posts=(POST,))]
    found = body(world.ask())["profile"]
    assert (found["username"], found["followers"], found["posts_count"]) == ("ada", 1000, 3)
    hidden = ("full_name", "biography", "category", "external_url", "bio_links", "engagement_rate", "is_business")
    assert {name: found[name] for name in hidden} == dict.fromkeys(hidden)


def test_a_profile_that_went_private_shows_nothing_of_the_posts_that_were_stored(world: World) -> None:
    world.ask()
    stored, fence = world.stores.profiles.rows["ada"]
    private = replace(stored, upstream=replace(stored.upstream, is_private=True))
    world.stores.profiles.rows["ada"] = (private, fence)
    world.stores.write("ada")
    analytics = body(world.ask(DocumentName.ANALYTICS))
    assert analytics["engagement"]["sample_size"] == 0 and analytics["posts"]["best"] == []
    assert analytics["engagement"]["notes"] == ["engagement: the profile is private"]


def test_sections_come_one_by_one_and_are_those_of_the_document(world: World) -> None:
    world.ask()
    deadline = world.clock() + timedelta(seconds=5)
    names = [name for name, _ in world.read.sections("ada", 90, deadline)]
    document = body(world.ask(DocumentName.ANALYTICS))
    assert names == [name for name in document if name not in ("success", "username", "days")]


def test_an_erased_creator_is_never_fetched_again(world: World) -> None:
    world.tombstones.bury("ada")
    with pytest.raises(ProfileErased):
        world.ask()
    assert world.upstream.calls == [] and world.queue.sent == []


def test_documents_that_cannot_be_saved_are_served_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ask()
    world.stores.documents.rows.clear()

    def refuse(username: str, name: DocumentName, document: Document) -> None:
        raise StoreUnavailable()

    monkeypatch.setattr(world.stores.documents, "save", refuse)
    assert body(world.ask())["profile"]["followers"] == 1000


def test_of_two_writers_the_one_that_read_later_stands(world: World) -> None:
    world.ask()
    slow = world.stores.write.made("ada")
    world.clock.advance(seconds=1)
    stored, fence = world.stores.profiles.rows["ada"]
    world.stores.profiles.rows["ada"] = (replace(stored, image_key="k", image_version="v2"), fence)
    world.stores.write("ada")
    world.stores.write.save("ada", slow)
    assert body(world.ask())["profile"]["profile_image_url"] == "https://cdn.test/k?v=v2"
