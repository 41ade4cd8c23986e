"""The rate of a provider for one priority, and the refreshes that reads may request."""

import random
from collections.abc import Generator

import simpy


class Budget:
    """Counts calls in windows, as adapters/dynamodb/control.py does for all processes together: an attempt that is
    refused counts too, and waits for a random time in the next window."""

    def __init__(self, env: simpy.Environment, per_second: float, longest_wait: float, chance: random.Random) -> None:
        self._env = env
        self._window = max(1.0, 1.0 / per_second)
        self.allowed = max(1, int(per_second * self._window))
        """Calls in a window."""
        self._longest_wait = longest_wait
        self._chance = chance
        self._number = -1
        self._attempts = 0
        self.start_counting()

    def start_counting(self) -> None:
        self.taken = 0
        self.refused = 0
        self.most_attempts = 0
        """In one window: what the row of the window was written at most."""

    def take(self) -> Generator[simpy.Event, object, float | None]:
        """Wait until a call is allowed; the value is None then, or at once the seconds after which there may be room if
        that takes longer than the longest wait."""
        waited = 0.0
        while True:
            now = self._env.now
            number = int(now // self._window)
            if number != self._number:
                self._number, self._attempts = number, 0
            self._attempts += 1
            self.most_attempts = max(self.most_attempts, self._attempts)
            if self._attempts <= self.allowed:
                self.taken += 1
                return None
            self.refused += 1
            pause = (number + 1) * self._window - now + self._chance.uniform(0, 0.5 * self._window)
            waited += pause
            if waited > self._longest_wait:
                return pause
            yield self._env.timeout(pause)

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
