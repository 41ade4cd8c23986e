"""Percentiles of a figure over a group of creators."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles
from typing import Self

MIN_SAMPLE = 30
"""A smaller group has no percentiles."""
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """`percentiles[p]` is the p-th percentile, from the 0th (the minimum) to the 100th (the maximum), interpolated
    linearly between the values (type 7 of Hyndman and Fan 1996, the default of numpy.percentile); empty for a group
    smaller than 30. `sample_size` is the number of values.
    """

    sample_size: int = 0
    percentiles: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        ordered = sorted(values)
        if len(ordered) < MIN_SAMPLE:
            return cls(sample_size=len(ordered))
        inner = quantiles(ordered, n=100, method="inclusive")
        points = (ordered[0], *inner, ordered[-1])
        return cls(sample_size=len(ordered), percentiles=tuple(round(point, _DIGITS) for point in points))

    def percentile(self, number: int) -> float | None:
        """Return the percentile with this number, 0 to 100; None without percentiles."""
        return self.percentiles[number] if self.percentiles else None

    def rank(self, value: float) -> float | None:
        """Return the percentile rank of a value, 0 to 100: the inverse of `percentile`; None without percentiles.

        0 at the minimum and below, 100 at the maximum and above. A value that several percentiles share has the mean of
        their ranks.
        """
        if not self.percentiles:
            return None
        below, through = bisect_left(self.percentiles, value), bisect_right(self.percentiles, value)
        if below < through:
            return (below + through - 1) / 2
        if below in (0, len(self.percentiles)):
            return 100.0 if below else 0.0
        low, high = self.percentiles[below - 1], self.percentiles[below]
        return round(below - 1 + (value - low) / (high - low), 2)
