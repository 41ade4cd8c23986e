"""The time in a shortcode, and the post of two answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.posts import MediaType, Post, TakenAtSource, ViewsKind, merge_posts, time_of_shortcode
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


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TIMELINE = Post(
    shortcode="a",
    media_type=MediaType.VIDEO,
    taken_at=NOON,
    caption="hello",
    likes=10,
    comments=2,
    views=100,
    views_kind=ViewsKind.VIEWS,
    is_pinned=True,
    source_image_url="https://images.test/a.jpg",
)
REEL = Post(
    shortcode="a",
    media_type=MediaType.REEL,
    taken_at=NOON + timedelta(minutes=3),
    taken_at_source=TakenAtSource.SHORTCODE,
    likes=12,
    views=250,
    views_kind=ViewsKind.PLAYS,
    is_paid_partnership=True,
)
BOTH = replace(
    TIMELINE,
    media_type=MediaType.REEL,
    likes=12,
    views=250,
    views_kind=ViewsKind.PLAYS,
    is_paid_partnership=True,
)


def test_a_post_in_two_answers_is_merged_field_by_field() -> None:
    assert merge_posts((TIMELINE,), (REEL,), 10) == (BOTH,)
    assert merge_posts((REEL,), (TIMELINE,), 10) == (replace(BOTH, likes=10),)  # the likes of the later answer


@pytest.mark.parametrize("field", ["caption", "likes", "comments", "views", "is_paid_partnership", "source_image_url"])
def test_a_value_of_one_answer_is_not_lost_to_none_in_the_other(field: str) -> None:
    full = replace(BOTH, is_paid_partnership=False)
    without = replace(full, **{field: "" if field == "caption" else None})  # type: ignore[arg-type]
    assert merge_posts((full,), (without,), 10) == merge_posts((without,), (full,), 10) == (full,)


def test_plays_that_were_not_counted_do_not_replace_the_views() -> None:
    uncounted = replace(REEL, views=0)
    [found] = merge_posts((TIMELINE,), (uncounted,), 10)
    assert (found.views, found.views_kind) == (100, ViewsKind.VIEWS)


def test_counts_of_one_kind_are_those_of_the_later_answer() -> None:
    later = replace(BOTH, views=260, comments=0)
    assert merge_posts((BOTH,), (later,), 10) == (later,)


def test_merged_posts_are_the_newest_newest_first() -> None:
    old, new = (replace(TIMELINE, shortcode=c, taken_at=NOON + timedelta(days=d)) for c, d in (("o", -1), ("n", 1)))
    assert merge_posts((old, TIMELINE), (REEL, new), 2) == (new, BOTH)
