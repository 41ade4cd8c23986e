import pytest
from creator_search.domain.errors import CacheClearingFailed

from tests.fakes import dying_at
from tests.fakes.values import accounts
from tests.unit.services.similar import SimilarWorld


@pytest.fixture
def world() -> SimilarWorld:
    return SimilarWorld()


def test_clearing_removes_the_set_its_images_and_their_copies(world: SimilarWorld) -> None:
    world.find()
    outcome = world.clear()
    assert (outcome.profiles_cleared, outcome.images_deleted, outcome.cdn_invalidated) == (3, 3, True)
    assert sorted(image.key for image in world.cdn.invalidated) == [
        f"similar/ada/{name}_profile.jpg" for name in ("ben", "cleo", "dana")
    ]
    assert world.images.stored == {}
    assert not world.find().is_cached


def test_clearing_a_name_that_is_not_cached_reports_that_nothing_was_cleared(world: SimilarWorld) -> None:
    assert not world.clear().was_cached
    assert world.cdn.invalidated == []


def test_a_cdn_that_fails_does_not_undo_the_rest(world: SimilarWorld) -> None:
    world.find()
    world.cdn.down = True
    outcome = world.clear()
    assert outcome.was_cached and outcome.cdn_invalidated is False
    assert world.images.stored == {}


def test_when_images_cannot_be_deleted_clearing_fails_and_a_second_one_completes_it(world: SimilarWorld) -> None:
    world.find()
    world.images.down = True
    with pytest.raises(CacheClearingFailed):
        world.clear()
    world.images.down = False
    assert world.clear().images_deleted == 3
    assert len(world.cdn.invalidated) == 3
    assert world.similar.load_similar("ada").cached is None


@pytest.mark.parametrize("step", range(1, 5))
def test_after_a_crash_at_any_step_a_second_clear_leaves_no_set_no_image_and_no_copy(
    world: SimilarWorld, step: int
) -> None:
    world.find()
    deaths = [(world.similar, "load_sets"), (world.images, "delete_images"), (world.cdn, "invalidate")]
    with dying_at(step, *deaths, (world.similar, "clear_set")):
        world.clear()
    world.restart()
    world.clear()
    assert world.similar.load_similar("ada").cached is None
    assert world.images.stored == {}
    assert len({image.key for image in world.cdn.invalidated}) == 3


def test_a_set_that_a_fetch_stores_during_a_clear_is_cleared_with_its_images_and_copies(world: SimilarWorld) -> None:
    world.find()
    delete = world.images.delete_images

    def find_after(prefix: str) -> int:
        world.images.delete_images = delete  # type: ignore[method-assign]
        deleted = delete(prefix)
        world.similar_source.answers = [accounts("emre")]
        world.clock.advance(minutes=5)
        world.find(force_refresh=True)
        return deleted

    world.images.delete_images = find_after  # type: ignore[method-assign]
    outcome = world.clear()
    assert (outcome.profiles_cleared, outcome.images_deleted) == (1, 4)
    assert world.similar.load_similar("ada").cached is None and world.images.stored == {}
    assert "similar/ada/emre_profile.jpg" in {image.key for image in world.cdn.invalidated}


def test_a_set_that_is_cleared_while_it_is_fetched_is_not_cached_and_its_images_are_deleted(
    world: SimilarWorld,
) -> None:
    def clear_once() -> None:
        world.similar.on_replace = None
        world.clear()

    world.similar.on_replace = clear_once
    assert len(world.find().profiles) == 3
    assert world.similar.load_similar("ada").cached is None
    assert world.images.stored == {}


def test_statistics_are_measured_or_null_with_the_reason(world: SimilarWorld) -> None:
    statistics = world.container.similar_cache_statistics
    empty = statistics.measure()
    assert empty.hit_rate is None and any(n.startswith("hit_rate") for n in empty.notes)
    for _ in range(4):
        world.find()
    assert statistics.measure().entries == 1
    world.clear()
    found = statistics.measure()
    assert (found.entries, found.hits, found.misses, found.hit_rate, found.clears) == (0, 3, 1, 75.0, 1)


def test_while_the_metrics_store_is_down_only_what_is_cached_is_counted(world: SimilarWorld) -> None:
    world.find()
    world.metrics.down = True
    found = world.container.similar_cache_statistics.measure()
    assert (found.entries, found.hits, found.hit_rate, found.clears) == (1, None, None, None)
    assert found.notes == ("hits, clears and times: the metrics store is not available",)
