"""Advice on the time to post."""

import random
from dataclasses import replace
from datetime import timedelta
from math import log

import pytest
from creator_search.domain.analytics.engagement import summarize
from creator_search.domain.analytics.posting_effects import effects, responses
from creator_search.domain.analytics.posting_times import NO_BEST_TIME, TOO_FEW_FOR_TIMES, posting_advice
from creator_search.domain.analytics.timing import best_times
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.posts import MediaType, Post
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.timing import advise
from tests.fakes import START
from tests.generated.posting import posts_of


def at(number: int, hour: int, engagement: int | None, media_type: MediaType = MediaType.IMAGE) -> Post:
    taken_at = START.replace(hour=hour) - timedelta(days=number)
    return Post(shortcode=f"p{number}", media_type=media_type, taken_at=taken_at, likes=engagement, comments=0)


def alternating(low: int, high: int, number: int = 60) -> list[Post]:
    """Posts at 8 h with about `low` likes, and every third at 18 h with about `high`."""
    return [at(n, 18, high + n % 7) if n % 3 == 0 else at(n, 8, low + n % 7) for n in range(number)]


def test_on_noise_at_most_one_percent_of_creators_get_advice() -> None:
    # Each does with a probability of at most 1/200: more than 12 of 1,000 have a probability of 0.002.
    assert sum(advise(seed).is_given for seed in range(1_000)) <= 12


def test_a_window_with_three_times_the_engagement_is_found() -> None:
    found = [advise(seed, 2.0, 100) for seed in range(60)]
    given = sum(advised.is_given for advised in found)
    # `make bench ARGS=timing` shows 75 %; 60 creators have a standard error of 6 %.
    assert given >= 0.75 * 60 - 3 * 0.06 * 60
    assert sum(advised.is_right for advised in found) >= 0.95 * given


def test_the_advice_names_the_window_and_its_lift() -> None:
    posts = alternating(100, 300)
    found = posting_advice(posts)
    assert found is not None and (found.window, found.sample_size) == ("18:00-20:00", 20)
    assert found.p_value == 1 / 400
    assert 0 < found.lift_low < found.expected_lift < found.lift_high
    engagement, times = summarize(posts, 1000, ALL_POSTS), best_times(posts, found)
    assert engagement.best_time_to_post == times.best_time_to_post == "18:00-20:00"
    assert NO_BEST_TIME not in (*engagement.notes, *times.notes)
    assert times.slots and times.slots[0].hour == 18 and (times.slots[0].relative_engagement or 0) > 1


@pytest.mark.parametrize(
    ("posts", "note"),
    [
        ([], TOO_FEW_FOR_TIMES),
        (alternating(100, 300, 19), TOO_FEW_FOR_TIMES),
        (alternating(100, 100), NO_BEST_TIME),
        ([at(n, 8, 100) for n in range(60)], NO_BEST_TIME),
        ([replace(p, likes=None) for p in alternating(100, 300)], TOO_FEW_FOR_TIMES),
        ([replace(p, is_pinned=True) for p in alternating(100, 300)], TOO_FEW_FOR_TIMES),
        # four at 18 h
        ([at(n, 18 if n % 15 == 0 else 8, 300 if n % 15 == 0 else 100 + n % 7) for n in range(60)], NO_BEST_TIME),
    ],
)
def test_without_enough_evidence_there_is_no_advice_and_a_note_says_why(posts: list[Post], note: str) -> None:
    assert posting_advice(posts) is None
    assert note in summarize(posts, 1000, ALL_POSTS).notes
    times = best_times(posts, None)
    assert (times.best_time_to_post, times.advice) == (None, None) and note in times.notes


def test_a_media_type_that_gets_more_engagement_does_not_make_its_hour_better() -> None:
    reels = [at(n, 18, 900 + 37 * (n * 7 % 11), MediaType.REEL) for n in range(0, 60, 2)]
    images = [at(n, 8, 90 + 4 * (n * 5 % 11)) for n in range(1, 60, 2)]
    assert posting_advice([*reels, *images]) is None
    assert {slot.relative_engagement for slot in best_times([*reels, *images], None).slots} <= {1.0}


def test_growth_does_not_make_the_hours_of_the_newest_posts_better() -> None:
    grown = [at(n, 18 if n < 30 else 8, round(1000 * 0.97**n) + n % 5) for n in range(60)]
    assert posting_advice(grown) is None


def test_effects_are_shrunk_by_the_variance_between_the_slots() -> None:
    found = responses([at(n, hour, 100 * ratio) for n, (hour, ratio) in enumerate([(8, 1), (18, 4)] * 10)])
    by_window = effects(found, lambda r: r.window)
    assert by_window[9].mean == pytest.approx(log(2), abs=0.05)  # no noise: nothing is shrunk
    noisy = responses([at(n, (8, 18)[n % 2], 100 + 300 * (n // 2 % 2)) for n in range(40)])
    assert {effect.mean for effect in effects(noisy, lambda r: r.window).values()} == {0.0}


creators = st.builds(posts_of, st.integers(0, 10**6), st.sampled_from([0.0, 2.0, 5.0]), number=st.integers(20, 60))


@settings(max_examples=40, deadline=None)
@given(creators, st.integers(2, 50))
def test_neither_the_scale_of_the_engagement_nor_the_order_of_the_posts_matters(posts: list[Post], scale: int) -> None:
    whole = [replace(p, likes=(p.likes or 0) + 1) for p in posts]
    larger = [replace(p, likes=(p.likes or 0) * scale, comments=(p.comments or 0) * scale) for p in whole]
    found, scaled = posting_advice(whole), posting_advice(larger)
    assert (found and (found.window, found.p_value)) == (scaled and (scaled.window, scaled.p_value))
    shuffled = random.Random(scale).sample(whole, len(whole))
    assert posting_advice(shuffled) == found and best_times(shuffled, found) == best_times(whole, found)
    slots = {(s.weekday, s.hour): s.relative_engagement for s in best_times(whole, found).slots}
    for slot in best_times(larger, scaled).slots:
        assert slots.get((slot.weekday, slot.hour), slot.relative_engagement) == pytest.approx(
            slot.relative_engagement, abs=2e-4
        )
    assert found is None or 0 <= found.lift_low <= found.expected_lift <= found.lift_high
