from datetime import timedelta

import pytest
from creator_search.services.similar.stored import SimilarResult

from tests.fakes import accounts
from tests.unit.services.similar import SimilarWorld, names

USERNAMES = [f"n{n}" for n in range(30)]


@pytest.fixture
def world() -> SimilarWorld:
    return SimilarWorld()


def find_without_time_for_images(world: SimilarWorld) -> tuple[SimilarResult, str]:
    """Return the result, and the batch that is left for the background."""
    world.similar_source.answers = [accounts(*USERNAMES)]
    world.images.clock, world.images.seconds_each = world.clock, 30
    result = world.find(limit=len(USERNAMES))
    world.images.seconds_each = 0
    cached = world.similar.load_similar("ada").cached
    assert cached is not None and world.tasks.similar_images == [("ada", cached.batch_id)]
    return result, cached.batch_id


def test_a_failed_image_affects_only_its_own_entry(world: SimilarWorld) -> None:
    world.images.bad = {"https://images.test/cleo.jpg"}
    fresh = world.find()
    assert [p.image is not None for p in fresh.profiles] == [True, False, True]
    assert names(world.find()) == ["ben", "dana"]
    assert [p.rank for p in world.find().profiles] == [1, 3]


def test_images_not_done_at_the_deadline_are_copied_in_the_background(world: SimilarWorld) -> None:
    result, batch = find_without_time_for_images(world)
    assert result.unfinished > 0
    finish, deadline = world.container.similar_image_finisher.finish_similar_images, world.clock() + timedelta(hours=1)
    assert finish("ada", "another batch", deadline) == 0
    assert finish("ada", batch, deadline) == result.unfinished
    assert names(world.find(limit=len(USERNAMES))) == USERNAMES
    assert finish("ada", batch, deadline) == 0


def test_images_of_a_set_that_was_cleared_are_not_copied(world: SimilarWorld) -> None:
    _, batch = find_without_time_for_images(world)
    world.clear()
    deadline = world.clock() + timedelta(hours=1)
    assert world.container.similar_image_finisher.finish_similar_images("ada", batch, deadline) == 0
    assert world.similar.load_similar("ada").cached is None
