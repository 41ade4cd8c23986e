from datetime import timedelta

import pytest
from creator_search.domain.answers import FlightOutcome
from creator_search.domain.errors import (
    CacheClearingFailed,
    ProfileErased,
    ProfileNotFound,
    Unavailable,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
)
from creator_search.services.cache_statistics import read_cache_statistics
from creator_search.services.clear_similar_cache import ClearSimilarCache
from creator_search.services.copy_images import CopyImages
from creator_search.services.find_similar import FindSimilar
from creator_search.services.finish_similar_images import FinishSimilarImages
from creator_search.services.similar_profiles import SimilarAnswer, SimilarProfiles
from creator_search.services.single_flight import SingleFlight

from tests.fakes import (
    START,
    FakeCdn,
    FakeClock,
    FakeFlights,
    FakeImages,
    FakeMetrics,
    FakeSimilarStore,
    FakeTasks,
    FakeTombstones,
    FakeUpstream,
    accounts,
    ids,
)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.upstream = FakeUpstream([accounts("ben", "cleo", "dana")])
        self.store = FakeSimilarStore(self.clock)
        self.flights = FakeFlights()
        self.flight = SingleFlight(self.flights, self.clock, self.clock.sleep, ids())
        self.tombstones = FakeTombstones()
        self.images = FakeImages()
        self.tasks = FakeTasks()
        self.metrics = FakeMetrics()
        self.cdn = FakeCdn()
        self.copy = CopyImages(self.images, self.images, self.clock)
        self.similar = self.build(self.upstream)
        self.clear = ClearSimilarCache(self.store, self.images, self.cdn, self.metrics, timer=lambda: 0.0)

    def build(self, source: FakeUpstream | None) -> SimilarProfiles:
        return SimilarProfiles(
            find=FindSimilar(source, self.clock, self.clock.sleep) if source else None,
            store=self.store,
            tombstones=self.tombstones,
            flight=self.flight,
            images=self.images,
            copy_images=self.copy,
            tasks=self.tasks,
            metrics=self.metrics,
            clock=self.clock,
            new_id=ids(),
        )

    def ask(self, username: str = "ada", limit: int = 20, *, force_refresh: bool = False) -> SimilarAnswer:
        deadline = self.clock() + timedelta(seconds=22)
        return self.similar(username, limit=limit, force_refresh=force_refresh, deadline=deadline)


@pytest.fixture
def world() -> World:
    return World()


def names(answer: SimilarAnswer) -> list[str]:
    return [p.username for p in answer.profiles]


def test_the_first_answer_is_fresh_and_the_next_cached(world: World) -> None:
    first, second = world.ask(), world.ask()
    assert not first.is_cached and second.is_cached
    assert names(first) == names(second) == ["ben", "cleo", "dana"]
    assert [p.rank for p in second.profiles] == [1, 2, 3]
    assert world.upstream.calls == ["ada"]
    assert set(world.images.stored) == {f"similar/ada/{n}_profile.jpg" for n in ("ben", "cleo", "dana")}
    assert world.metrics.counts == {"SimilarCacheMiss": 1, "SimilarCacheHit": 1}


def test_the_cache_lasts_24_hours_from_the_fetch_and_never_slides(world: World) -> None:
    world.ask()
    world.clock.advance(hours=23, minutes=59)
    assert world.ask().is_cached
    world.clock.advance(minutes=1)
    assert not world.ask().is_cached


def test_a_smaller_set_satisfies_a_larger_limit_only_if_the_upstream_had_no_more(world: World) -> None:
    assert len(world.ask(limit=2).profiles) == 2
    assert not world.ask(limit=3).is_cached
    assert world.ask(limit=80).is_cached


def test_an_image_that_fails_costs_only_itself(world: World) -> None:
    world.images.bad = {"https://images.test/cleo.jpg"}
    fresh = world.ask()
    assert [p.image_key is not None for p in fresh.profiles] == [True, False, True]
    assert names(world.ask()) == ["ben", "dana"]
    assert [p.rank for p in world.ask().profiles] == [1, 3]


def test_a_set_without_any_image_is_not_kept(world: World) -> None:
    world.images.bad = {f"https://images.test/{n}.jpg" for n in ("ben", "cleo", "dana")}
    assert len(world.ask().profiles) == 3
    assert not world.ask().is_cached


def test_a_failure_is_tried_again_after_two_seconds(world: World) -> None:
    world.upstream.answers = [UpstreamError(), accounts("ben")]
    assert names(world.ask()) == ["ben"]
    assert world.clock() == START + timedelta(seconds=2)


@pytest.mark.parametrize("unknown", [ProfileNotFound("jane_doe99"), ()])
def test_spelling_variations_follow_an_unknown_name_and_are_not_stored_under_the_name_asked_for(
    world: World, unknown: object
) -> None:
    world.upstream.answers = [UpstreamError(), unknown, UpstreamError(), accounts("ben")]
    answer = world.ask("jane_doe99")
    assert world.upstream.calls == ["jane_doe99", "jane_doe99", "jane_doe", "janedoe99"]
    assert answer.resolved_username == "janedoe99"
    assert world.store.read("jane_doe99").cached is None
    assert world.store.read("janedoe99").cached is not None
    assert "similar/janedoe99/ben_profile.jpg" in world.images.stored


@pytest.mark.parametrize("failure", [UpstreamError(), UpstreamThrottled()])
def test_a_failing_upstream_is_not_asked_for_another_spelling(world: World, failure: UpstreamError) -> None:
    world.upstream.answers = [failure, failure, accounts("somebody.else")]
    with pytest.raises(UpstreamError):
        world.ask("jane_doe99")
    assert world.upstream.calls == ["jane_doe99", "jane_doe99"]
    assert world.clock() - START == timedelta(seconds=2)


def test_nobody_similar_is_an_answer(world: World) -> None:
    world.upstream.answers = [()]
    assert world.ask().profiles == ()
    assert world.ask().is_cached
    assert world.upstream.calls == ["ada"]


def test_a_name_that_does_not_exist_says_so(world: World) -> None:
    world.upstream.answers = [ProfileNotFound("ada")]
    with pytest.raises(ProfileNotFound):
        world.ask()


def test_a_refused_key_is_not_tried_again(world: World) -> None:
    world.upstream.answers = [UpstreamRejected()]
    with pytest.raises(UpstreamRejected):
        world.ask()
    assert world.upstream.calls == ["ada"]


def test_a_stale_set_stands_in_for_seven_days_while_the_upstream_is_down(world: World) -> None:
    world.ask()
    world.upstream.answers = [UpstreamError()]
    world.clock.advance(days=6, hours=23)
    answer = world.ask()
    assert answer.is_stale and names(answer) == ["ben", "cleo", "dana"]
    world.clock.advance(hours=1)
    with pytest.raises(UpstreamError):
        world.ask()


def test_without_any_key_the_service_says_it_is_not_available(world: World) -> None:
    world.similar = world.build(None)
    with pytest.raises(Unavailable, match="Simple similar profiles API not available"):
        world.ask()


def test_whoever_waits_gets_what_the_other_fetched(world: World) -> None:
    world.flights.holder["similar#ada"] = "other"

    def lands(seconds: float) -> None:
        world.clock.advance(seconds=seconds)
        world.flights.holder.clear()
        World.ask(world)

    world.flight._sleep = lands
    answer = world.ask()
    assert answer.is_cached
    assert world.upstream.calls == ["ada"]


@pytest.mark.parametrize(
    ("code", "error"), [("SERVICE_UNAVAILABLE", UpstreamError), ("PROFILE_NOT_FOUND", ProfileNotFound)]
)
def test_whoever_waits_for_a_failure_fails_likewise_without_a_call(
    world: World, code: str, error: type[Exception]
) -> None:
    world.flights.holder["similar#ada"] = "other"
    world.flight._sleep = lambda _: world.flights.land("similar#ada", "other", FlightOutcome(code))
    with pytest.raises(error):
        world.ask()
    assert world.upstream.calls == []


def test_whoever_waits_shares_an_answer_that_came_through_a_variation(world: World) -> None:
    world.upstream.answers = [(), accounts("ben")]
    world.ask("jane.doe1")
    world.flights.holder["similar#jane.doe1"] = "other"
    outcome = world.flights.outcomes["similar#jane.doe1"]
    world.flight._sleep = lambda _: world.flights.land("similar#jane.doe1", "other", outcome)
    world.upstream.calls.clear()
    answer = world.ask("jane.doe1")
    assert (answer.resolved_username, names(answer)) == ("jane.doe", ["ben"])
    assert world.upstream.calls == []


def test_force_refresh_fetches_although_cached(world: World) -> None:
    world.ask()
    world.clock.advance(seconds=1)
    world.upstream.answers = [accounts("emre")]
    assert names(world.ask(force_refresh=True)) == ["emre"]
    assert names(world.ask()) == ["emre"]


def test_a_clear_that_races_a_fetch_leaves_none_of_its_rows_and_images(world: World) -> None:
    def cleared_meanwhile() -> None:
        world.store.on_replace = None
        world.clear("ada")

    world.store.on_replace = cleared_meanwhile
    assert len(world.ask().profiles) == 3
    assert world.store.read("ada").cached is None
    assert world.images.stored == {}


def test_what_the_budget_cut_off_is_finished_in_the_background(world: World) -> None:
    def slow(url: str, deadline: object) -> bytes:
        world.clock.advance(seconds=30)
        return b"jpeg"

    fetch, world.images.fetch = world.images.fetch, slow  # type: ignore[method-assign]
    answer = world.ask()
    assert answer.unfinished > 0
    [(username, batch)] = world.tasks.similar
    world.images.fetch = fetch  # type: ignore[method-assign]
    finish = FinishSimilarImages(world.store, world.copy, world.tasks)
    assert finish(username, batch, world.clock() + timedelta(seconds=60)) == answer.unfinished
    assert names(world.ask()) == ["ben", "cleo", "dana"]
    assert finish(username, batch, world.clock() + timedelta(seconds=60)) == 0
    assert finish(username, "another batch", world.clock() + timedelta(seconds=60)) == 0


def test_clearing_removes_rows_images_and_copies(world: World) -> None:
    world.ask()
    outcome = world.clear("ada")
    assert (outcome.profiles_cleared, outcome.images_deleted, outcome.cdn_invalidated) == (3, 3, True)
    assert world.cdn.invalidated == ["similar/ada/"]
    assert not world.ask().is_cached


def test_clearing_nothing_says_so(world: World) -> None:
    outcome = world.clear("ada")
    assert not outcome.was_cached
    assert world.cdn.invalidated == []


def test_a_cdn_that_fails_does_not_undo_the_rest(world: World) -> None:
    world.ask()
    world.cdn.down = True
    outcome = world.clear("ada")
    assert outcome.was_cached and outcome.cdn_invalidated is False
    assert world.images.stored == {}


def test_images_that_cannot_be_deleted_fail_the_clear_and_a_second_one_finishes_it(world: World) -> None:
    world.ask()
    world.images.down = True
    with pytest.raises(CacheClearingFailed):
        world.clear("ada")
    assert world.store.read("ada").cached is None
    world.images.down = False
    assert world.clear("ada").images_deleted == 3


def test_statistics_are_measured_or_null_with_the_reason(world: World) -> None:
    empty = read_cache_statistics(world.store, world.metrics)
    assert empty.hit_rate is None and any(n.startswith("hit_rate") for n in empty.notes)
    for _ in range(4):
        world.ask()
    world.clear("ada")
    found = read_cache_statistics(world.store, world.metrics)
    assert (found.hits, found.misses, found.hit_rate, found.clears) == (3, 1, 75.0, 1)


def test_nobody_who_was_erased_is_in_a_set_or_has_one(world: World) -> None:
    world.tombstones.bury("cleo")
    assert names(world.ask()) == ["ben", "dana"]
    assert not any("cleo" in key for key in world.images.stored)
    with pytest.raises(ProfileErased):
        world.ask("cleo")
    assert world.upstream.calls == ["ada"]
