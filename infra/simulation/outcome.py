"""What a run did."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from creator_search.domain.jobs import Priority

from infra.simulation.budget import Budget
from infra.simulation.plan import Plan
from infra.simulation.queues import Kind
from infra.simulation.traffic import Traffic


class Provider(StrEnum):
    DECODO = "Decodo"
    RAPIDAPI = "RapidAPI"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Times in seconds. Counts are by priority or kind."""

    plan: Plan
    budgets: Mapping[tuple[Provider, Priority], Budget]
    traffic: Traffic
    since: float = 0.0
    """When counting began."""
    seconds: float = 0.0
    """How long it lasted."""
    waits: dict[Priority, list[float]] = field(default_factory=lambda: {priority: [] for priority in Priority})
    """From the message to the start of the first attempt, of jobs that started."""
    waiting: dict[Priority, int] = field(default_factory=dict)
    """Messages at the end."""
    oldest_waiting: dict[Priority, float] = field(default_factory=dict)
    busy: defaultdict[Priority, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds in which workers ran."""
    arrived: Counter[Kind] = field(default_factory=Counter)
    done: Counter[Kind] = field(default_factory=Counter)
    order: list[tuple[float, Kind]] = field(default_factory=list)
    """When each build was stored."""
    dropped: Counter[Priority] = field(default_factory=Counter)
    retried: Counter[Priority] = field(default_factory=Counter)
    put_off: Counter[Priority] = field(default_factory=Counter)
    failed: Counter[Priority] = field(default_factory=Counter)
    throttled_writes: int = 0
    most_writes: float = 0.0
    """Units of a partition of the index of due refreshes in one second."""
    creators: int = 0
    """Primary profiles at the end."""
    fresh_share: float = 0.0
    ages: dict[float, float] = field(default_factory=dict)
    """By the share of the creators that are younger."""

    def wait(self, priority: Priority, share: float) -> float | None:
        """Return the wait that this share of the started jobs had at most; None if none started."""
        waits = sorted(self.waits[priority])
        return waits[min(len(waits) - 1, int(share * len(waits)))] if waits else None

    def utilisation(self, priority: Priority) -> float:
        """Return the share of the workers' time in which they ran."""
        return self.busy[priority] / (self.plan.concurrency[priority] * self.seconds)
