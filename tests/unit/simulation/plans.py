"""Small plans, in which the times are computed by hand."""

from typing import Any

from creator_search.domain.jobs import Priority

from infra.simulation.plan import Build, Plan
from infra.simulation.queues import Kind

ALL_OF_IT = dict.fromkeys(Priority, 1.0)


def plan(build: Build, **changes: Any) -> Plan:
    """Nothing arrives, is read or fails; a call takes a second, and the rates bind nothing."""
    values: dict[str, Any] = {
        "creators": 0,
        "builds": dict.fromkeys(Kind, build),
        "concurrency": dict.fromkeys(Priority, 4),
        "decodo_rate": 1000.0,
        "rapidapi_rate": 1000.0,
        "shares": ALL_OF_IT,
        "latency": 1.0,
        "arrivals": {},
    }
    return Plan(**(values | changes))
