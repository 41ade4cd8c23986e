"""SimilarStore."""

from datetime import datetime, timedelta

import pytest
from creator_search.domain.images import Image
from creator_search.domain.similar import (
    SIMILAR_FRESH_FOR,
    SIMILAR_STALE_FOR,
    CacheContents,
    SimilarProfile,
    SimilarRow,
    SimilarSet,
)
from creator_search.services.ports import SimilarStore

from tests.fakes import START, FakeClock
from tests.ports.conftest import Ports


@pytest.fixture
def similar(ports: Ports) -> SimilarStore:
    return ports.container.similar_store


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def entry(username: str, rank: int) -> SimilarProfile:
    image = Image(f"similar/ada/{username}_profile.jpg", "v")
    return SimilarProfile(
        username=username, name=username.title(), rank=rank, followers=5, is_verified=False, image=image, image_bytes=10
    )


def made(*names: str, username: str = "ada", at: datetime = START, unfinished: tuple[str, ...] = ()) -> SimilarSet:
    return SimilarSet(
        username=username,
        batch_id="b1",
        fetched_at=at,
        limit=20,
        is_complete=True,
        profiles=tuple(entry(name, rank) for rank, name in enumerate(names, 1)),
        unfinished=tuple(
            SimilarProfile(username=name, name="", rank=rank, source_image_url=f"https://images.test/{name}.jpg")
            for rank, name in enumerate(unfinished, len(names) + 1)
        ),
    )


@pytest.mark.parametrize(
    "stored",
    [
        made("cleo", "ben", at=START + timedelta(milliseconds=250), unfinished=("emre", "dana")),
        made(),
        made(unfinished=("dana",)),
        SimilarSet(
            username="ada",
            batch_id="b2",
            fetched_at=START,
            limit=0,
            is_complete=False,
            profiles=(SimilarProfile(username="ben", name="", rank=3),),
        ),
    ],
)
def test_a_set_is_read_as_it_was_stored(similar: SimilarStore, stored: SimilarSet) -> None:
    assert similar.replace_set(stored, None) is True
    row = similar.load_similar("ada")
    assert row.cached == stored
    assert row.generation


def test_there_is_no_row_where_nothing_was_stored(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    assert similar.load_similar("nobody") == SimilarRow(None, None)


def test_a_set_is_replaced_as_a_whole_and_only_by_a_writer_that_read_the_row(similar: SimilarStore) -> None:
    similar.replace_set(made("ben", "cleo", unfinished=("dana",)), None)
    seen = similar.load_similar("ada")
    assert similar.replace_set(made("emre"), None) is False
    assert similar.replace_set(made("emre"), "another generation") is False
    assert similar.load_similar("ada") == seen
    assert similar.replace_set(made("emre"), seen.generation) is True
    now = similar.load_similar("ada")
    assert now.cached == made("emre")
    assert now.generation != seen.generation
    assert similar.replace_set(made("fay"), seen.generation) is False


def test_a_set_that_is_stored_again_starts_a_generation(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    seen = similar.load_similar("ada").generation
    assert similar.replace_set(made("ben"), seen) is True
    assert similar.replace_set(made("ben"), seen) is False


def test_a_set_is_stored_if_the_row_that_was_read_has_been_deleted(similar: SimilarStore) -> None:
    """DynamoDB deletes expired rows."""
    assert similar.replace_set(made("ben"), "a generation that was seen") is True
    assert similar.load_similar("ada").cached == made("ben")


def test_a_clear_returns_and_removes_the_set(similar: SimilarStore) -> None:
    similar.replace_set(made("ben", unfinished=("dana",)), None)
    seen = similar.load_similar("ada").generation
    assert similar.clear_set("ada") == made("ben", unfinished=("dana",))
    row = similar.load_similar("ada")
    assert row.cached is None
    assert row.generation not in (None, seen)
    assert similar.clear_set("ada") is None
    assert similar.load_similar("ada").generation != row.generation


def test_a_deleted_row_leaves_neither_set_nor_generation(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    for _ in range(2):
        similar.delete_row("ada")
        assert similar.load_similar("ada") == SimilarRow(None, None)


def test_a_fetch_that_began_before_a_clear_stores_nothing(similar: SimilarStore) -> None:
    before_the_first = similar.load_similar("ada").generation
    assert similar.clear_set("ada") is None
    assert similar.replace_set(made("ben"), before_the_first) is False
    similar.replace_set(made("ben"), similar.load_similar("ada").generation)
    before_the_second = similar.load_similar("ada").generation
    similar.clear_set("ada")
    assert similar.replace_set(made("cleo"), before_the_second) is False
    assert similar.load_similar("ada").cached is None


def test_a_fetch_that_began_after_a_clear_is_stored(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    similar.clear_set("ada")
    assert similar.replace_set(made("cleo"), similar.load_similar("ada").generation) is True
    assert similar.load_similar("ada").cached == made("cleo")


def test_a_clear_does_not_affect_other_creators(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    similar.replace_set(made("ben", username="ada2"), None)
    similar.clear_set("ada")
    assert similar.load_similar("ada2").cached == made("ben", username="ada2")


def test_a_set_that_is_not_fresh_is_still_returned(similar: SimilarStore, clock: FakeClock) -> None:
    similar.replace_set(made("ben"), None)
    clock.time = START + SIMILAR_FRESH_FOR
    assert similar.load_similar("ada").cached == made("ben")
    clock.time = START + SIMILAR_STALE_FOR - timedelta(seconds=1)
    assert similar.load_similar("ada").cached == made("ben")


def test_an_expired_set_is_not_returned_but_its_generation_is(similar: SimilarStore, clock: FakeClock) -> None:
    similar.replace_set(made("ben"), None)
    seen = similar.load_similar("ada").generation
    clock.time = START + SIMILAR_STALE_FOR
    assert similar.load_similar("ada") == SimilarRow(seen, None)
    assert similar.replace_set(made("cleo", at=clock()), None) is False
    assert similar.replace_set(made("cleo", at=clock()), seen) is True
    assert similar.load_similar("ada").cached == made("cleo", at=clock())


def test_a_set_expires_at_a_whole_second(similar: SimilarStore, clock: FakeClock) -> None:
    similar.replace_set(made("ben", at=START + timedelta(seconds=0.7)), None)
    clock.time = START + SIMILAR_STALE_FOR + timedelta(seconds=0.2)
    assert similar.load_similar("ada").cached is None
    assert similar.measure_contents().entries == 0


def test_a_clear_returns_a_set_even_if_it_expired(similar: SimilarStore, clock: FakeClock) -> None:
    similar.replace_set(made("ben"), None)
    clock.time = START + SIMILAR_STALE_FOR
    assert similar.clear_set("ada") == made("ben")


def test_the_sets_that_contain_a_creator_are_found(similar: SimilarStore) -> None:
    similar.replace_set(made("zoe", username="mia"), None)
    similar.replace_set(made("ben", unfinished=("zoe",), username="ada"), None)
    similar.replace_set(made("zoe2", username="lea"), None)
    similar.replace_set(made("ben", username="zoe"), None)
    assert similar.sets_naming("zoe") == ["ada", "mia"]
    assert similar.sets_naming("nobody") == []


def test_a_set_is_found_by_its_former_members_until_that_is_forgotten(similar: SimilarStore) -> None:
    """The pictures of former members are stored longer than the set."""
    for username in ("ada", "mia"):
        similar.replace_set(made("ben", username=username), None)
    similar.replace_set(made("cleo"), similar.load_similar("ada").generation)
    similar.clear_set("mia")
    assert similar.sets_naming("ben") == ["ada", "mia"]
    similar.forget_memberships([("ben", "ada"), ("ben", "ada"), ("ben", "nobody")])
    assert similar.sets_naming("ben") == ["mia"]
    assert similar.sets_naming("cleo") == ["ada"]
    similar.forget_memberships([])


def test_more_memberships_are_forgotten_than_one_call_deletes(similar: SimilarStore) -> None:
    names = [f"name{number:02d}" for number in range(60)]
    similar.replace_set(made(*names), None)
    similar.forget_memberships((name, "ada") for name in names[1:])
    assert [name for name in names if similar.sets_naming(name)] == names[:1]


def test_a_fetch_that_is_not_stored_leaves_the_stored_set_findable(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    assert similar.replace_set(made("cleo"), "another generation") is False
    assert similar.sets_naming("ben") == ["ada"]


def test_an_expired_set_is_found_by_its_members_as_long_as_it_is_stored(
    similar: SimilarStore, clock: FakeClock
) -> None:
    similar.replace_set(made("ben"), None)
    clock.time = START + SIMILAR_STALE_FOR
    assert similar.sets_naming("ben") == ["ada"]


def test_many_sets_are_loaded_at_once_even_expired_ones(similar: SimilarStore, clock: FakeClock) -> None:
    names = [f"name{number:03d}" for number in range(120)]
    for name in names:
        similar.replace_set(made("ben", username=name), None)
    similar.clear_set(names[0])
    clock.time = START + SIMILAR_STALE_FOR
    found = similar.load_sets([*names, "nobody", names[5]])
    assert sorted(found) == names[1:]
    assert found[names[5]] == SimilarRow(similar.load_similar(names[5]).generation, made("ben", username=names[5]))
    assert similar.load_sets([]) == {}


def test_a_member_is_taken_out_of_a_set_that_has_not_changed_since(similar: SimilarStore) -> None:
    similar.replace_set(made("ben", "cleo", unfinished=("dana",)), None)
    seen = similar.load_similar("ada")
    assert seen.cached and seen.generation
    assert similar.shrink_set(seen.cached.without("ben"), "another generation") is False
    assert similar.load_similar("ada") == seen
    assert similar.shrink_set(seen.cached.without("ben"), seen.generation) is True
    row = similar.load_similar("ada")
    assert row.cached == seen.cached.without("ben") and row.cached.members == {"cleo", "dana"}
    assert row.generation != seen.generation
    assert similar.measure_contents() == CacheContents(1, 10, is_complete=True)
    # A fetch or a copy of images that read the row before that stores nothing.
    assert similar.replace_set(made("ben"), seen.generation) is False


def test_nothing_is_taken_out_of_a_cleared_set(similar: SimilarStore) -> None:
    similar.replace_set(made("ben"), None)
    seen = similar.load_similar("ada")
    assert seen.cached
    similar.clear_set("ada")
    assert similar.shrink_set(seen.cached.without("ben"), seen.generation) is False
    assert similar.shrink_set(made(username="nobody"), "a generation") is False
    assert similar.load_similar("ada").cached is None and similar.load_similar("nobody") == SimilarRow(None, None)


def test_the_contents_count_the_sets_that_have_not_expired_and_the_size_of_their_images(
    similar: SimilarStore, clock: FakeClock
) -> None:
    assert similar.measure_contents() == CacheContents(0, 0, is_complete=True)
    similar.replace_set(made("ben", "cleo", unfinished=("dana",)), None)
    similar.replace_set(made("ben", username="mia", at=START + timedelta(days=1)), None)
    similar.replace_set(made("ben", username="cleared"), None)
    similar.clear_set("cleared")
    assert similar.measure_contents() == CacheContents(2, 30, is_complete=True)
    clock.time = START + SIMILAR_STALE_FOR
    assert similar.measure_contents() == CacheContents(1, 10, is_complete=True)
