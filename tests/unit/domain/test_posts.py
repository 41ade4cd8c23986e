"""The time in a shortcode."""

from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.posts import time_of_shortcode
from hypothesis import given
from hypothesis import strategies as st

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
EPOCH = datetime.fromtimestamp(1_314_220_021.721, UTC)


def shortcode(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 64)
        digits = DIGITS[digit] + digits
    return digits


@given(st.datetimes(datetime(2011, 9, 1), datetime(2040, 1, 1)), st.integers(0, (1 << 23) - 1))
def test_the_time_of_an_id_is_found_in_its_shortcode_to_the_second(at: datetime, rest: int) -> None:
    milliseconds = round((at.replace(tzinfo=UTC) - EPOCH) / timedelta(milliseconds=1))
    found = time_of_shortcode(shortcode(milliseconds << 23 | rest))
    assert timedelta(0) <= at.replace(tzinfo=UTC) - found + timedelta(milliseconds=1) <= timedelta(seconds=1.01)


def test_a_shortcode_of_a_private_account_has_28_more_characters() -> None:
    assert time_of_shortcode("DVb9x2jjQ7-" + "a" * 28) == time_of_shortcode("DVb9x2jjQ7-")


@pytest.mark.parametrize("code", ["", "y", "_" * 20, "DVb9 2jjQ7-"])
def test_a_shortcode_without_such_an_id_has_no_time(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any text says the same
        time_of_shortcode(code)
