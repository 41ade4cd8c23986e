"""Confidence from the measured share of right answers."""

import random

import pytest
from creator_search.domain.captions.calibration import Calibration, fit


def test_confidence_is_interpolated_between_the_knots_and_constant_beyond_them() -> None:
    made = Calibration(((0.4, 0.5), (0.8, 0.9)))
    assert [made.confidence(score) for score in (-1, 0.4, 0.5, 0.8, 7)] == [0.5, 0.5, 0.6, 0.9, 0.9]


def test_what_was_not_measured_has_no_confidence() -> None:
    assert Calibration().confidence(0.9) is None
    assert fit([(0.9, True)] * 99, least=100).confidence(0.9) is None


def test_a_fitted_confidence_is_the_share_of_right_answers_on_other_answers() -> None:
    rng = random.Random(1)
    drawn = [(score := rng.random(), rng.random() < score**2) for _ in range(20_000)]
    made = fit(drawn[:10_000], least=500)
    for low in (0.0, 0.25, 0.5, 0.75):
        some = [(made.confidence(score) or 0, right) for score, right in drawn[10_000:] if low <= score < low + 0.25]
        claimed, right = (sum(column) / len(some) for column in zip(*some, strict=True))
        assert claimed == pytest.approx(right, abs=0.04)


def test_a_higher_score_never_has_a_lower_confidence() -> None:
    rng = random.Random(2)
    made = fit([(rng.random(), rng.random() < 0.5) for _ in range(3_000)], least=100)
    shares = [share for _, share in made.knots]
    assert shares == sorted(shares) and len({score for score, _ in made.knots}) == len(shares)


def test_equal_scores_have_one_confidence() -> None:
    made = fit([(1.0, n % 4 > 0) for n in range(400)], least=100)
    assert made.knots == ((1.0, 0.75),)
