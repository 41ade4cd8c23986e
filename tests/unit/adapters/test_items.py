"""Items of answers are converted to the values that were stored."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from creator_search.adapters.dynamodb.items import from_wire, to_wire
from creator_search.domain.post_queries import PostSort

VALUES: dict[str, Any] = {
    "text": 'caf\u00e9 "x"',
    "empty": "",
    "whole": 12345678901234567890,
    "negative": -7,
    "zero": 0,
    "fraction": 0.125,
    "small": 1e-9,
    "yes": True,
    "no": False,
    "list": [1, "a", [2.5], {"b": None, "c": 3}],
    "map": {"a": {"b": [False]}, "n": -0.5},
}


def test_what_was_stored_is_read_with_the_same_values_and_types() -> None:
    found = from_wire(to_wire(VALUES))
    expected = {**VALUES, "list": [1, "a", [2.5], {"c": 3}]}
    assert found == expected
    assert [type(value) for value in found.values()] == [type(value) for value in expected.values()]


@pytest.mark.parametrize(
    "text", ["7", "-7", "007", "0", "-0", "1E+2", "1.50", "2.0", "-0.25", "1E-3", "123456789012345678"]
)
def test_a_number_is_the_one_that_boto3_reads(text: str) -> None:
    found = from_wire({"n": {"N": text}})["n"]
    expected = TypeDeserializer().deserialize({"N": text})
    assert Decimal(str(found)) == expected
    assert isinstance(found, int) is (found == int(found))


@pytest.mark.parametrize("wire", [{"NULL": True}, {"SS": ["a", "b"]}, {"B": b"x"}])
def test_other_kinds_are_those_of_boto3(wire: Any) -> None:
    assert from_wire({"x": wire}) == {"x": TypeDeserializer().deserialize(wire)}


@pytest.mark.parametrize(
    "value",
    [
        *("", "a", PostSort.RECENT, True, False, 0, -1, 10**38 - 1, 1 - 10**38),
        *([], {}, [None, "a"], (1, ["b"]), {"a": {"b": [True]}}, b"x", bytearray(b"x"), {"a", "b"}, {1, 2}),
    ],
)
def test_a_value_is_stored_as_boto3_stores_it(value: Any) -> None:
    is_tuple = isinstance(value, tuple)
    found, expected = to_wire({"x": value})["x"], TypeSerializer().serialize(list(value) if is_tuple else value)
    assert found == expected and found.keys() == expected.keys()


@pytest.mark.parametrize("value", [10**38 + 1, float("nan"), float("inf"), 1e-200, object()])
def test_a_value_that_the_store_cannot_have_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ArithmeticError)):
        to_wire({"x": value})
