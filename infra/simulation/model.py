"""The simulation: queues, workers, rates, retries and the schedule, in simulated seconds."""

import math
import random
from collections import Counter
from collections.abc import Generator
from typing import TypeAlias

import simpy
from creator_search.domain.jobs import MAX_ATTEMPTS, MAX_DELAY, MIN_DELAY, Priority, retry_delay
from creator_search.services.pipeline.refresh import CANDIDATES

from infra.simulation import assumptions
from infra.simulation.budget import Allowance, Budget
from infra.simulation.creators import Creators
from infra.simulation.outcome import Outcome, Provider
from infra.simulation.plan import DAY, Build, Plan, affordable
from infra.simulation.queues import Kind, Message, ProfileQueue
from infra.simulation.traffic import Traffic

Steps: TypeAlias = Generator[simpy.Event, object, None]


class Simulation:
    """One run. The same plan and seed give the same outcome."""

    def __init__(self, plan: Plan, seed: int = 1) -> None:
        self.plan = plan
        self.env = simpy.Environment()
        self._chance = random.Random(seed)
        self.creators = Creators(plan.creators, oldest=plan.abandoned_after, fresh_for=plan.fresh_for)
        self.queues = {priority: ProfileQueue(self.env) for priority in Priority}
        rates = {Provider.DECODO: plan.decodo_rate, Provider.RAPIDAPI: plan.rapidapi_rate}
        self.budgets = {
            (provider, priority): Budget(self.env, rate * plan.shares[priority], plan.longest_wait, self._chance)
            for provider, rate in rates.items()
            for priority in Priority
        }
        self._allowance = Allowance(self.env, plan.read_refreshes, plan.refresh_every)
        self.traffic = Traffic(plan.stage_rate, plan.stage_burst)
        self._due: list[tuple[float, Message]] = []
        """Messages of jobs that wait for a retry, with the time at which it is due."""
        self._busy: Counter[Priority] = Counter()
        self._written_in, self._written = -1, 0.0
        self.outcome = self._nothing_yet()
        for priority in Priority:
            for _ in range(plan.concurrency[priority]):
                self.env.process(self._work(priority))
        self.env.process(self._sweep())
        if plan.refreshes_per_run:
            self.env.process(self._refresh())
        if plan.reads or plan.arrivals:
            self.env.process(self._arrive())

    def run(self, seconds: float, *, warm_up: float = 0.0) -> Outcome:
        """Return what happens in this time, after a warm-up of which nothing is counted."""
        if warm_up:
            self.env.run(until=self.env.now + warm_up)
            for budget in self.budgets.values():
                budget.start_counting()
            self.traffic.start_counting()
            self.outcome = self._nothing_yet()
        self.env.run(until=self.env.now + seconds)
        return self._measured()

    def run_until_done(self, longest: float = DAY) -> Outcome:
        """Run until no job is left. Raises RuntimeError if some are after the longest time."""
        while self.jobs_left():
            if self.env.now > longest:
                raise RuntimeError("jobs are left")
            self.env.step()
        return self._measured()

    def jobs_left(self) -> int:
        return sum(queue.waiting for queue in self.queues.values()) + self._busy.total() + len(self._due)

    def _nothing_yet(self) -> Outcome:
        return Outcome(plan=self.plan, since=self.env.now, budgets=self.budgets, traffic=self.traffic)

    def _measured(self) -> Outcome:
        found, now = self.outcome, self.env.now
        found.seconds = now - found.since
        for priority, queue in self.queues.items():
            found.waiting[priority] = queue.waiting
            oldest = queue.oldest()
            found.oldest_waiting[priority] = 0.0 if oldest is None else now - oldest
        if self.plan.creators:
            found.creators = self.creators.count
            found.fresh_share = self.creators.fresh_share(now)
            found.ages = {share: self.creators.age(now, share) for share in (0.5, 0.95)}
        return found

    # Workers

    def _work(self, priority: Priority) -> Steps:
        while True:
            message = yield from self.queues[priority].get()
            self._busy[priority] += 1
            since = self.env.now
            yield from self._process(message)
            self.outcome.busy[priority] += self.env.now - since
            self._busy[priority] -= 1

    def _process(self, message: Message) -> Steps:
        kind, priority = message.kind, message.kind.priority
        if kind is Kind.READ and message.creator is None:
            message.creator = self.creators.draw_stale(message.at, self._chance)
        is_duplicate = kind.is_refresh and (
            message.creator is None or self.creators.built_at(message.creator) >= message.at
        )
        if is_duplicate:
            self.outcome.dropped[priority] += 1
            yield self.env.timeout(assumptions.DROPPED_SECONDS)
            return
        if not message.attempts:
            self.outcome.waits[priority].append(self.env.now - message.at)
        message.attempts += 1
        has_failed = self._chance.random() < self.plan.failed_attempts
        put_off_for = yield from self._build(self.plan.builds[kind], priority, has_failed=has_failed)
        if put_off_for is not None:
            message.attempts -= 1
            self.outcome.put_off[priority] += 1
            delay = min(max(put_off_for, MIN_DELAY.total_seconds()), MAX_DELAY.total_seconds())
            self._due.append((self.env.now + delay, message))
        elif not has_failed:
            yield from self._store(kind, message)
        elif message.attempts < MAX_ATTEMPTS:
            self.outcome.retried[priority] += 1
            self._due.append((self.env.now + retry_delay(message.attempts).total_seconds(), message))
        else:
            self.outcome.failed[priority] += 1

    def _build(
        self, build: Build, priority: Priority, *, has_failed: bool
    ) -> Generator[simpy.Event, object, float | None]:
        """Make the calls. The value is the seconds by which the job is put off, if a rate is used up."""
        calls = [Provider.DECODO] * build.decodo_calls + [Provider.RAPIDAPI] * build.rapidapi_calls
        for provider in calls[:1] if has_failed else calls:
            refused = yield from self.budgets[provider, priority].take()
            if refused is not None:
                return refused
            spread = self.plan.latency_spread
            yield self.env.timeout(self.plan.latency * self._chance.uniform(1 - spread, 1 + spread))
        if not has_failed and build.seconds_besides:
            yield self.env.timeout(build.seconds_besides)
        return None

    def _store(self, kind: Kind, message: Message) -> Steps:
        """Write the index that has all primary profiles in one partition, in a second that has room for it."""
        if kind is not Kind.CRAWLED:
            while not self._has_room(self.plan.age_writes):
                self.outcome.throttled_writes += 1
                yield self.env.timeout(math.floor(self.env.now) + 1 - self.env.now)
            self.creators.build(message.creator, self.env.now)
        self.outcome.done[kind] += 1
        self.outcome.order.append((self.env.now, kind))
        if comments := self.plan.builds[kind].comment_calls:
            self.env.process(self._read_comments(comments))

    def _has_room(self, units: float) -> bool:
        second = int(self.env.now)
        if second != self._written_in:
            self._written_in, self._written = second, 0.0
        if self._written + units > assumptions.PARTITION_WRITES:
            return False
        self._written += units
        self.outcome.most_writes = max(self.outcome.most_writes, self._written)
        return True

    def _read_comments(self, calls: int) -> Steps:
        for _ in range(calls):
            yield from self.budgets[Provider.RAPIDAPI, Priority.LOW].take()

    # Schedules and arrivals

    def _sweep(self) -> Steps:
        while True:
            yield self.env.timeout(self.plan.sweep_every)
            due = [message for at, message in self._due if at <= self.env.now]
            self._due = [(at, message) for at, message in self._due if at > self.env.now]
            for message in due:
                self.queues[message.kind.priority].put(message)

    def _refresh(self) -> Steps:
        while True:
            yield self.env.timeout(self.plan.refresh_every)
            most = affordable(self.plan, self.queues[Priority.MEDIUM].waiting)
            due = self.creators.oldest_due(self.env.now, CANDIDATES * most)
            for creator in self._chance.sample(due, min(most, len(due))):
                self.put(Kind.PLANNED, creator=creator)

    def _arrive(self) -> Steps:
        while True:
            curve = 1 + assumptions.DAY_SWING * math.sin(2 * math.pi * self.env.now / DAY)
            for kind, rate in self.plan.arrivals.items():
                self.put(kind, self._number(rate * curve))
            peak = 1 + assumptions.DAY_SWING
            answered = self.traffic.second(self.plan.reads * curve / peak, self._busy.total())
            wanted = self._number(self._refreshes_on_read(answered))
            self.put(Kind.READ, self._allowance.take(wanted))
            yield self.env.timeout(1)

    def _refreshes_on_read(self, reads: float) -> float:
        """Return how many messages reads of stale profiles would send in a second: for each creator at most one in the
        interval."""
        if not reads:
            return 0.0
        sent = 0.0
        for popular, of_creators, of_reads in (
            (True, assumptions.POPULAR_CREATORS, assumptions.POPULAR_READS),
            (False, 1 - assumptions.POPULAR_CREATORS, 1 - assumptions.POPULAR_READS),
        ):
            of_each = reads * of_reads / (self.creators.count * of_creators)
            sent += self.creators.stale(self.env.now, popular=popular) / (self.plan.read_interval + 1 / of_each)
        return sent

    def put(self, kind: Kind, count: int = 1, creator: int | None = None) -> None:
        """Send messages."""
        if count:
            self.outcome.arrived[kind] += count
            self.queues[kind.priority].put(Message(kind, self.env.now, creator), count)

    def _number(self, mean: float) -> int:
        """Draw from a Poisson distribution; from the normal one where both are alike."""
        if mean > 30:
            return max(0, round(self._chance.gauss(mean, math.sqrt(mean))))
        product, number = self._chance.random(), 0
        limit = math.exp(-mean)
        while product > limit:
            product *= self._chance.random()
            number += 1
        return number
