"""Generated daily followers of creators, of three kinds.

The logarithm of the followers grows by a daily amount:
- steady: a constant growth of each creator, with normal noise;
- changing: a growth that follows a random walk, with normal noise (the local linear trend model);
- bursts: a constant growth with normal noise, and viral posts at random times, whose sizes follow a Pareto law
  (exponent 1.8) and whose followers arrive over days; a part of them leaves again.

The parameters are drawn for each creator: the median creator gains 2 % to 3 % in 30 days, and one in ten loses some.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from math import exp, log
from random import Random

from creator_search.domain.analytics.growth import Snapshot

TODAY = date(2026, 1, 31)
_RUN_IN = 60
_MAX_MISSING = 0.4


def _steady(draw: Random) -> Iterator[float]:
    growth, noise = draw.gauss(0.0008, 0.0015), draw.lognormvariate(log(0.0015), 0.7)
    while True:
        yield growth + draw.gauss(0, noise)


def _changing(draw: Random) -> Iterator[float]:
    growth, noise = draw.gauss(0.001, 0.002), draw.lognormvariate(log(0.001), 0.6)
    step = draw.lognormvariate(log(0.0001), 0.5)
    while True:
        growth += draw.gauss(0, step)
        yield growth + draw.gauss(0, noise)


def _bursts(draw: Random) -> Iterator[float]:
    growth, noise = draw.gauss(0.0005, 0.0008), draw.lognormvariate(log(0.001), 0.5)
    days_between = exp(draw.uniform(log(15), log(60)))
    size, remaining = draw.lognormvariate(log(0.01), 0.5), 0.5 ** (1 / draw.uniform(1.5, 5))
    leaving = draw.uniform(0, 0.3)
    arriving = visitors = 0.0
    while True:
        if draw.random() < 1 / days_between:
            arriving += min(1.0, size * draw.paretovariate(1.8)) * (1 - remaining)
        left = 0.03 * visitors
        visitors += leaving * arriving - left
        yield growth + draw.gauss(0, noise) + arriving - left
        arriving *= remaining


KINDS: Mapping[str, Callable[[Random], Iterator[float]]] = {
    "steady": _steady,
    "changing": _changing,
    "bursts": _bursts,
}


def _returning(draw: Random) -> Iterator[float]:
    """A growth that returns to the creator's own, and a weekly pattern."""
    usual, noise, step = draw.gauss(0.001, 0.001), draw.lognormvariate(log(0.001), 0.6), draw.lognormvariate(-8.5, 0.5)
    growth, day = usual, 0
    while True:
        growth, day = usual + 0.97 * (growth - usual) + draw.gauss(0, step), day + 1
        yield growth + draw.gauss(0, noise) * (2 if day % 7 in (0, 6) else 1)


def _heavy_tails(draw: Random) -> Iterator[float]:
    """A constant growth, with noise of Student's t distribution with three degrees of freedom."""
    growth, noise = draw.gauss(0.0008, 0.0015), draw.lognormvariate(log(0.001), 0.7)
    while True:
        yield growth + noise * draw.gauss(0, 1) / (draw.gammavariate(1.5, 2) / 3) ** 0.5


def _rare_events(draw: Random) -> Iterator[float]:
    """A quiet account that twice a year, on average, gains or loses up to a fifth of its followers in one day."""
    growth, noise = draw.gauss(0, 0.0005), draw.lognormvariate(log(0.0005), 0.5)
    while True:
        yield growth + draw.gauss(0, noise) + (draw.uniform(-0.2, 0.2) if draw.random() < 1 / 180 else 0)


OTHER_KINDS: Mapping[str, Callable[[Random], Iterator[float]]] = {
    "other: returning": _returning,
    "other: heavy tails": _heavy_tails,
    "other: rare events": _rare_events,
}
"""Laws that nothing is calibrated on."""


def followers_of(
    seed: int, days: int, ahead: int, growth: Callable[[Random], Iterator[float]]
) -> tuple[list[Snapshot], int, int]:
    """Return the snapshots of `days` days before TODAY, the followers of TODAY, and those `ahead` days later.

    The first day is not missing; of the others, each misses with the creator's own probability, up to 40 %.
    """
    draw = Random(f"{growth.__name__} {seed}")
    level, missing = draw.uniform(log(1e3), log(1e6)), draw.uniform(0, _MAX_MISSING)
    steps = growth(draw)
    for _ in range(_RUN_IN):
        next(steps)
    counts = []
    for _ in range(days + ahead + 1):
        counts.append(round(exp(level)))
        level += next(steps)
    snapshots = [
        Snapshot(day=TODAY - timedelta(days=days - day), followers=count)
        for day, count in enumerate(counts[:days])
        if not day or draw.random() >= missing
    ]
    return snapshots, counts[days], counts[days + ahead]
