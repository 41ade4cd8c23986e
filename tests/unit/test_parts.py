"""Container attributes that are built at first use."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from creator_search.bootstrap import Container
from creator_search.parts import Part, Parts

THREADS = 16


class Shop(Parts):
    """Counts how often its parts are built."""

    def __init__(self) -> None:
        super().__init__()
        self.built: list[str] = []

    @Part
    def name(self) -> str:
        """The name of the shop."""
        time.sleep(0.01)  # so that the other threads access it while it is built
        self.built.append("name")
        return "shop"

    @Part
    def sign(self) -> str:
        self.built.append("sign")
        return f"sign of the {self.name}"

    @Part
    def nothing(self) -> None:
        self.built.append("nothing")

    def plain(self) -> str:
        return "no part"


class Chain(Shop):
    """Replaces a part of the base class."""

    @Part
    def name(self) -> str:
        return "chain"


def test_a_part_is_built_once_when_many_threads_use_it_first_at_the_same_time() -> None:
    shop, start = Shop(), threading.Barrier(THREADS)

    def use(number: int) -> str:
        start.wait()
        return shop.sign if number % 2 else shop.name

    with ThreadPoolExecutor(THREADS) as pool:
        found = set(pool.map(use, range(THREADS)))
    assert found == {"shop", "sign of the shop"}
    assert sorted(shop.built) == ["name", "sign"]


def test_parts_are_built_at_their_first_use_and_kept_even_if_they_are_none() -> None:
    shop = Shop()
    assert shop.built == []
    assert (shop.nothing, shop.nothing) == (None, None)
    assert shop.built == ["nothing"]


def test_a_part_that_cannot_be_built_is_built_at_the_next_use() -> None:
    failures = [RuntimeError("not yet")]

    class Late(Parts):
        @Part
        def value(self) -> int:
            if failures:
                raise failures.pop()
            return 7

    late = Late()
    with pytest.raises(RuntimeError, match="not yet"):
        _ = late.value
    assert late.value == 7


def test_each_container_has_its_own_parts() -> None:
    one, other = Shop(), Shop()
    assert one.name == other.name and one.built == other.built == ["name"]


def test_a_part_accessed_on_the_class_gives_the_value_of_a_container() -> None:
    assert Shop.name.of(Shop()) == "shop" and Shop.name.__doc__ == "The name of the shop."
    assert Shop.sign.of(Chain()) == "sign of the chain"


def test_parts_for_tests_replace_those_that_would_be_built() -> None:
    shop = Shop.for_tests(name="another")
    assert shop.sign == "sign of the another" and shop.built == ["sign"]
    assert Shop.for_tests(nothing=None).nothing is None


@pytest.mark.parametrize("name", ["unknown", "plain", "built", "for_tests"])
def test_an_unknown_part_is_refused(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        Shop.for_tests(**{name: "value"})


def test_the_container_refuses_a_part_that_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="job_stores"):
        Container.for_tests(job_stores=None)
