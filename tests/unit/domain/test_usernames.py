import pytest
from creator_search.domain.errors import CreatorSearchError, EmptyUsername, InvalidUsername
from creator_search.domain.usernames import parse_username, spelling_variations
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("raw", ["natgeo", "@natgeo", " @NatGeo ", "NATGEO\n"])
def test_the_ways_people_write_a_username_are_one(raw: str) -> None:
    assert parse_username(raw) == "natgeo"


@pytest.mark.parametrize("raw", ["", " ", "@", " @ "])
def test_nothing_is_not_a_username(raw: str) -> None:
    with pytest.raises(EmptyUsername, match="Username cannot be empty"):
        parse_username(raw)


def test_a_long_username_says_how_long_it_may_be() -> None:
    assert parse_username("a" * 30) == "a" * 30
    with pytest.raises(InvalidUsername, match=r"Username too long \(max 30 characters\)"):
        parse_username("a" * 31)


@pytest.mark.parametrize("raw", ["a b", "a/b", "a-b", "é", "a\x00", "@@a", "a\nb"])
def test_other_characters_are_refused(raw: str) -> None:
    with pytest.raises(InvalidUsername):
        parse_username(raw)


@given(st.text(max_size=40))
def test_parsing_is_stable_or_refuses(raw: str) -> None:
    try:
        once = parse_username(raw)
    except CreatorSearchError:
        return
    assert parse_username(once) == once


def test_variations_drop_digits_and_separators() -> None:
    assert spelling_variations("jane_doe99") == ("jane_doe", "janedoe99")
    assert spelling_variations("ab12") == ()
    assert spelling_variations("plain") == ()
