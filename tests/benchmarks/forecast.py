"""Coverage of the forecast's intervals on generated series, and the factors of its quantiles computed anew.

The seeds of the coverage differ from those of the factors. The kinds "other …" have other laws than those that the
factors are calibrated on.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from statistics import fmean, median

from creator_search.domain.analytics.forecast import Forecast, forecast
from creator_search.domain.analytics.projection import FACTORS
from rich.console import Console
from rich.table import Table

from tests.benchmarks.forecast_factors import factors
from tests.generated.followers import KINDS, OTHER_KINDS, TODAY, followers_of

FIRST_SEED = 1_000_000
SERIES = 4_000
_LENGTHS = (90, 120, 180, 200)
out = Console(highlight=False, soft_wrap=True, width=120)


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of the series; widths and errors relative to the followers of today, in per cent."""

    coverage: float
    below: float
    above: float
    median_width: float
    median_error: float
    backtest_coverage: float | None
    origins: int


def measure(growth: Callable[[Random], Iterator[float]], days: int, series: int = SERIES) -> Measured:
    """Forecast generated series from `days` days, and compare with what follows."""
    found: list[tuple[Forecast, int, int]] = []
    for seed in range(FIRST_SEED, FIRST_SEED + series):
        snapshots, now, later = followers_of(seed, days, 30, growth)
        made = forecast(now, snapshots, TODAY)
        if made.p50 is not None:  # too many days missing
            found.append((made, now, later))
    below = fmean(later < (made.p10 or 0) for made, _, later in found)
    above = fmean(later > (made.p90 or 0) for made, _, later in found)
    tests = [made.backtest for made, _, _ in found if made.backtest.coverage is not None]
    origins = sum(test.origins for test in tests)
    return Measured(
        coverage=1 - below - above,
        below=below,
        above=above,
        median_width=100 * median(((made.p90 or 0) - (made.p10 or 0)) / now for made, now, _ in found),
        median_error=100 * median(abs((made.p50 or 0) - later) / now for made, now, later in found),
        backtest_coverage=sum(test.origins * (test.coverage or 0) for test in tests) / origins if origins else None,
        origins=origins,
    )


def run() -> None:
    heads = ("days", "coverage", "below p10", "above p90", "median width", "median error", "back-test", "origins")
    table = Table("series", *heads, title=f"Forecast: 80 % intervals of {SERIES:,} series each")
    with ProcessPoolExecutor() as pool:
        all_kinds = {**KINDS, **OTHER_KINDS}
        wanted = [(kind, days) for kind in all_kinds for days in _LENGTHS]
        made = pool.map(measure, (all_kinds[kind] for kind, _ in wanted), (days for _, days in wanted))
        for (kind, days), found in zip(wanted, made, strict=True):
            shares = (f"{100 * share:.1f} %" for share in (found.coverage, found.below, found.above))
            tested = "" if found.backtest_coverage is None else f"{100 * found.backtest_coverage:.1f} %"
            sizes = (f"{found.median_width:.1f} %", f"{found.median_error:.1f} %", tested, str(found.origins))
            table.add_row(kind, str(days), *shares, *sizes)
        out.print(table)
        for days, rows in zip(FACTORS, pool.map(factors, FACTORS), strict=True):
            out.print(f"Factors after {days} days: {rows}, in use: {FACTORS[days]}")
