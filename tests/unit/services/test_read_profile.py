from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.errors import ProfileNotFound, UpstreamError
from creator_search.domain.jobs import Priority, ProfileType
from creator_search.domain.profiles import MediaType, Post
from creator_search.services.read_profile import ProfileAnswer, ReadProfile
from creator_search.services.request_profile import RequestProfile
from creator_search.services.single_flight import SingleFlight

from tests.fakes import (
    START,
    FakeAbsences,
    FakeClock,
    FakeFlights,
    FakeJobQueue,
    FakeJobStore,
    FakeProfileStore,
    FakeUpstream,
    ids,
    upstream_profile,
)

POST = Post(shortcode="p", media_type=MediaType.REEL, taken_at=START, likes=90, comments=10, views=500)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.profiles = FakeProfileStore()
        self.upstream = FakeUpstream([upstream_profile(posts=(POST,))])
        self.queue = FakeJobQueue()
        self.flights = FakeFlights()
        self.read = ReadProfile(
            profiles=self.profiles,
            absences=FakeAbsences(self.clock),
            source=self.upstream,
            request=RequestProfile(FakeJobStore(self.clock), self.queue, self.clock, ids()),
            flight=SingleFlight(self.flights, self.clock, self.clock.sleep, ids()),
            clock=self.clock,
        )

    def ask(self) -> ProfileAnswer:
        return self.read("ada", self.clock() + timedelta(seconds=22))


@pytest.fixture
def world() -> World:
    return World()


def test_a_miss_is_fetched_once_answered_stored_and_the_full_job_queued(world: World) -> None:
    first = world.ask()
    assert not first.is_cached
    assert first.profile.engagement.rate_by_followers == 100 * (90 + 10) / 1000
    assert [(p, m.source) for p, m in world.queue.sent] == [(Priority.HIGH, "read")]
    assert world.profiles.snapshots == {"ada#2026-01-31": 1000}
    second = world.ask()
    assert second.is_cached and second.profile == first.profile
    assert second.profile.profile_type is ProfileType.SECONDARY
    assert world.upstream.calls == ["ada"]


def test_a_profile_is_fresh_for_24_hours_and_then_fetched_again(world: World) -> None:
    world.ask()
    world.clock.advance(hours=24)
    world.upstream.answers = [upstream_profile(followers=2000)]
    again = world.ask()
    assert not again.is_cached and again.profile.upstream.followers == 2000
    assert again.profile.created_at == START


def test_while_the_upstream_is_down_what_is_stored_is_served_whatever_its_age(world: World) -> None:
    world.ask()
    world.upstream.answers = [UpstreamError()]
    world.clock.advance(days=400)
    answer = world.ask()
    assert answer.is_stale and answer.profile.upstream.followers == 1000


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


def test_a_refresh_keeps_what_only_a_job_can_give(world: World) -> None:
    world.ask()
    stored, fence = world.profiles.profiles["ada"]
    primary = replace(stored, profile_type=ProfileType.PRIMARY, image_key="k", similar_found=7)
    world.profiles.profiles["ada"] = (primary, fence)
    world.queue.sent.clear()
    world.clock.advance(hours=25)
    found = world.ask().profile
    assert (found.profile_type, found.image_key, found.similar_found) == (ProfileType.PRIMARY, "k", 7)
    assert world.queue.sent == []


def test_an_answer_stands_although_its_job_was_refused_and_the_next_reader_asks_again(world: World) -> None:
    world.queue.refuses = True
    assert world.ask().profile.upstream.followers == 1000
    world.queue.refuses = False
    assert not world.ask().is_cached
    assert len(world.queue.sent) == 1
