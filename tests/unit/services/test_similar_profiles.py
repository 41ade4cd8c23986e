from datetime import timedelta

import pytest
from creator_search.domain.errors import ProfileErased, ProfileNotFound
from creator_search.domain.locks import LockOutcome
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamNotConfigured,
    UpstreamRejected,
    UpstreamThrottled,
)

from tests.fakes import START, accounts
from tests.unit.services.similar import SimilarWorld, names


@pytest.fixture
def world() -> SimilarWorld:
    return SimilarWorld()


def test_the_first_result_is_fetched_and_the_next_one_is_cached(world: SimilarWorld) -> None:
    first, second = world.find(), world.find()
    assert not first.is_cached and second.is_cached
    assert names(first) == names(second) == ["ben", "cleo", "dana"]
    assert [p.rank for p in second.profiles] == [1, 2, 3]
    assert world.similar_source.calls == ["ada"]
    assert set(world.images.stored) == {f"similar/ada/{n}_profile.jpg" for n in ("ben", "cleo", "dana")}
    assert world.metrics.counts == {"SimilarCacheMiss": 1, "SimilarCacheHit": 1}


def test_the_cache_lasts_24_hours_from_the_fetch_and_is_not_extended_by_readers(world: SimilarWorld) -> None:
    world.find()
    world.clock.advance(hours=23, minutes=59)
    assert world.find().is_cached
    world.clock.advance(minutes=1)
    assert not world.find().is_cached


def test_a_smaller_set_satisfies_a_larger_limit_only_if_the_upstream_had_no_more(world: SimilarWorld) -> None:
    assert len(world.find(limit=2).profiles) == 2
    assert not world.find(limit=3).is_cached
    assert world.find(limit=80).is_cached


def test_a_set_without_any_image_is_not_cached(world: SimilarWorld) -> None:
    world.images.bad = {f"https://images.test/{n}.jpg" for n in ("ben", "cleo", "dana")}
    assert len(world.find().profiles) == 3
    assert not world.find().is_cached


def test_a_failure_is_retried_after_two_seconds(world: SimilarWorld) -> None:
    world.similar_source.answers = [UpstreamError(), accounts("ben")]
    assert names(world.find()) == ["ben"]
    assert world.clock() == START + timedelta(seconds=2)


@pytest.mark.parametrize("unknown", [ProfileNotFound("jane_doe99"), ()])
def test_spelling_variations_of_an_unknown_name_are_tried_and_their_set_is_cached_under_the_variation(
    world: SimilarWorld, unknown: object
) -> None:
    world.similar_source.answers = [UpstreamError(), unknown, UpstreamError(), accounts("ben")]
    result = world.find("jane_doe99")
    assert world.similar_source.calls == ["jane_doe99", "jane_doe99", "jane_doe", "janedoe99"]
    assert result.resolved_username == "janedoe99"
    assert world.similar.load_similar("jane_doe99").cached is None
    assert world.similar.load_similar("janedoe99").cached is not None
    assert "similar/janedoe99/ben_profile.jpg" in world.images.stored


@pytest.mark.parametrize("failure", [UpstreamError(), UpstreamThrottled()])
def test_while_the_upstream_fails_no_other_spelling_is_tried(world: SimilarWorld, failure: UpstreamError) -> None:
    world.similar_source.answers = [failure, failure, accounts("another.creator")]
    with pytest.raises(UpstreamError):
        world.find("jane_doe99")
    assert world.similar_source.calls == ["jane_doe99", "jane_doe99"]
    assert world.clock() - START == timedelta(seconds=2)


def test_an_empty_list_is_a_result_and_is_cached(world: SimilarWorld) -> None:
    world.similar_source.answers = [()]
    assert world.find().profiles == ()
    assert world.find().is_cached
    assert world.similar_source.calls == ["ada"]


def test_a_name_that_does_not_exist_is_not_found(world: SimilarWorld) -> None:
    world.similar_source.answers = [ProfileNotFound("ada")]
    with pytest.raises(ProfileNotFound):
        world.find()


def test_a_call_whose_key_was_refused_is_not_retried(world: SimilarWorld) -> None:
    world.similar_source.answers = [UpstreamRejected()]
    with pytest.raises(UpstreamRejected):
        world.find()
    assert world.similar_source.calls == ["ada"]


def test_a_stale_set_is_returned_for_seven_days_while_the_upstream_is_down(world: SimilarWorld) -> None:
    world.find()
    world.similar_source.answers = [UpstreamError()]
    world.clock.advance(days=6, hours=23)
    result = world.find()
    assert result.is_stale and names(result) == ["ben", "cleo", "dana"]
    world.clock.advance(hours=1)
    with pytest.raises(UpstreamError):
        world.find()


def test_without_a_key_similar_profiles_are_not_available_unless_a_fresh_set_is_cached(world: SimilarWorld) -> None:
    world.find()
    world.similar_source.not_configured = UpstreamNotConfigured("Simple similar profiles API not available")
    assert world.find().is_cached
    world.clock.advance(hours=24)
    with pytest.raises(UpstreamNotConfigured, match="Simple similar profiles API not available"):
        world.find()
    assert world.similar_source.calls == ["ada"]


def test_without_a_key_no_caller_waits_for_anothers_fetch(world: SimilarWorld) -> None:
    world.similar_source.not_configured = UpstreamNotConfigured("Simple similar profiles API not available")
    world.locks.acquire("similar#ada", "other", 30)
    with pytest.raises(UpstreamNotConfigured):
        world.find()
    assert world.clock() == START


def test_while_the_keys_cannot_be_read_a_stale_set_is_returned(
    world: SimilarWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise UpstreamError("The keys of the upstream API cannot be read")

    world.find()
    world.clock.advance(hours=24)
    monkeypatch.setattr(world.similar_source, "require_key", fail)
    assert world.find().is_stale
    with pytest.raises(UpstreamError, match="cannot be read"):
        world.find("ben")


def test_a_caller_that_waits_for_anothers_fetch_gets_what_it_stored(world: SimilarWorld) -> None:
    world.locks.acquire("similar#ada", "other", 30)

    def the_other_fetch_ends() -> None:
        world.locks.release("similar#ada", "other", LockOutcome())
        assert not world.find().is_cached

    world.clock.on_sleep = the_other_fetch_ends
    result = world.find()
    assert result.is_cached and names(result) == ["ben", "cleo", "dana"]
    assert world.similar_source.calls == ["ada"]


@pytest.mark.parametrize(
    ("code", "error"), [("SERVICE_UNAVAILABLE", UpstreamError), ("PROFILE_NOT_FOUND", ProfileNotFound)]
)
def test_a_caller_that_waits_for_anothers_fetch_shares_its_error(
    world: SimilarWorld, code: str, error: type[Exception]
) -> None:
    world.locks.acquire("similar#ada", "other", 30)
    world.clock.on_sleep = lambda: world.locks.release("similar#ada", "other", LockOutcome(code))
    with pytest.raises(error):
        world.find()
    assert world.similar_source.calls == []


def test_a_caller_that_waits_for_anothers_fetch_shares_a_result_under_another_spelling(world: SimilarWorld) -> None:
    world.similar_source.answers = [(), accounts("ben")]
    world.find("jane.doe1")
    outcome = world.locks.load_outcome("similar#jane.doe1")
    assert outcome == LockOutcome(resolved_username="jane.doe")
    world.locks.acquire("similar#jane.doe1", "other", 30)
    world.clock.on_sleep = lambda: world.locks.release("similar#jane.doe1", "other", outcome)
    world.similar_source.calls.clear()
    result = world.find("jane.doe1")
    assert (result.resolved_username, names(result)) == ("jane.doe", ["ben"])
    assert world.similar_source.calls == []


def test_a_forced_refresh_fetches_although_a_set_is_cached(world: SimilarWorld) -> None:
    world.find()
    world.clock.advance(seconds=1)
    world.similar_source.answers = [accounts("emre")]
    assert names(world.find(force_refresh=True)) == ["emre"]
    assert names(world.find()) == ["emre"]


def test_erased_creators_are_in_no_set_and_have_none(world: SimilarWorld) -> None:
    world.tombstones.add_tombstone("cleo")
    assert names(world.find()) == ["ben", "dana"]
    assert not any("cleo" in key for key in world.images.stored)
    with pytest.raises(ProfileErased):
        world.find("cleo")
    assert world.similar_source.calls == ["ada"]
