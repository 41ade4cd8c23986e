"""What is printed of a run."""

from collections.abc import Iterator, Sequence

from creator_search.domain.jobs import Priority
from rich.table import Table

from infra.costs.counts import Counts
from infra.simulation.limits import fresh_by_plan, limits, needed
from infra.simulation.month import month
from infra.simulation.outcome import Outcome, Provider
from infra.simulation.plan import DAY, Plan, affordable
from infra.simulation.queues import Kind

_ENOUGH = 0.1
"""Limits with a lower ratio are not printed."""


def tables(outcome: Outcome, counts: Counts) -> Iterator[Table]:
    """Return the tables of one size."""
    yield _queues(outcome)
    yield _figures(outcome, counts)
    yield _limits(outcome.plan)


def _queues(outcome: Outcome) -> Table:
    """Waits are from the message to the first attempt; the greatest is of those that wait, too."""
    days = outcome.seconds / DAY
    title = f"{outcome.plan.creators:,} stored creators, {days:g} days after {outcome.since / DAY:g}"
    table = _table(
        title,
        "queue",
        "built",
        "waiting",
        "wait p50",
        "p95",
        "max",
        "workers",
        "Decodo",
        "RapidAPI",
        "put off",
        "retried",
    )
    for priority in Priority:
        longest = max(outcome.wait(priority, 1) or 0.0, outcome.oldest_waiting[priority])
        table.add_row(
            priority,
            f"{sum(count for kind, count in outcome.done.items() if kind.priority is priority):,}",
            f"{outcome.waiting[priority]:,}",
            *(_duration(outcome.wait(priority, share)) for share in (0.5, 0.95)),
            _duration(longest),
            f"{outcome.utilisation(priority):.0%}",
            *(f"{outcome.budgets[provider, priority].used(outcome.seconds):.0%}" for provider in Provider),
            f"{outcome.put_off[priority]:,}",
            f"{outcome.retried[priority]:,}",
        )
    return table


def _figures(outcome: Outcome, counts: Counts) -> Table:
    table = _table(None, "what", "figure", "of it")
    traffic, days = outcome.traffic, outcome.seconds / DAY
    medians = {share: _duration(age) for share, age in outcome.ages.items()}
    table.add_row("profiles younger than 24 h", f"{outcome.fresh_share:.2%}", "at the end")
    table.add_row("age of profiles p50, p95", ", ".join(medians.values()), "")
    refreshed = ", ".join(f"{kind}: {outcome.done[kind] / days:,.0f}" for kind in (Kind.PLANNED, Kind.READ))
    table.add_row("refreshed a day", f"{(outcome.done[Kind.PLANNED] + outcome.done[Kind.READ]) / days:,.0f}", refreshed)
    dropped = f"without work when received: {outcome.dropped[Priority.MEDIUM] / days:,.0f}"
    table.add_row("messages of reads a day", f"{outcome.arrived[Kind.READ] / days:,.0f}", dropped)
    table.add_row("reads refused", _share(traffic.asked - traffic.answered, traffic.asked), _refused(outcome))
    table.add_row(
        "writes throttled",
        f"{outcome.throttled_writes:,}",
        f"at most {outcome.most_writes:g} units/s of a partition of due refreshes",
    )
    table.add_row("calls waiting for a rate", f"{sum(b.waited for b in outcome.budgets.values()):,}", "all budgets")
    costs = month(outcome, counts)
    parts = ", ".join(f"{name} {cost.usd:,.0f}" for name, cost in costs.items())
    table.add_row("a month, USD", f"{sum(cost.usd for cost in costs.values()):,.0f}", parts)
    return table


def _refused(outcome: Outcome) -> str:
    traffic = outcome.traffic
    parts = {
        "stage": traffic.refused_by_stage,
        "Lambda": traffic.refused_by_lambda,
        "searches' partitions": traffic.throttled_searches,
    }
    return ", ".join(f"{name} {_share(count, traffic.asked)}" for name, count in parts.items())


def _limits(plan: Plan) -> Table:
    table = _table(
        "each limit alone, if every profile is refreshed within 24 h", "limit", "load", "allowed", "unit", "ratio"
    )
    for limit in limits(plan):
        if limit.ratio >= _ENOUGH:
            table.add_row(limit.name, f"{limit.load:,.1f}", f"{limit.limit:,.1f}", limit.unit, f"{limit.ratio:,.1f}")
    return table


def conclusions(plans: Sequence[Plan]) -> Iterator[str]:
    [first, *_] = plans
    yield f"The schedule alone ({affordable(first, 0)} a run) holds {fresh_by_plan(first):,.0f} creators fresh."
    for plan in plans:
        found, share = needed(plan), plan.shares[Priority.MEDIUM]
        yield (
            f"To refresh {plan.creators:,} creators within 24 h: {found.per_run:,.0f} a run, {found.workers:,.0f} "
            f"workers of MEDIUM, {found.medium_rate:,.0f} calls of RapidAPI a second, {share:.0%} of "
            f"{found.rapidapi_rate:,.0f}."
        )


def _share(part: float, of: float) -> str:
    return f"{part / of:.1%}" if of else "-"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    for unit, size in (("d", DAY), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _table(title: str | None, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    texts = {"queue", "what", "of it", "limit", "unit"}
    for column in columns:
        table.add_column(column, justify="left" if column in texts else "right", overflow="fold")
    return table
