"""The share of bad results among the recent ones of one process, as a number of results a minute."""

from collections import deque
from datetime import datetime

PERIODS = (5, 15)
"""Minutes. A share that is too large in either counts: the shorter one shows soon that everything fails, the longer one
contains enough results of a process that has few."""
FEWEST = 3
"""So many bad results at least: one or two that fail by chance are no share."""


class RecentShare:
    """The bad results of one kind of work. Of results that several threads add at one time, some may not count."""

    def __init__(self, percent: float) -> None:
        """`percent` of the results may be bad."""
        self._percent = percent
        self._minutes: deque[list[int]] = deque(maxlen=max(PERIODS))
        """Of each minute with results: its number, its results, and those of them that were bad."""

    def add(self, is_bad: bool, at: datetime) -> bool:
        """Add a result. Return whether it is bad, as too many recent ones are."""
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
