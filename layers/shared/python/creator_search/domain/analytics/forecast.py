"""Forecast of the followers in 30 days, from stored daily snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log
from statistics import fmean, median

from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.projection import HORIZON_DAYS, Prediction, predict

MIN_DAYS = 90
WINDOW_DAYS = 200
"""Older snapshots are not used. Leaves 80 days for origins of the back-test."""
_MIN_SHARE_OF_DAYS = 0.5
_DAYS_BETWEEN_ORIGINS = 7
_WIDEST = 100
"""Ratio of p90 to p10 above which there is no forecast: wrong counts in the snapshots, not growth."""
METHOD = (
    "local level model of the daily growth of the logarithm of the followers, averaged over eight ratios of its "
    "variances, with quantiles calibrated on generated series of three kinds"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The same method at `origins` earlier days, at least a week apart, compared with the followers 30 days later.

    `coverage` is the share of these from p10 to p90; 0.8 is expected. `median_absolute_error` is the median of
    |p50 − actual| ÷ actual × 100. The periods overlap: four origins a month are not four independent tests.
    """

    origins: int = 0
    coverage: float | None = None
    median_absolute_error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The followers in 30 days: with a probability of 80 % from `p10` to `p90`, and as likely below `p50` as above.

    `sample_size` is the number of days with a known count, including today, of at most 200 days. The forecast needs 90
    days, and half of them known: in less time, changing growth cannot be distinguished from steady growth, and an
    interval that holds for both is too wide to be useful. There is none either if p90 would be more than 100 times p10.
    """

    horizon_days: int = HORIZON_DAYS
    p10: int | None = None
    p50: int | None = None
    p90: int | None = None
    method: str = METHOD
    backtest: Backtest = Backtest()
    sample_size: int
    notes: tuple[str, ...] = ()


def forecast(followers: int, snapshots: Sequence[Snapshot], today: date) -> Forecast:
    """Forecast from the current followers and the snapshots, in any order; those of today and later are not used."""
    oldest = today - timedelta(days=WINDOW_DAYS)
    counts = {(s.day - today).days: s.followers for s in snapshots if oldest <= s.day < today} | {0: followers}
    days = sorted(counts)
    if not min(counts.values()):
        return Forecast(sample_size=len(days), notes=("forecast: the profile has, or had, no followers",))
    if -days[0] < MIN_DAYS:
        note = f"forecast: needs snapshots of {MIN_DAYS} days, the oldest is of {today + timedelta(days=days[0])}"
        return Forecast(sample_size=len(days), notes=(note,))
    if not _enough(days, len(days) - 1):
        note = f"forecast: {len(days)} of the last {1 - days[0]} days have a snapshot, half of them are needed"
        return Forecast(sample_size=len(days), notes=(note,))
    points = [(day, log(counts[day])) for day in days]
    origins = _origins(days)
    # Rounding adds a variance of 1/12 to each count, and 1/6 to a difference.
    *earlier, now = predict(points, [*origins, len(days) - 1], 1 / 6 / max(counts.values()) ** 2)
    p10, p50, p90 = _followers(followers, now)
    if p90 > _WIDEST * p10:
        note = f"forecast: the counts change so much that p90 would be more than {_WIDEST} times p10"
        return Forecast(sample_size=len(days), notes=(note,))
    backtest = _backtest(counts, [(days[origin], found) for origin, found in zip(origins, earlier, strict=True)])
    note = f"backtest: needs {MIN_DAYS + HORIZON_DAYS} days of snapshots, with one 30 days after another"
    notes = () if backtest.origins else (note,)
    return Forecast(p10=p10, p50=p50, p90=p90, backtest=backtest, sample_size=len(days), notes=notes)


def _enough(days: Sequence[int], last: int) -> bool:
    """Tell whether the days up to the index `last` are enough for a forecast."""
    covered = days[last] - days[0]
    return covered >= MIN_DAYS and last + 1 >= _MIN_SHARE_OF_DAYS * (covered + 1)


def _origins(days: Sequence[int]) -> list[int]:
    """Return the indexes of days, ascending, whose forecast can be compared; from the newest backwards."""
    known, chosen = set(days), list[int]()
    for index in range(len(days) - 1, -1, -1):
        is_next = not chosen or days[chosen[-1]] - days[index] >= _DAYS_BETWEEN_ORIGINS
        if is_next and days[index] + HORIZON_DAYS in known and _enough(days, index):
            chosen.append(index)
    return chosen[::-1]


def _backtest(counts: dict[int, int], predictions: Sequence[tuple[int, Prediction]]) -> Backtest:
    if not predictions:
        return Backtest()
    inside, errors = [], []
    for day, found in predictions:
        actual = counts[day + HORIZON_DAYS]
        p10, p50, p90 = _followers(counts[day], found)
        inside.append(p10 <= actual <= p90)
        errors.append(abs(p50 - actual) / actual)
    return Backtest(
        origins=len(predictions),
        coverage=round(fmean(inside), 4),
        median_absolute_error=round(100 * median(errors), 4),
    )


def _followers(now: int, found: Prediction) -> tuple[int, int, int]:
    p10, p50, p90 = (round(now * exp(change)) for change in found.quantiles())
    return p10, p50, p90
