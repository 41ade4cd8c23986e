"""Confidence: how often such an answer was right on labelled text that the rules were neither trained nor tuned on."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Calibration:
    """Maps the raw score of an answer to its confidence.

    `knots` are pairs of a score and the share of right answers there, both ascending; between two knots the confidence
    is interpolated linearly, beyond the outer ones it is constant. Without knots nothing was measured and the
    confidence is None.
    """

    knots: tuple[tuple[float, float], ...] = ()

    def confidence(self, score: float) -> float | None:
        if not self.knots:
            return None
        place = bisect_right(self.knots, score, key=lambda knot: knot[0])
        if place in (0, len(self.knots)):
            return self.knots[min(place, len(self.knots) - 1)][1]
        (low, share), (high, next_share) = self.knots[place - 1], self.knots[place]
        return round(share + (next_share - share) * (score - low) / (high - low), DIGITS)


def fit(answers: Iterable[tuple[float, bool]], *, least: int = 100) -> Calibration:
    """Fit a calibration to pairs of a raw score and whether the answer was right.

    The answers are divided by score into buckets of at least `least`; neighbouring buckets whose shares are not
    ascending are merged (isotonic regression by pooling adjacent violators). Fewer than `least` answers are not
    measured: the result has no knots.
    """
    buckets: list[list[tuple[float, bool]]] = []
    for some in _groups(sorted(answers), least):
        buckets.append(list(some))
        while len(buckets) > 1 and _share(buckets[-2]) >= _share(buckets[-1]):
            last = buckets.pop()
            buckets[-1] += last
    return Calibration(tuple((round(_mean_score(some), DIGITS), round(_share(some), DIGITS)) for some in buckets))


def _groups(ordered: Sequence[tuple[float, bool]], least: int) -> Iterable[Sequence[tuple[float, bool]]]:
    """Divide into groups of at least `least` that keep equal scores together; the last rest joins the last group."""
    start = 0
    while len(ordered) - start >= least:
        end = start + least
        while end < len(ordered) and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        if len(ordered) - end < least:
            end = len(ordered)
        yield ordered[start:end]
        start = end


def _share(answers: Sequence[tuple[float, bool]]) -> float:
    return sum(right for _, right in answers) / len(answers)


def _mean_score(answers: Sequence[tuple[float, bool]]) -> float:
    return sum(score for score, _ in answers) / len(answers)
