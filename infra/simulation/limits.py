"""Which limit binds first: the load on each at a number of creators, if nothing else held it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from creator_search.adapters.dynamodb.schema.profiles import SHARDS
from creator_search.domain.jobs import Priority
from creator_search.domain.refreshes import SHARE_OF_BUDGET

from infra.concurrency import ANSWER_SECONDS
from infra.simulation import assumptions
from infra.simulation.plan import DAY, Plan, affordable
from infra.simulation.queues import Kind

_STATES = 2
"""The partitions of a priority's active jobs: those that wait, and those that run."""


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    unit: str
    load: float
    limit: float

    @property
    def ratio(self) -> float:
        """Above 1, it binds."""
        return self.load / self.limit


def limits(plan: Plan) -> Sequence[Limit]:
    """Return the limits with the load of reads at the peak, arrivals at their mean, and every profile refreshed within
    its freshness; the one with the highest ratio first."""
    refreshes = plan.creators / plan.fresh_for
    new, refreshed, crawled = (plan.builds[kind] for kind in (Kind.REQUESTED, Kind.PLANNED, Kind.CRAWLED))
    requested, crawls = plan.arrivals[Kind.REQUESTED], plan.arrivals[Kind.CRAWLED]
    calls = refreshes * refreshed.rapidapi_calls
    workers = refreshes * refreshed.seconds(plan.latency)
    executions = plan.reads * ANSWER_SECONDS + sum(plan.concurrency.values())
    found = [
        Limit("throttle of the API's stage", "requests/s", plan.reads, plan.stage_rate),
        Limit("executions of the account", "executions", executions, assumptions.ACCOUNT_CONCURRENCY),
        Limit(
            "partitions of all searches",
            "read units/s",
            plan.reads * assumptions.SEARCH_SHARE * assumptions.SEARCH_UNITS / len(SHARDS),
            assumptions.PARTITION_READS,
        ),
        Limit("plan of refreshes", "creators/day", refreshes * DAY, planned_per_day(plan)),
        Limit("workers of MEDIUM", "workers", workers, plan.concurrency[Priority.MEDIUM]),
        Limit("RapidAPI's rate for MEDIUM", "calls/s", calls, plan.rapidapi_rate * plan.shares[Priority.MEDIUM]),
        Limit("workers of HIGH", "workers", requested * new.seconds(plan.latency), plan.concurrency[Priority.HIGH]),
        Limit(
            "RapidAPI's rate for HIGH",
            "calls/s",
            requested * new.rapidapi_calls,
            plan.rapidapi_rate * plan.shares[Priority.HIGH],
        ),
        Limit("workers of LOW", "workers", crawls * crawled.seconds(plan.latency), plan.concurrency[Priority.LOW]),
        Limit(
            "Decodo's rate for LOW",
            "calls/s",
            crawls * crawled.decodo_calls,
            plan.decodo_rate * plan.shares[Priority.LOW],
        ),
        Limit("partition of due refreshes", "write units/s", refreshes * plan.age_writes, assumptions.PARTITION_WRITES),
        Limit(
            "partitions of MEDIUM's active jobs",
            "write units/s",
            refreshes * plan.job_writes / _STATES,
            assumptions.PARTITION_WRITES,
        ),
        Limit("row of RapidAPI's rate for MEDIUM", "write units/s", calls, assumptions.PARTITION_WRITES),
    ]
    return sorted(found, key=lambda limit: limit.ratio, reverse=True)


def planned_per_day(plan: Plan) -> float:
    return affordable(plan, 0) * DAY / plan.refresh_every


def fresh_by_plan(plan: Plan) -> float:
    """Return how many creators the schedule alone holds fresh: it refreshes those that are a day old."""
    return planned_per_day(plan) * plan.fresh_for / DAY


@dataclass(frozen=True, slots=True)
class Needed:
    """What it takes to refresh every profile within its freshness."""

    per_run: float
    workers: float
    """Of MEDIUM."""
    medium_rate: float
    """Calls of RapidAPI a second, of MEDIUM."""
    rapidapi_rate: float
    """RAPIDAPI_REQUESTS_PER_SECOND, of which refreshes have a part of the share of MEDIUM."""


def needed(plan: Plan) -> Needed:
    refreshes = plan.creators / plan.fresh_for
    refreshed = plan.builds[Kind.PLANNED]
    calls = refreshes * refreshed.rapidapi_calls
    workers = refreshes * refreshed.seconds(plan.latency)
    return Needed(
        refreshes * plan.refresh_every, workers, calls, calls / (plan.shares[Priority.MEDIUM] * SHARE_OF_BUDGET)
    )
