"""What operations were measured to cause: counts.json."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

COUNTS_FILE = Path(__file__).parent / "counts.json"


@dataclass(slots=True)
class Work:
    """What all invocations of one function did for one operation."""

    function: str
    invocations: int = 0
    cpu_ms: float = 0
    """Processor time of the function itself."""
    waited_ms: float = 0
    """How long at least one call was in progress, with the latencies of `assumptions`."""
    calls: Counter[str] = field(default_factory=Counter)
    """By service and operation, as in "DynamoDB GetItem", and by kind of request, as in "upstream"."""
    reads: Counter[str] = field(default_factory=Counter)
    """Read units by table and kind of item."""
    writes: Counter[str] = field(default_factory=Counter)
    """Write units by table and kind of item, or by table and index, as in "profiles.posts_by_engagement"."""
    written: Counter[str] = field(default_factory=Counter)
    """Items written or deleted, by table and kind."""
    stored_bytes: int = 0
    """How much the tables and their indexes grew."""
    log_bytes: int = 0
    log_lines: int = 0
    answer_bytes: int = 0
    """The compressed body of the answer, and its headers."""
    metrics: list[str] = field(default_factory=list)
    """The custom metrics in its log lines, with their dimensions."""

    def calls_of(self, service: str) -> int:
        return sum(count for name, count in self.calls.items() if name.split()[0] == service)

    @property
    def aws_calls(self) -> int:
        return sum(self.calls_of(service) for service in ("DynamoDB", "SQS", "S3"))


@dataclass(frozen=True, slots=True)
class Operation:
    """`size` is how many of its things one operation handles: 1, or the captions of an analysis."""

    works: tuple[Work, ...]
    size: int = 1


Counts = Mapping[str, Operation]


def load_counts(path: Path = COUNTS_FILE) -> Counts:
    return parse_counts(path.read_text())


def parse_counts(text: str) -> Counts:
    found = json.loads(text)
    return {name: Operation(tuple(map(_work, about["works"])), about["size"]) for name, about in found.items()}


def _work(found: Mapping[str, Any]) -> Work:
    counters = {name: Counter(found[name]) for name in ("calls", "reads", "writes", "written")}
    return Work(**{**found, **counters})


def dump_counts(counts: Counts) -> str:
    found = {name: {"size": o.size, "works": [_plain(work) for work in o.works]} for name, o in counts.items()}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def _plain(work: Work) -> dict[str, Any]:
    found = {field.name: getattr(work, field.name) for field in fields(work)}
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in found.items()}
