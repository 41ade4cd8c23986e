"""Threads that take turns on one simulated clock: each runs alone until it sleeps, and time passes only in sleeps."""

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.fakes import FakeClock


class Turns:
    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._sleeping: list[tuple[datetime, int, threading.Event]] = []
        self._numbers = itertools.count()
        self._given_back = threading.Event()
        self._errors: list[BaseException] = []

    def start(self, work: Callable[[], None]) -> None:
        """Let `work` run in a thread of its own, from now on."""
        turn = self._join(0)

        def run() -> None:
            turn.wait()
            try:
                work()
            except BaseException as error:  # raised again where the turns are given
                self._errors.append(error)
            finally:
                self._given_back.set()

        threading.Thread(target=run, daemon=True).start()

    def sleep(self, seconds: float) -> None:
        """Let the others run until that time. Called by a thread that has its turn."""
        turn = self._join(seconds)
        self._given_back.set()
        turn.wait()

    def run(self) -> None:
        """Give turns, the earliest first, until every thread has ended. Raises the first error of a thread."""
        while self._sleeping:
            at, _, turn = heapq.heappop(self._sleeping)
            self._clock.time = max(self._clock.time, at)
            self._given_back.clear()
            turn.set()
            self._given_back.wait()
            if self._errors:
                raise self._errors[0]

    def _join(self, seconds: float) -> threading.Event:
        turn = threading.Event()
        heapq.heappush(self._sleeping, (self._clock() + timedelta(seconds=seconds), next(self._numbers), turn))
        return turn
