"""What is simulated, as numbers: those of the deployed system, or of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from creator_search.adapters.dynamodb.schema.profiles import SHARDS
from creator_search.catalogue import FUNCTIONS, SCHEDULES, WORKERS, Queue
from creator_search.catalogue.resources import PROFILE_QUEUES
from creator_search.config import Config
from creator_search.domain.documents import DOCUMENTS_FRESH_FOR, DocumentName
from creator_search.domain.jobs import RATE_SHARES, Priority, RateShare
from creator_search.domain.refreshes import CALLS_PER_BUILD, affordable_refreshes, refreshes_on_read
from creator_search.services.pipeline.refresh import REFRESH_ABANDONED_AFTER, REQUEST_INTERVAL

from infra.concurrency import STAGE_REQUESTS_PER_SECOND, stage_burst
from infra.costs.assumptions import LATENCIES_MS
from infra.costs.counts import Counts, Work
from infra.costs.model import duration_seconds
from infra.simulation import assumptions
from infra.simulation.queues import Kind

DAY = 24 * 3600
WORKER = "process_profiles"


@dataclass(frozen=True, slots=True)
class Build:
    """What a build takes: calls of the providers, one after the other, and seconds besides."""

    decodo_calls: int
    rapidapi_calls: int
    seconds_besides: float = 0.0
    comment_calls: int = 0
    """Of RapidAPI after the build, at the rate of LOW."""

    @property
    def calls(self) -> int:
        return self.decodo_calls + self.rapidapi_calls

    def seconds(self, latency: float) -> float:
        return self.calls * latency + self.seconds_besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rates are per second, times in seconds."""

    creators: int
    builds: Mapping[Kind, Build]
    concurrency: Mapping[Priority, int]
    decodo_rate: float
    rapidapi_rate: float
    shares: Mapping[Priority, float]
    longest_wait: float = RateShare(Priority.LOW).longest_wait
    latency: float
    latency_spread: float = 0.0
    failed_attempts: float = 0.0
    refreshes_per_run: int = 0
    """At most: a run requests what the rates leave beside the messages in MEDIUM."""
    refresh_every: float = DAY
    sweep_every: float = 60
    fresh_for: float = DAY
    abandoned_after: float = REFRESH_ABANDONED_AFTER.total_seconds()
    read_interval: float = REQUEST_INTERVAL.total_seconds()
    """Between two refreshes on read of one creator."""
    read_refreshes: float = 1.0
    """How many refreshes a second reads may request, counted over the interval of the schedule."""
    reads: float = 0.0
    """At the peak of a day."""
    arrivals: Mapping[Kind, float]
    """The mean rates of new creators."""
    stage_rate: float = STAGE_REQUESTS_PER_SECOND
    stage_burst: float = stage_burst(STAGE_REQUESTS_PER_SECOND)
    age_writes: float = 0.0
    """Write units of one partition of the index of due refreshes for a build."""
    job_writes: float = 0.0
    """Write units of the index of active jobs for a refresh, in the two partitions of its priority."""


def deployed_plan(creators: int, counts: Counts) -> Plan:
    """Return the plan of the catalogue and of the default settings."""
    worker = next(row for row in WORKERS if row.name == WORKER)
    schedules = {row.name: row.every_minutes * 60 for row in SCHEDULES}
    new, refreshed = _build(counts, "build_creator"), _build(counts, "refresh_creator")
    work = _work(counts, "refresh_creator")
    rates = {name: _default(f"{name}_requests_per_second") for name in CALLS_PER_BUILD}
    per_day = {
        Kind.REQUESTED: assumptions.REQUESTED_PER_DAY,
        Kind.BULK: assumptions.BULK_PER_DAY,
        Kind.CRAWLED: assumptions.CRAWLED_PER_DAY,
    }
    return Plan(
        creators=creators,
        builds={
            Kind.REQUESTED: new,
            Kind.BULK: new,
            Kind.CRAWLED: Build(assumptions.PROFILE_CALLS, 0, refreshed.seconds_besides),
            Kind.PLANNED: refreshed,
            Kind.READ: refreshed,
        },
        concurrency={_priority(queue): worker.concurrency[queue] for queue in PROFILE_QUEUES},
        decodo_rate=rates["decodo"],
        rapidapi_rate=rates["rapidapi"],
        shares=RATE_SHARES,
        latency=LATENCIES_MS["upstream"] / 1000,
        latency_spread=assumptions.LATENCY_SPREAD,
        failed_attempts=assumptions.FAILED_ATTEMPTS,
        refreshes_per_run=int(_default("profile_refreshes_per_run")),
        read_refreshes=refreshes_on_read(rates, worker.concurrency[Queue.PROFILE_MEDIUM]),
        refresh_every=schedules["refresh_profiles"],
        sweep_every=schedules["sweep_jobs"],
        fresh_for=DOCUMENTS_FRESH_FOR[DocumentName.PROFILE].total_seconds(),
        reads=creators * assumptions.READS_PER_CREATOR_SECOND,
        arrivals={kind: creators * share / DAY for kind, share in per_day.items()},
        age_writes=work.writes["profiles.refreshes_due"] / len(SHARDS),
        job_writes=work.writes["jobs.active"],
    )


def affordable(plan: Plan, waiting: int) -> int:
    """Return how many refreshes a run requests at most, while these messages wait in MEDIUM."""
    rates = {"decodo": plan.decodo_rate, "rapidapi": plan.rapidapi_rate}
    return min(plan.refreshes_per_run, affordable_refreshes(rates, timedelta(seconds=plan.refresh_every), waiting))


def _default(setting: str) -> float:
    """Return the default of a setting, whatever the environment has."""
    return float(Config.model_fields[setting].default)


def _priority(queue: Queue) -> Priority:
    return Priority(queue.value.removeprefix("profile-").upper())


def _work(counts: Counts, operation: str, function: str = WORKER) -> Work:
    return next(work for work in counts[operation].works if work.function == function)


def _build(counts: Counts, operation: str) -> Build:
    work, comments = _work(counts, operation), _work(counts, operation, "read_comments")
    calls = work.calls["upstream"]
    seconds = duration_seconds(work, FUNCTIONS[WORKER].memory_mb)
    besides = seconds - calls * LATENCIES_MS["upstream"] / 1000
    profile = assumptions.PROFILE_CALLS
    return Build(profile, calls - profile, max(0.0, besides), comments.calls["upstream"])
