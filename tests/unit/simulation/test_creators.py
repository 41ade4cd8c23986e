"""Ages of creators that are not stored one by one."""

import random

import pytest

from infra.simulation.creators import Creators

DAY = 1.0


def creators(count: int = 3000) -> Creators:
    return Creators(count, oldest=30 * DAY, fresh_for=DAY)


def test_ages_are_uniform_at_the_start() -> None:
    stored = creators()
    assert stored.fresh_share(0) == pytest.approx(1 / 30)
    assert stored.age(0, 0.5) == pytest.approx(15, abs=0.02)
    assert stored.age(0, 0.95) == pytest.approx(28.5, abs=0.02)


def test_ages_grow_with_time_and_end_with_a_build() -> None:
    stored = creators()
    assert stored.fresh_share(2) == 0
    assert stored.age(2, 0.5) == pytest.approx(17, abs=0.02)
    for creator in range(1500):
        stored.build(creator, 2)
    assert stored.fresh_share(2.5) == 0.5
    assert stored.age(2.5, 0.4) == pytest.approx(0.5, abs=0.02)
    assert stored.age(2.5, 0.75) == pytest.approx(2.5 + 7.5, abs=0.02)  # the 1,500 that were the younger half


def test_the_oldest_are_due_first_without_the_abandoned_and_the_fresh_ones() -> None:
    stored = creators()
    assert stored.oldest_due(0, 3) == [0, 1, 2]
    stored.build(1, 0)
    assert stored.oldest_due(0, 3) == [0, 2, 3]
    assert stored.oldest_due(1, 2) == [100, 101]  # a day later, 100 are older than 30 days
    assert len(stored.oldest_due(0, 10_000)) == 2900 - 1


def test_creators_that_were_built_are_due_again_when_they_are_stale() -> None:
    stored = creators(10)
    for creator in (7, 3, *range(10)):
        stored.build(creator, 5 + creator / 100)
    assert stored.oldest_due(5.5, 10) == []
    assert stored.oldest_due(6.045, 10) == [0, 1, 2, 3, 4]
    assert stored.oldest_due(35.045, 10) == [5, 6, 7, 8, 9]


def test_a_new_creator_is_fresh_and_counted() -> None:
    stored = creators(3)
    stored.build(None, 4)
    assert stored.count == 4
    assert stored.fresh_share(4) == 0.25


def test_stale_creators_are_counted_and_drawn_by_popularity() -> None:
    stored = creators(1000)
    assert stored.stale(2, popular=True) == pytest.approx(100)
    assert stored.stale(2, popular=False) == pytest.approx(900)
    for creator in range(0, 1000, 10):
        stored.build(creator, 2)
    assert stored.stale(2.5, popular=True) == 0
    assert stored.stale(3.5, popular=True) == pytest.approx(100)
    chance = random.Random(1)
    drawn = [stored.draw_stale(3.5, chance) for _ in range(200)]
    assert sum(creator is not None and creator % 10 == 0 for creator in drawn) == pytest.approx(182, abs=12)
    assert {stored.draw_stale(1.5, chance, popular_share=1) for _ in range(20)} == {None}  # built since
