"""The rate of a provider for one priority, and the refreshes that reads may request."""

import random
from collections import Counter
from collections.abc import Generator

import simpy


class Budget:
    """Counts calls in windows, as adapters/dynamodb/control.py does for all processes together: a call for which a
    window has no room takes a place in the next one that has, and waits for a random time in it."""

    def __init__(self, env: simpy.Environment, per_second: float, longest_wait: float, chance: random.Random) -> None:
        self._env = env
        self._window = max(1.0, 1.0 / per_second)
        self.allowed = max(1, int(per_second * self._window))
        """Calls in a window."""
        self._longest_wait = longest_wait
        self._chance = chance
        self._attempts = Counter[int]()
        """By the number of the window; those that have ended are left out."""
        self.start_counting()

    def start_counting(self) -> None:
        self.taken = 0
        self.waited = 0
        """Calls that had to wait, or were refused."""
        self.most_attempts = 0
        """In one window: what the row of the window was written at most."""

    def take(self) -> Generator[simpy.Event, object, float | None]:
        """Wait until a call is allowed; the value is None then, or at once the seconds after which there may be room if
        that takes longer than the longest wait."""
        now, window = self._env.now, self._window
        number, pause = int(now // window), 0.0
        for ended in [each for each in self._attempts if each < number]:
            del self._attempts[ended]
        while self._count(number) > self.allowed:
            number += 1
            pause = number * window - now
            if pause > self._longest_wait:
                self.waited += 1
                return pause + self._chance.uniform(0, 0.5 * window)
        if pause:
            self.waited += 1
            spread = min(0.5 * window, self._longest_wait - pause)
            yield self._env.timeout(pause + self._chance.uniform(0, spread))
        self.taken += 1
        return None

    def _count(self, number: int) -> int:
        self._attempts[number] += 1
        self.most_attempts = max(self.most_attempts, self._attempts[number])
        return self._attempts[number]

    def used(self, seconds: float) -> float:
        """The share of what it allowed in this time."""
        return self.taken * self._window / (self.allowed * seconds)


class Allowance:
    """Counts refreshes that reads request in windows, as DynamoDBRefreshAllowance does for all processes together."""

    def __init__(self, env: simpy.Environment, per_second: float, period: float) -> None:
        self._env = env
        self._window = max(period, 1.0 / per_second)
        self._allowed = max(1, int(per_second * self._window))
        self._number = -1
        self._taken = 0

    def take(self, wanted: int) -> int:
        """Return how many of so many may be requested now."""
        number = int(self._env.now // self._window)
        if number != self._number:
            self._number, self._taken = number, 0
        found = min(wanted, self._allowed - self._taken)
        self._taken += found
        return found
