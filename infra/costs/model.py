"""The model: measured counts × list prices, as lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from creator_search.catalogue import FUNCTIONS, Function, Worker, has_snapshot

from infra.costs import assumptions
from infra.costs.counts import Operation, Work
from infra.costs.prices import GIGABYTE, PRICES, Item

IDENTITY_WRITES = frozenset(
    {"control requests", "accounts opened", "accounts requested", "accounts search", "accounts.rows_of_creator"}
)
"""What is written only because the caller is known: the counts of limits, and what callers did."""
_SOURCE_REQUESTS = 2
"""An event source receives and deletes each message."""
_S3_READS = ("GetObject", "HeadObject")


class Part(StrEnum):
    OWN = "own"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Line:
    """One cost. Lines of the same item and text are added."""

    item: Item
    what: str
    quantity: float
    part: Part = Part.OWN

    @property
    def usd(self) -> float:
        return PRICES[self.item].of(self.quantity)


@dataclass(frozen=True, slots=True)
class Estimate:
    title: str
    lines: tuple[Line, ...]

    @property
    def usd(self) -> float:
        return sum(line.usd for line in self.lines)

    @property
    def identity_usd(self) -> float:
        return sum(line.usd for line in self.lines if line.part is Part.IDENTITY)

    @property
    def drivers(self) -> Sequence[Line]:
        """The three largest lines."""
        return sorted(self.lines, key=lambda line: line.usd, reverse=True)[:3]


def estimate(title: str, lines: Iterable[Line]) -> Estimate:
    """Add lines of the same kind."""
    added: Counter[tuple[Item, str, Part]] = Counter()
    for line in lines:
        added[line.item, line.what, line.part] += line.quantity  # type: ignore[assignment]
    return Estimate(title, tuple(Line(item, what, quantity, part) for (item, what, part), quantity in added.items()))


def share(lines: Iterable[Line], of: float) -> Iterator[Line]:
    return (replace(line, quantity=line.quantity * of) for line in lines)


def duration_seconds(work: Work, memory_mb: int) -> float:
    """Return how long one invocation takes: waiting, and computing with the memory's part of a processor. Python code
    uses one processor at most. What is computed while another thread waits counts twice."""
    processors = min(1.0, memory_mb / assumptions.MB_OF_ONE_PROCESSOR)
    cpu_ms = work.cpu_ms + assumptions.TRANSPORT_CPU_MS * work.aws_calls
    return ceil((cpu_ms / processors + work.waited_ms) / work.invocations) / 1000


def lambda_lines(work: Work, row: Function, times: float, part: Part = Part.OWN) -> Iterator[Line]:
    invocations = work.invocations * times
    gigabytes = row.memory_mb / 1024
    yield Line(Item.LAMBDA_REQUESTS, f"invocations of {row.name}", invocations, part)
    seconds = duration_seconds(work, row.memory_mb) * gigabytes * invocations
    yield Line(Item.LAMBDA_SECONDS, f"running {row.name}", seconds, part)
    if has_snapshot(row):
        restored = gigabytes * invocations * assumptions.RESTORES_PER_INVOCATION
        yield Line(Item.SNAPSTART_RESTORE, f"restores of {row.name}", restored, part)
    logged = work.log_bytes + work.log_lines * assumptions.LOG_EVENT_BYTES
    logged += work.invocations * assumptions.PLATFORM_LOG_BYTES
    yield Line(Item.LOGS, f"logs of {row.name}", logged * times / GIGABYTE, part)


def data_lines(work: Work, times: float, part: Part = Part.OWN) -> Iterator[Line]:
    for item, units, verb in (
        (Item.DYNAMODB_READS, work.reads, "reads of"),
        (Item.DYNAMODB_WRITES, work.writes, "writes of"),
    ):
        for kind, quantity in units.items():
            is_identity = units is work.writes and kind in IDENTITY_WRITES
            yield Line(item, f"{verb} {kind}", quantity * times, Part.IDENTITY if is_identity else part)
    if sent := work.calls_of("SQS"):
        yield Line(Item.SQS_REQUESTS, "messages sent", sent * times, part)
    written = work.calls["S3 PutObject"]
    if written:
        yield Line(Item.S3_WRITES, "objects written", written * times, part)
    if read := sum(work.calls[f"S3 {name}"] for name in _S3_READS):
        yield Line(Item.S3_READS, "objects read", read * times, part)


def work_lines(operation: Operation, times: float) -> Iterator[Line]:
    """Return what the functions of an operation cost, `times` times."""
    for work in operation.works:
        row = FUNCTIONS[work.function]
        yield from lambda_lines(work, row, times)
        yield from data_lines(work, times)
        if isinstance(row, Worker):
            received = _SOURCE_REQUESTS * work.invocations * times
            yield Line(Item.SQS_REQUESTS, "messages received and deleted", received)


def identity_lines(authorize: Operation, times: float) -> Iterator[Line]:
    """Return what the authorizer costs."""
    for work in authorize.works:
        yield from lambda_lines(work, FUNCTIONS[work.function], times, Part.IDENTITY)
        yield from data_lines(work, times, Part.IDENTITY)


def stored_lines(operation: Operation, times: float) -> Iterator[Line]:
    """Return what the rows and the images of an operation cost in their first month."""
    rows = sum(work.stored_bytes for work in operation.works) * times / GIGABYTE
    images = sum(work.calls["S3 PutObject"] for work in operation.works) * times * assumptions.IMAGE_BYTES / GIGABYTE
    yield Line(Item.DYNAMODB_STORAGE, "rows and index entries, a month", rows)
    yield Line(Item.DYNAMODB_RECOVERY, "point-in-time recovery, a month", rows)
    yield Line(Item.S3_STORAGE, "images, a month", images)
