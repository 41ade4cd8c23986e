import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import ProfileErased, ProfileNotFound, StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.jobs import REFRESH_SOURCE, Priority
from creator_search.domain.locks import LockOutcome
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.pipeline.refresh import REQUEST_INTERVAL
from creator_search.services.reading.stored import DocumentResult

from tests.fakes import World, fetched_profile, post
from tests.fakes.values import stored_profile

POST = post("p", likes=90, comments=10, views=500)


class ReaderWorld(World):
    """A world whose upstream has the profile ada with one post."""

    def __init__(self) -> None:
        super().__init__()
        self.profile_source.answers = [fetched_profile(posts=(POST,))]

    def read(self, name: DocumentName = DocumentName.PROFILE) -> DocumentResult:
        return self.container.creators.read_document("ada", name, self.clock() + timedelta(seconds=22))

    @property
    def sent(self) -> Sequence[tuple[Priority, str]]:
        return [(priority, message.source) for priority, message in self.queue.sent]


def body(result: DocumentResult) -> Any:
    return json.loads(result.document.body)


@pytest.fixture
def world() -> ReaderWorld:
    return ReaderWorld()


def test_a_creator_that_is_not_stored_is_fetched_once_and_stored_and_the_full_job_is_requested(
    world: ReaderWorld,
) -> None:
    first = world.read()
    assert not first.is_cached
    assert body(first)["profile"]["engagement_rate"] == 100 * (90 + 10) / 1000
    assert world.sent == [(Priority.HIGH, "read")]
    assert [s.followers for s in world.profiles.load_snapshots(HistoryKey("ada"), date.min)] == [1000]
    second = world.read()
    assert second.is_cached and second.document == first.document
    assert body(second)["profile"]["profile_type"] == "secondary"
    assert world.profile_source.calls == ["ada"]


def test_fetching_a_profile_stores_the_analytics_too(world: ReaderWorld) -> None:
    world.read()
    analytics = world.read(DocumentName.ANALYTICS)
    assert analytics.is_cached and body(analytics)["engagement"]["sample_size"] == 1
    assert world.profile_source.calls == ["ada"]


@pytest.mark.parametrize(("name", "hours"), [(DocumentName.PROFILE, 24), (DocumentName.ANALYTICS, 6)])
def test_a_document_that_is_too_old_is_returned_as_stale_and_its_refresh_is_requested_once_an_interval(
    world: ReaderWorld, name: DocumentName, hours: int
) -> None:
    world.read()
    world.queue.sent.clear()
    world.clock.advance(hours=hours, seconds=-1)
    assert not world.read(name).is_stale
    assert world.sent == []
    world.clock.advance(seconds=1)
    for _ in range(5):
        assert world.read(name).is_stale
    assert world.sent == [(Priority.MEDIUM, REFRESH_SOURCE)]
    world.clock.time += REQUEST_INTERVAL
    world.read(name)
    assert len(world.queue.sent) == 2
    assert world.profile_source.calls == ["ada"]


def test_while_upstream_and_queue_are_down_a_stored_profile_of_any_age_is_returned(world: ReaderWorld) -> None:
    world.read()
    world.profile_source.answers = [UpstreamError()]
    world.queue.refuses = True
    world.clock.advance(days=400)
    result = world.read()
    assert result.is_stale and body(result)["profile"]["followers"] == 1000


def test_a_missing_document_is_rendered_again_from_what_is_stored(world: ReaderWorld) -> None:
    first = world.read()
    world.documents.rows.clear()
    world.restart()
    again = world.read()
    assert again.is_cached and again.document == first.document
    assert set(world.documents.rows) == {("ada", name) for name in DocumentName}
    assert world.profile_source.calls == ["ada"]


def test_an_unknown_profile_is_unavailable_while_the_upstream_is_down(world: ReaderWorld) -> None:
    world.profile_source.answers = [UpstreamError()]
    with pytest.raises(UpstreamError):
        world.read()


def test_the_absence_of_a_profile_is_cached_for_an_hour(world: ReaderWorld) -> None:
    world.profile_source.answers = [ProfileNotFound("ada")]
    for _ in range(3):
        with pytest.raises(ProfileNotFound):
            world.read()
    assert world.profile_source.calls == ["ada"]
    world.clock.advance(hours=1)
    with pytest.raises(ProfileNotFound):
        world.read()
    assert world.profile_source.calls == ["ada", "ada"]
    assert world.queue.sent == []


def test_when_the_full_job_is_refused_the_reader_has_an_answer_and_the_next_one_requests_the_job_again(
    world: ReaderWorld,
) -> None:
    world.queue.refuses = True
    assert body(world.read())["profile"]["followers"] == 1000
    world.queue.refuses = False
    assert not world.read().is_cached
    assert world.sent == [(Priority.HIGH, "read")]


def test_a_private_profile_shows_only_the_username_and_public_counts(world: ReaderWorld) -> None:
    private = fetched_profile(is_private=True, biography="secret", category="Media", posts=(POST,))
    world.profile_source.answers = [private]
    found = body(world.read())["profile"]
    assert (found["username"], found["followers"], found["posts_count"]) == ("ada", 1000, 3)
    hidden = (
        "full_name",
        "biography",
        "category",
        "external_url",
        "links",
        "contact",
        "engagement_rate",
        "is_business",
    )
    assert {name: found[name] for name in hidden} == dict.fromkeys(hidden)


def test_the_stored_posts_of_a_profile_that_became_private_are_not_shown(world: ReaderWorld) -> None:
    world.read()
    assert body(world.read(DocumentName.ANALYTICS))["posts"]["best"] != []
    stored, fence = world.profiles.rows["ada"]
    world.profiles.rows["ada"] = (replace(stored, is_private=True), fence)
    world.container.document_writer.write("ada")
    analytics = body(world.read(DocumentName.ANALYTICS))
    assert analytics["engagement"]["sample_size"] == 0 and analytics["posts"]["best"] == []
    assert analytics["engagement"]["notes"] == ["engagement: the profile is private"]


def test_sections_read_one_by_one_equal_those_of_the_document(world: ReaderWorld) -> None:
    world.read()
    deadline = world.clock() + timedelta(seconds=5)
    names = [name for name, _ in world.container.creators.read_sections("ada", 90, deadline)]
    document = body(world.read(DocumentName.ANALYTICS))
    assert names == [name for name in document if name not in ("success", "username", "days")]


def test_an_erased_creator_is_not_fetched_again(world: ReaderWorld) -> None:
    world.tombstones.add_tombstone("ada")
    with pytest.raises(ProfileErased):
        world.read()
    assert world.profile_source.calls == [] and world.queue.sent == []


def test_documents_that_cannot_be_saved_are_still_returned(world: ReaderWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.read()
    world.documents.rows.clear()
    world.restart()

    def refuse(username: str, name: DocumentName, document: Document) -> bool:
        raise StoreUnavailable()

    monkeypatch.setattr(world.documents, "save_document", refuse)
    assert body(world.read())["profile"]["followers"] == 1000
    assert world.documents.rows == {}


def test_documents_of_the_same_profile_that_were_rendered_earlier_do_not_replace_later_ones(
    world: ReaderWorld,
) -> None:
    world.read()
    writer = world.container.document_writer
    earlier = writer.render_stored(world.profiles.rows["ada"][0])
    world.clock.advance(seconds=1)
    world.profiles.set_profile_image(stored_profile("ada"), Image("k", "v2"))
    writer.write("ada")
    assert not writer.save("ada", earlier)
    assert body(world.read())["profile"]["profile_image_url"] == "https://cdn.test/k?v=v2"


def test_a_caller_that_waits_for_anothers_fetch_of_the_same_profile_reads_what_it_stored(world: ReaderWorld) -> None:
    world.locks.acquire("profile#ada", "other", 30)

    def the_other_fetch_ends() -> None:
        world.locks.release("profile#ada", "other", LockOutcome())
        assert not world.read().is_cached

    world.clock.on_sleep = the_other_fetch_ends
    assert world.read().is_cached
    assert world.profile_source.calls == ["ada"]


def test_a_caller_does_not_wait_for_anothers_fetch_beyond_its_deadline(world: ReaderWorld) -> None:
    world.locks.acquire("profile#ada", "other", 60)
    deadline = world.clock() + timedelta(seconds=22)
    with pytest.raises(UpstreamError, match="takes too long"):
        world.read()
    assert world.clock() < deadline
    assert world.profile_source.calls == []
