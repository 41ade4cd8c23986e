"""The share of bad results among the recent ones of one process, counted by the minute."""

from collections import deque
from datetime import datetime

PERIODS = (5, 15)
"""Minutes. The share must be too large in one of these periods: the shorter one detects quickly that everything fails,
the longer one contains enough results of a process that has few."""
FEWEST = 3
"""The minimum number of bad results, so that one or two failures by chance are ignored."""


class RecentShare:
    """The share of bad results of one kind of work. If several threads add results at the same time, some may not be
    counted."""

    def __init__(self, percent: float) -> None:
        """`percent` is the share of results that may be bad."""
        self._percent = percent
        self._minutes: deque[list[int]] = deque(maxlen=max(PERIODS))
        """For each minute with results: the minute, the number of results, and the number of bad ones."""

    def add(self, is_bad: bool, at: datetime) -> bool:
        """Add a result. Return whether it is bad and the share of bad recent results is too large."""
        minute = int(at.timestamp()) // 60
        if not self._minutes or self._minutes[-1][0] != minute:
            self._minutes.append([minute, 0, 0])
        newest = self._minutes[-1]
        newest[1] += 1
        newest[2] += is_bad
        return is_bad and any(self._is_too_large(minute - period) for period in PERIODS)

    def _is_too_large(self, after: int) -> bool:
        results = bad = 0
        for minute, some, some_bad in tuple(self._minutes):
            if minute > after:
                results, bad = results + some, bad + some_bad
        return bad >= FEWEST and 100 * bad > self._percent * results
