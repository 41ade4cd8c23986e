"""Prediction of the change of the logarithm of a creator's followers, with calibrated quantiles.

The daily growth is modelled as a level that follows a random walk, observed with noise (the local level model of
A. C. Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989). The ratio of the two variances
is not known: eight values are filtered, and averaged by their likelihood. Viral bursts are not of this model: the more
of the variance comes from the largest changes, the more weight the mean growth and the variance of 15-day changes get.

The quantiles are calibrated on generated series of three kinds (tests/generated/followers.py), so that each kind has
its coverage. `make bench ARGS=forecast` computes FACTORS and measures the coverage on other series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import fmean

HORIZON_DAYS = 30
Point = tuple[int, float]
"""A day and the logarithm of the followers."""

_RATIOS = (0.0, 1e-4, 4e-4, 1.6e-3, 6.4e-3, 2.56e-2, 0.1024, 0.4096)
"""Variance of the daily change of the growth ÷ variance of the noise of a day."""
_PRIOR = (0.5, *(0.5 / 7 for _ in range(7)))
_STEADY = 4e-4
"""Up to this ratio, the growth changes too little within 30 days to matter, and counts as steady."""
_LARGEST = 0.05
_BURSTS_FROM, _BURSTS_AT = 0.27, 0.40
"""Share of the variance that the largest 5 % of the changes have; 0.28 in a normal distribution."""
_LAG = 15

FACTORS: dict[int, tuple[tuple[float, ...], ...]] = {
    90: ((-0.77, -3.51, -1.15), (0.03, 0.04, -0.30), (0.58, 2.70, 4.25)),
    120: ((-1.03, -2.33, -1.18), (0.04, 0.06, -0.32), (0.85, 1.80, 3.22)),
    150: ((-1.13, -1.87, -1.15), (0.05, 0.01, -0.33), (0.99, 1.59, 2.58)),
    200: ((-1.22, -1.64, -1.12), (0.02, 0.01, -0.28), (1.10, 1.53, 2.23)),
}
"""Days of history → for p10, p50 and p90, the distance from the mean in standard deviations for growth that is steady,
that changes, and that comes in bursts. Linear between the days."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The change of the logarithm in 30 days. `weights` are those of steady growth, changing growth and bursts."""

    days: int
    mean: float
    deviation: float
    weights: tuple[float, float, float]

    def quantiles(self) -> tuple[float, float, float]:
        """Return p10, p50 and p90."""
        low, middle, high = (
            self.mean + self.deviation * sum(w * f for w, f in zip(self.weights, row, strict=True))
            for row in _factors(self.days)
        )
        return low, middle, high


def _factors(days: int) -> list[list[float]]:
    known = sorted(FACTORS)
    before = max((d for d in known if d <= days), default=known[0])
    after = min((d for d in known if d >= days), default=known[-1])
    part = (days - before) / (after - before) if after > before else 0.0
    return [
        [(1 - part) * a + part * b for a, b in zip(*rows, strict=True)]
        for rows in zip(FACTORS[before], FACTORS[after], strict=True)
    ]


class _GrowthFilters:
    """Kalman filters of the daily growth, one per ratio; their variances are relative to that of the noise."""

    def __init__(self, rounding: float) -> None:
        self._rounding = rounding
        self._filters: list[tuple[float, float, float, float]] = []  # growth, its variance, squares, log-determinant
        self._updates = 0

    def update(self, change: float, days: int) -> None:
        """Take the change over this number of days."""
        if not self._filters:
            self._filters = [(change / days, 1 / days, 0.0, 0.0) for _ in _RATIOS]
            return
        self._updates += 1
        updated = []
        for ratio, (growth, variance, squares, determinant) in zip(_RATIOS, self._filters, strict=True):
            predicted = variance + ratio * days
            total = days * days * predicted + days
            error, gain = change - days * growth, days * predicted / total
            updated.append(
                (
                    growth + gain * error,
                    predicted * (1 - gain * days),
                    squares + error * error / total,
                    determinant + log(total),
                )
            )
        self._filters = updated

    def predict(self) -> tuple[float, float, float]:
        """Return mean and variance of the change in 30 days, and the weight of a steady growth. Needs two updates."""
        h, n = HORIZON_DAYS, self._updates
        scores, means, variances = [], [], []
        for ratio, prior, (growth, variance, squares, determinant) in zip(_RATIOS, _PRIOR, self._filters, strict=True):
            noise = max(squares / n, self._rounding)
            scores.append(log(prior) - 0.5 * (determinant + n * log(noise)))
            means.append(h * growth)
            variances.append(noise * (h * h * variance + ratio * h * (h + 1) * (2 * h + 1) / 6 + h))
        likely = [exp(score - max(scores)) for score in scores]
        weights = [weight / sum(likely) for weight in likely]
        mean = sum(w * m for w, m in zip(weights, means, strict=True))
        spread = sum(w * (v + (m - mean) ** 2) for w, m, v in zip(weights, means, variances, strict=True))
        return mean, spread, sum(w for w, ratio in zip(weights, _RATIOS, strict=True) if ratio <= _STEADY)


def predict(points: Sequence[Point], ends: Sequence[int], rounding: float) -> list[Prediction]:
    """For each index of `ends`, ascending, predict from the points up to it. The points are oldest first; up to an end
    they are at least three, and cover at least 30 days. `rounding` is the variance that the rounding to whole followers
    gives to the change between two days.
    """
    filters, taken, found = _GrowthFilters(rounding), 0, []
    for end in ends:
        for (a, x), (b, y) in pairwise(points[taken : end + 1]):
            filters.update(y - x, b - a)
        taken = end
        found.append(_predict(points[: end + 1], filters, rounding))
    return found


def _predict(points: Sequence[Point], filters: _GrowthFilters, rounding: float) -> Prediction:
    (first, start), (last, end) = points[0], points[-1]
    days = last - first
    daily = (end - start) / days
    mean, variance, steady = filters.predict()
    bursts = _bursts(points, daily)
    long_run = max(_variance_per_day(points, daily), rounding)
    deviation = exp((1 - bursts) * log(variance) / 2 + bursts * log(HORIZON_DAYS * long_run) / 2)
    weights = ((1 - bursts) * steady, (1 - bursts) * (1 - steady), bursts)
    return Prediction(days, (1 - bursts) * mean + bursts * HORIZON_DAYS * daily, deviation, weights)


def _bursts(points: Sequence[Point], daily: float) -> float:
    """Return 0–1: how much of the variance comes from the largest changes."""
    squares = sorted(
        ((y - x - daily * (b - a)) ** 2 / (b - a) for (a, x), (b, y) in pairwise(points)),
        reverse=True,
    )
    total = sum(squares)
    share = sum(squares[: max(1, round(_LARGEST * len(squares)))]) / total if total else 0.0
    return min(1.0, max(0.0, (share - _BURSTS_FROM) / (_BURSTS_AT - _BURSTS_FROM)))


def _variance_per_day(points: Sequence[Point], daily: float) -> float:
    """Return the variance of 15-day changes ÷ 15. Days between points are interpolated."""
    values = [x + (y - x) * day / (b - a) for (a, x), (b, y) in pairwise(points) for day in range(b - a)]
    values.append(points[-1][1])
    changes = (later - earlier - daily * _LAG for earlier, later in zip(values, values[_LAG:], strict=False))
    return fmean(change * change for change in changes) / _LAG
