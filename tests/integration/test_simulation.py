"""`make simulate` and the services do the same with the same jobs: the real processor, sweeper and rate limit, with all
workers on one simulated clock, and the simulation of the same plan."""

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from creator_search.adapters.dynamodb.control import DynamoDBRateLimit, DynamoDBRefreshAllowance
from creator_search.adapters.upstreams.http import RateBudget
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table
from creator_search.config import Config, resource_name
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.jobs import RATE_SHARES, JobMessage, JobStatus, Priority, RateShare
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.upstream_errors import UpstreamError

from infra.costs.counts import load_counts
from infra.simulation.model import Simulation
from infra.simulation.outcome import Provider
from infra.simulation.plan import Build, Plan, deployed_plan
from infra.simulation.queues import Kind
from tests.fakes import START, World, accounts, fetched_profile
from tests.turns import Turns

pytestmark = pytest.mark.usefixtures("aws")

RATES = {Provider.DECODO: 20.0, Provider.RAPIDAPI: 12.0}
LATENCY = 0.25
JOBS = {Kind.REQUESTED: 12, Kind.BULK: 18, Kind.CRAWLED: 10}
SOURCES = {Kind.REQUESTED: "frontend", Kind.BULK: "bulk", Kind.CRAWLED: "crawler"}
PRIMARY = Build(1, 3)
"""The profile; posts, reels and similar profiles of RapidAPI, a call each."""
SECONDARY = Build(1, 1)
FACTOR = 1.15
"""How far times may differ: waits in a window are random, and not in the same order."""


@dataclass(frozen=True, slots=True)
class Done:
    counts: Counter[Priority]
    finished: dict[Priority, float]
    """Seconds until the last job of a priority ended."""
    calls: Counter[tuple[Provider, Priority]]

    @property
    def order(self) -> list[Priority]:
        return sorted(self.finished, key=lambda priority: self.finished[priority])


class PacedUpstream:
    """All sources of one priority: a call waits for the rate, then takes its latency."""

    def __init__(self, share: RateShare, services: "Services") -> None:
        self._priority = share.priority
        self._services = services
        self._budgets = {
            provider: RateBudget(
                services.rate_limit,
                f"{provider}#{share.priority}",
                rate * RATE_SHARES[share.priority],
                share.longest_wait,
            )
            for provider, rate in RATES.items()
        }

    def _call(self, provider: Provider, deadline: datetime) -> None:
        self._budgets[provider].take((deadline - self._services.world.clock()).total_seconds())
        self._services.calls[provider, self._priority] += 1
        self._services.turns.sleep(LATENCY)

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        self._call(Provider.DECODO, deadline)
        if self._services.fails:
            raise UpstreamError()
        return fetched_profile(username)

    def fetch_posts(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        self._call(Provider.RAPIDAPI, deadline)
        return FetchedPosts(())

    fetch_reels = fetch_posts

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        self._call(Provider.RAPIDAPI, deadline)
        return accounts("ben", "cleo")

    def require_key(self) -> None:
        """There is one."""


class Services:
    """The workers and the sweeper over fakes, with the rate limit of DynamoDB over moto."""

    turns: Turns
    rate_limit: DynamoDBRateLimit

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.calls = Counter[tuple[Provider, Priority]]()
        parts: dict[str, Callable[..., Any]] = dict.fromkeys(
            ("profile_sources", "post_sources", "reel_sources", "similar_sources"),
            lambda share: PacedUpstream(share, self),
        )
        self.world = World(Config(commented_posts=0), sleep=lambda seconds: self.turns.sleep(seconds), **parts)
        self.turns = Turns(self.world.clock)
        self.rate_limit = DynamoDBRateLimit(
            process_container().dynamodb,
            control=resource_name(Table.CONTROL),
            clock=self.world.clock,
            sleep=self.turns.sleep,
        )
        self._waiting: dict[Priority, deque[JobMessage]] = {priority: deque() for priority in Priority}

    def run(self, jobs: dict[Kind, int], plan: Plan) -> Done:
        for kind, count in jobs.items():
            for number in range(count):
                self._waiting[kind.priority].append(JobMessage(f"{kind.value}.{number}", SOURCES[kind]))
        self._total = sum(jobs.values())
        for priority in Priority:
            for _ in range(plan.concurrency[priority]):
                self.turns.start(lambda priority=priority: self._work(priority))  # type: ignore[misc]
        self.turns.start(lambda: self._sweep(plan.sweep_every))
        self.turns.run()
        return self._done()

    def _work(self, priority: Priority) -> None:
        clock, waiting = self.world.clock, self._waiting[priority]
        while self._ended() < self._total:
            if waiting:
                deadline = clock() + timedelta(seconds=150)
                self.world.container.job_processor.process(waiting.popleft(), priority, START, deadline)
            else:
                self.turns.sleep(0.25)

    def _sweep(self, every: float) -> None:
        while self._ended() < self._total:
            self.turns.sleep(every)
            self.world.container.job_sweeper.sweep()
            sent, self.world.queue.sent = self.world.queue.sent, []
            for priority, message in sent:
                self._waiting[priority].append(message)

    def _ended(self) -> int:
        return sum(not job.is_active for job in self.world.jobs.rows.values())

    def _done(self) -> Done:
        counts, finished = Counter[Priority](), dict[Priority, float]()
        for job in self.world.jobs.rows.values():
            assert job.finished_at is not None
            counts[job.priority] += job.status is JobStatus.COMPLETED
            seconds = (job.finished_at - START).total_seconds()
            finished[job.priority] = max(finished.get(job.priority, 0.0), seconds)
        return Done(counts, finished, self.calls)


def small_plan(**changes: Any) -> Plan:
    """The workers, shares and sweeper of the deployed system, at lower rates."""
    deployed = deployed_plan(0, load_counts())
    values: dict[str, Any] = {
        "creators": 0,
        "builds": {kind: SECONDARY if kind is Kind.CRAWLED else PRIMARY for kind in Kind},
        "concurrency": deployed.concurrency,
        "shares": deployed.shares,
        "decodo_rate": RATES[Provider.DECODO],
        "rapidapi_rate": RATES[Provider.RAPIDAPI],
        "latency": LATENCY,
        "sweep_every": deployed.sweep_every,
        "arrivals": {},
    }
    return Plan(**(values | changes))


def simulated(jobs: dict[Kind, int], plan: Plan) -> Done:
    run = Simulation(plan)
    for kind, count in jobs.items():
        run.put(kind, count)
    outcome = run.run_until_done()
    counts, finished = Counter[Priority](), dict[Priority, float]()
    for at, kind in outcome.order:
        counts[kind.priority] += 1
        finished[kind.priority] = at
    if not outcome.order:
        finished = {kind.priority: outcome.seconds for kind in jobs}
    calls = Counter({key: budget.taken for key, budget in outcome.budgets.items() if budget.taken})
    return Done(counts, finished, calls)


def test_forty_jobs_end_alike_in_the_simulation_and_in_the_services() -> None:
    random.seed(29)  # of the waits of the real rate limit, which differ by less than FACTOR with other seeds
    plan = small_plan()
    real, model = Services().run(JOBS, plan), simulated(JOBS, plan)
    assert real.counts == model.counts == {kind.priority: count for kind, count in JOBS.items()}
    assert real.calls == model.calls
    assert real.order == model.order == [Priority.HIGH, Priority.LOW, Priority.MEDIUM]
    for priority, seconds in real.finished.items():
        assert seconds / FACTOR < model.finished[priority] < seconds * FACTOR, priority
    # The rates bind: 36 calls at 7 a second, 54 at 3, 10 at 1; the last window need not be used to its end.
    least = {Priority.HIGH: 5, Priority.MEDIUM: 17, Priority.LOW: 9}
    assert all(real.finished[priority] >= seconds for priority, seconds in least.items())


def test_workers_bind_alike_where_the_rate_does_not() -> None:
    plan = small_plan(concurrency=dict.fromkeys(Priority, 1))
    jobs = {Kind.REQUESTED: 6, Kind.CRAWLED: 3}
    real, model = Services().run(jobs, plan), simulated(jobs, plan)
    assert real.counts == model.counts
    assert real.finished[Priority.HIGH] == model.finished[Priority.HIGH] == 6 * PRIMARY.calls * LATENCY


def test_jobs_that_always_fail_are_given_up_at_the_same_time_after_as_many_calls() -> None:
    jobs = {Kind.REQUESTED: 3}
    real = Services(fails=True).run(jobs, small_plan())
    model = simulated(jobs, small_plan(failed_attempts=1.0))
    assert real.counts.total() == model.counts.total() == 0
    assert real.calls == model.calls == {(Provider.DECODO, Priority.HIGH): 9}
    assert real.finished[Priority.HIGH] == pytest.approx(model.finished[Priority.HIGH], abs=1)


def test_reads_of_stale_creators_send_as_many_messages_in_an_hour() -> None:
    """Ten processes read one of 500 stale creators each second, and nothing is built."""
    plan = small_plan(
        creators=500, reads=10, concurrency=dict.fromkeys(Priority, 0), read_refreshes=0.0375, refresh_every=900
    )
    model = Simulation(plan).run(3600)
    world = World()
    limit = DynamoDBRateLimit(process_container().dynamodb, control=resource_name(Table.CONTROL), clock=world.clock)
    allowance = DynamoDBRefreshAllowance(limit, per_second=plan.read_refreshes, period=timedelta(minutes=15))
    processes = []
    for _ in range(10):
        world.restart(refresh_allowance=allowance)
        processes.append(world.container.refresh_requests)
    chance = random.Random(1)
    for _ in range(3600):
        for process in processes:
            process.request_on_read(f"n{chance.randrange(500)}")
        world.clock.advance(seconds=1)
    assert len(world.queue.sent) == model.arrived[Kind.READ] == 4 * 33
