"""Usual ranges of the signals of comments and followers."""

from datetime import timedelta

import pytest
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.authenticity.comments import comments_without_words, wordless_range
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.followers import follower_spikes
from creator_search.domain.comments import Comment, PostComments
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START


def commented(wordless: int, worded: int) -> Circumstances:
    comments = (*[Comment(text="🔥")] * wordless, *[Comment(text="nice")] * worded)
    return Circumstances([], [PostComments(shortcode="p", taken_at=START, read_at=START, comments=comments)])


@given(st.integers(30, 5000))
def test_the_limit_for_comments_without_words_falls_with_their_number_towards_85_percent(comments: int) -> None:
    high, more = wordless_range(comments).high, wordless_range(comments + 1).high
    assert high is not None and more is not None and 0.85 < more <= high <= 1


@pytest.mark.parametrize(("wordless", "worded", "is_outside"), [(51, 0, False), (52, 0, True), (536, 64, False),
                                                                (537, 63, True)])  # fmt: skip
def test_a_share_without_words_is_outside_if_it_is_three_standard_errors_above_85_percent(
    wordless: int, worded: int, is_outside: bool
) -> None:
    signal = comments_without_words(commented(wordless, worded))
    assert signal.usual_range == wordless_range(wordless + worded)
    assert signal.is_outside is is_outside


@pytest.mark.parametrize(("gained", "is_outside"), [(220, False), (230, True)])
def test_a_rise_of_one_day_is_unusual_from_a_little_over_two_percent_of_the_followers(
    gained: int, is_outside: bool
) -> None:
    today = START.date()
    days = [today - timedelta(days=40 - number) for number in range(41)]
    known = [Snapshot(day=day, followers=10_000 + (gained if number >= 20 else 0)) for number, day in enumerate(days)]
    assert follower_spikes(known, today, Circumstances()).is_outside is is_outside
