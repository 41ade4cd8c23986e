"""A month of a stage without requests."""

from collections.abc import Iterator
from dataclasses import dataclass

from creator_search.catalogue import FUNCTIONS, SCHEDULES, WORKERS, Queue, Table, has_snapshot

from infra.costs import assumptions
from infra.costs.counts import Counts
from infra.costs.model import Line, work_lines
from infra.costs.prices import MONTH_MINUTES, MONTH_SECONDS, Item
from infra.monitoring.alarms import all_alarms
from infra.monitoring.rows import Alarm, Deployed
from infra.permissions import tables_of


@dataclass(frozen=True, slots=True)
class Resources:
    """What a stage has, and is charged for without use."""

    snapshot_gigabytes: float
    event_sources: int
    alarm_metrics: int
    dashboards: int
    secrets: int
    keys: int


def deployed_resources() -> Resources:
    """Return those that the stacks generate from the catalogue; a test compares them with the templates."""
    return Resources(
        snapshot_gigabytes=sum(row.memory_mb for row in FUNCTIONS.values() if has_snapshot(row)) / 1024,
        event_sources=sum(len(worker.concurrency) for worker in WORKERS),
        alarm_metrics=sum(len(alarm.series) for alarm in alarms()),
        dashboards=1,
        secrets=4,  # of the upstreams, the cursors, the commenters and the origin
        keys=1,  # of the topic of the alarms
    )


def alarms() -> list[Alarm]:
    """Return the alarms of a deployment in which each resource has the name of its row."""
    return list(
        all_alarms(
            Deployed(
                namespace="CreatorSearch",
                api="CreatorSearch",
                functions={name: name for name in FUNCTIONS},
                queues={queue: queue for queue in Queue},
                dead_letters={queue: queue.dead_letter for queue in Queue},
                tables={table: table for table in Table},
            )
        )
    )


def idle_lines(counts: Counts, *, firewall_rules: int = 0) -> Iterator[Line]:
    """`firewall_rules` are those of a web ACL; 0 if there is none."""
    found = deployed_resources()
    yield Line(Item.SNAPSTART_CACHE, "snapshots of functions", found.snapshot_gigabytes * MONTH_SECONDS)
    receives = found.event_sources * assumptions.POLLERS_PER_QUEUE * MONTH_SECONDS / assumptions.RECEIVE_SECONDS
    yield Line(Item.SQS_REQUESTS, "receives of empty queues", receives)
    yield Line(Item.ALARM_METRICS, "alarms", found.alarm_metrics)
    yield Line(Item.DASHBOARDS, "dashboard", found.dashboards)
    yield Line(Item.SECRETS, "secrets", found.secrets)
    yield Line(Item.KEYS, "key of the topic", found.keys)
    yield from _schedule_lines(counts)
    if firewall_rules:
        yield Line(Item.WEB_ACLS, "web ACL", 1)
        yield Line(Item.WEB_ACL_RULES, "rules of the web ACL", firewall_rules)


def _schedule_lines(counts: Counts) -> Iterator[Line]:
    metrics: set[str] = set()
    for row in SCHEDULES:
        operation, runs = counts[f"schedule {row.name}"], MONTH_MINUTES / row.every_minutes
        yield from work_lines(operation, runs)
        yield Line(Item.TRACES, "traces of schedules", runs * assumptions.TRACED_SHARE)
        fetched = min(runs, MONTH_MINUTES / assumptions.KEY_CACHE_MINUTES) * len(tables_of(row))
        yield Line(Item.KEY_REQUESTS, "keys of tables", fetched)
        metrics |= {metric for work in operation.works for metric in work.metrics}
    yield Line(Item.METRICS, "custom metrics of schedules", len(metrics))
