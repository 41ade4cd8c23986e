"""What clients of the running local system wait for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks.load.connection import Connection

CONNECTING = 100
"""How many connections are opened at the same time."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of the answers with 200 or 304, sorted; `failed` counts other answers and broken connections."""

    seconds: Sequence[float]
    failed: int
    wall: float

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float | None:
        """Return the time within which this share of the answers came; None without answers."""
        if not self.seconds:
            return None
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


async def one_by_one(api: str, paths: Sequence[str], *, authorization: str = "", streamed: bool = False) -> Measured:
    """Ask for the paths one after the other; of streamed answers, wait for the first chunk."""

    async def ask(path: str) -> tuple[int, float]:
        connection = await Connection.open(api, authorization)
        try:
            await connection.get("/api/health")
            return await (connection.first_chunk(path) if streamed else connection.get(path))
        finally:
            connection.close()

    start = time.perf_counter()
    answers = [await _tried(ask, path) for path in paths]
    return _measured(answers, time.perf_counter() - start)


async def together(
    api: str, paths: Sequence[str], *, connections: int, seconds: float, authorization: str = ""
) -> Measured:
    """Keep the connections open and ask on each, again and again, for the paths in turn."""
    connecting = asyncio.Semaphore(CONNECTING)

    async def connect() -> Connection:
        async with connecting:
            return await Connection.open(api, authorization)

    opened = await asyncio.gather(*(connect() for _ in range(connections)))
    start = time.perf_counter()

    async def client(number: int, connection: Connection) -> list[tuple[int, float]]:
        answers: list[tuple[int, float]] = []
        while time.perf_counter() - start < seconds:
            path = paths[(number + len(answers)) % len(paths)]
            answers.append(await _tried(connection.get, path))
            if not answers[-1][0]:
                break
        return answers

    try:
        found = await asyncio.gather(*(client(number, connection) for number, connection in enumerate(opened)))
        return _measured([answer for answers in found for answer in answers], time.perf_counter() - start)
    finally:
        for connection in opened:
            connection.close()


async def _tried(ask: Callable[[str], Awaitable[tuple[int, float]]], path: str) -> tuple[int, float]:
    """Return the status and the seconds; a status of 0 if the connection failed."""
    try:
        return await ask(path)
    except (OSError, EOFError, ValueError):
        return 0, 0.0


def _measured(answers: Sequence[tuple[int, float]], wall: float) -> Measured:
    good = sorted(seconds for status, seconds in answers if status in (200, 304))
    return Measured(good, len(answers) - len(good), wall)
