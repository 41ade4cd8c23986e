"""The ages of the stored primary profiles.

At the start, ages are uniform, and creators are numbered by age, the oldest first: the time of a creator that was not
built since is a formula. Only those that were built take memory, so that all ten million are in it, without a sample.
"""

import math
import random
from collections import deque
from collections.abc import Sequence

from infra.simulation.assumptions import POPULAR_CREATORS, POPULAR_READS

_EVERY = round(1 / POPULAR_CREATORS)
"""Each creator with a multiple of this as its number is popular."""


class Creators:
    """Times are seconds since the start; `oldest` is the greatest age then, `fresh_for` how long a profile is fresh."""

    def __init__(self, count: int, *, oldest: float, fresh_for: float) -> None:
        self._first = count
        self._oldest = oldest
        self._fresh_for = fresh_for
        self._built: dict[int, float] = {}
        """By time, the oldest first."""
        self._fresh: dict[bool, deque[float]] = {True: deque(), False: deque()}
        self.count = count

    def built_at(self, creator: int) -> float:
        built = self._built.get(creator)
        return -self._oldest * (1 - (creator + 0.5) / self._first) if built is None else built

    def build(self, creator: int | None, now: float) -> None:
        """None for a new creator."""
        if creator is None:
            creator = self.count
            self.count += 1
        self._built.pop(creator, None)
        self._built[creator] = now
        self._fresh[creator % _EVERY == 0].append(now)

    def oldest_due(self, now: float, limit: int) -> Sequence[int]:
        """Return creators whose profile is not fresh and not abandoned, the oldest first."""
        due: list[int] = []
        first = max(0, math.floor(self._first * now / self._oldest - 0.5) + 1)
        last = int(self._first * (1 - max(0.0, self._fresh_for - now) / self._oldest))
        for creator in range(first, min(last, self._first)):
            if len(due) == limit:
                return due
            if creator not in self._built:
                due.append(creator)
        for creator, built in self._built.items():
            if len(due) == limit or now - built <= self._fresh_for:
                break
            if now - built < self._oldest:
                due.append(creator)
        return due

    def stale(self, now: float, *, popular: bool) -> float:
        """Return how many of the popular creators, or of the others, are not fresh."""
        fresh = self._fresh[popular]
        while fresh and now - fresh[0] > self._fresh_for:
            fresh.popleft()
        share = POPULAR_CREATORS if popular else 1 - POPULAR_CREATORS
        still_fresh = max(0.0, self._fresh_for - now) / self._oldest * self._first
        return max(0.0, (self.count - still_fresh) * share - len(fresh))

    def draw_stale(self, at: float, chance: random.Random, popular_share: float = POPULAR_READS) -> int | None:
        """Return a creator that was read at this time while it was stale. None if it was built since."""
        for _ in range(1000):
            creator = chance.randrange(self._first)
            if chance.random() < popular_share:
                creator -= creator % _EVERY
            built = self.built_at(creator)
            if built > at:
                return None
            if at - built > self._fresh_for:
                return creator
        return None

    def fresh_share(self, now: float) -> float:
        return self._younger(now, self._fresh_for) / self.count

    def age(self, now: float, share: float) -> float:
        """Return the age that this share of the creators has at most."""
        low, high = 0.0, self._oldest + now
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self._younger(now, middle) < share * self.count else (low, middle)
        return high

    def _younger(self, now: float, age: float) -> float:
        """Return how many creators are at most this old."""
        built = sum(built >= now - age for built in self._built.values())
        first = min(self._first, max(0, int(self._first * (1 - max(0.0, age - now) / self._oldest))))
        built_of_them = sum(first <= creator < self._first for creator in self._built)
        return built + self._first - first - built_of_them
