"""What a month costs in which the system does what it did in a run, by the counts and prices of `infra.costs`."""

from collections.abc import Iterator
from dataclasses import replace

from infra.costs.counts import Counts, Operation, Work
from infra.costs.fronts import Front, request_lines
from infra.costs.idle import idle_lines
from infra.costs.model import Estimate, Line, estimate, stored_lines, work_lines
from infra.costs.prices import MONTH_SECONDS, Item
from infra.simulation.outcome import Outcome
from infra.simulation.plan import WORKER
from infra.simulation.queues import Kind


def month(outcome: Outcome, counts: Counts) -> dict[str, Estimate]:
    """Return the parts of the cost by name. Rows and images of the creators are those of the size at the start."""
    times = MONTH_SECONDS / outcome.seconds
    return {
        "builds": estimate("builds", _build_lines(outcome, counts, times)),
        "reads": estimate("reads", request_lines(counts, "read_profile", Front.REST, outcome.traffic.answered * times)),
        "stored": estimate("stored", stored_lines(counts["build_creator"], outcome.plan.creators)),
        "idle": estimate("idle", idle_lines(counts)),
    }


def _build_lines(outcome: Outcome, counts: Counts, times: float) -> Iterator[Line]:
    done = outcome.done
    yield from work_lines(counts["build_creator"], (done[Kind.REQUESTED] + done[Kind.BULK]) * times)
    yield from work_lines(counts["refresh_creator"], (done[Kind.PLANNED] + done[Kind.READ]) * times)
    yield from work_lines(_secondary(outcome, counts), done[Kind.CRAWLED] * times)
    asked = outcome.arrived[Kind.READ] * times
    yield Line(Item.DYNAMODB_WRITES, "locks and counts of refreshes on read", 2 * asked)
    yield Line(Item.SQS_REQUESTS, "messages of refreshes on read", asked)
    yield from request_lines(counts, "request_new", Front.REST, outcome.arrived[Kind.REQUESTED] * times)


def _secondary(outcome: Outcome, counts: Counts) -> Operation:
    """A secondary build was not measured: the worker of a refresh, with the calls of a secondary build."""
    [work] = [work for work in counts["refresh_creator"].works if work.function == WORKER]
    saved = outcome.plan.builds[Kind.PLANNED].calls - outcome.plan.builds[Kind.CRAWLED].calls
    return Operation((_shorter(work, saved * outcome.plan.latency * 1000),))


def _shorter(work: Work, saved_ms: float) -> Work:
    return replace(work, waited_ms=work.waited_ms - saved_ms)
