"""Tombstones."""

import pytest
from creator_search.services.ports import Tombstones

from tests.ports.conftest import Ports


@pytest.fixture
def tombstones(ports: Ports) -> Tombstones:
    return ports.container.tombstones


def test_erased_usernames_are_found_among_others(tombstones: Tombstones) -> None:
    for name in ("ada", "ben", "ben"):
        tombstones.add_tombstone(name)
    assert tombstones.erased_among(["cleo", "ben", "ada", "ada", "ada2"]) == {"ada", "ben"}
    assert tombstones.erased_among(["cleo"]) == frozenset()


def test_a_hundred_usernames_can_be_checked_in_one_call(tombstones: Tombstones) -> None:
    tombstones.add_tombstone("n99")
    assert tombstones.erased_among([f"n{number}" for number in range(100)]) == {"n99"}


def test_more_than_a_hundred_usernames_can_be_checked(tombstones: Tombstones) -> None:
    for name in ("n0", "n100", "n999"):
        tombstones.add_tombstone(name)
    assert tombstones.erased_among([f"n{number}" for number in range(1000)]) == {"n0", "n100", "n999"}


def test_of_no_usernames_none_is_erased(tombstones: Tombstones) -> None:
    assert tombstones.erased_among([]) == frozenset()


def test_a_tombstone_never_expires(ports: Ports, tombstones: Tombstones) -> None:
    tombstones.add_tombstone("ada")
    ports.clock.advance(days=36_500)
    assert tombstones.erased_among(["ada"]) == {"ada"}
