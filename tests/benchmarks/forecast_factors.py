"""Computes the factors of the forecast's quantiles (domain/analytics/projection.py) on generated series."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

from creator_search.domain.analytics.projection import Prediction, predict

from tests.generated.followers import KINDS, TODAY, followers_of

SERIES = 8_000
"""Seeds 0 to 7,999 of each kind."""
TAILS = {"steady": 0.0975, "changing": 0.10125, "bursts": 0.1}
"""The shares below p10, and above p90. With a tenth for each kind, the factor of changing growth after 90 days would be
a quarter larger, because of the creators whose growth cannot be told from steady growth."""
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Case:
    prediction: Prediction
    error: float
    """Change − mean of the prediction, in its standard deviations."""


def cases(kind: str, days: int, series: int) -> list[Case]:
    found = []
    for seed in range(series):
        snapshots, now, later = followers_of(seed, days, 30, KINDS[kind])
        points = [((s.day - TODAY).days, log(s.followers)) for s in snapshots] + [(0, log(now))]
        [made] = predict(points, [len(points) - 1], 1 / 6 / now**2)
        found.append(Case(made, (log(later / now) - made.mean) / made.deviation))
    return found


def factors(days: int, series: int = SERIES) -> tuple[tuple[float, ...], ...]:
    """Return the rows of p10, p50 and p90, such that each kind has its shares."""
    drawn = [cases(kind, days, series) for kind in KINDS]
    tails = [TAILS[kind] for kind in KINDS]
    return (_row(drawn, tails), _row(drawn, [0.5] * len(drawn)), _row(drawn, [1 - tail for tail in tails]))


def _row(drawn: Sequence[Sequence[Case]], targets: Sequence[float]) -> tuple[float, ...]:
    """Solve for each kind in turn, with the factors of the others fixed, until nothing moves any more."""
    row = [0.0] * len(drawn)
    for _ in range(_ROUNDS):
        for kind, (listed, target) in enumerate(zip(drawn, targets, strict=True)):
            needed = sorted(_needed(case, row, kind) for case in listed)
            row[kind] += 0.5 * (needed[round(target * len(needed))] - row[kind])
    return tuple(round(factor, 2) for factor in row)


def _needed(case: Case, row: Sequence[float], kind: int) -> float:
    """Return the factor of this kind with which the quantile is the actual change."""
    weights = case.prediction.weights
    rest = case.error - sum(w * f for w, f in zip(weights, row, strict=True)) + weights[kind] * row[kind]
    return rest / weights[kind] if weights[kind] else inf if rest > 0 else -inf
