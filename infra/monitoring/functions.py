"""Alarms on operations, workers and schedules."""

from collections.abc import Iterator

from creator_search.catalogue import AUTHORIZER, OPERATIONS, SCHEDULES, WORKERS, Function
from creator_search.domain.metrics import Metric
from creator_search.domain.recent_shares import FEWEST
from creator_search.domain.thresholds import ERROR_PERCENT, RESPONSE_SECONDS, SLOW_PERCENT

from infra.monitoring.rows import Alarm, Deployed, Series

SLOW_PERIODS = 3
MIN_REQUESTS = 20
"""In a period with fewer requests, the error rate is ignored."""
THROTTLED_CALLS = 5
CRASHES = 1
"""One crash in a period may have a cause outside of the system."""
FAILED_RUNS = 3
"""Lambda retries a failed run of a schedule twice."""
SILENT_IF_AT_MOST_MINUTES = 60
"""Schedules with a longer interval have no alarm on silence: it would fire after the first deployment until their first
run."""
AREAS: tuple[str, ...] = tuple(dict.fromkeys(operation.tag for operation in OPERATIONS))
"""The areas of the operations: their tags in the OpenAPI document."""
_TIMED_AREAS = frozenset(operation.tag for operation in OPERATIONS if operation.is_timed)
_LAMBDA = "AWS/Lambda"


def function_alarms(deployed: Deployed) -> Iterator[Alarm]:
    yield _api_errors(deployed)
    for area in AREAS:
        yield _failing(deployed, area)
        if area in _TIMED_AREAS:
            yield _slow(deployed, area)
    yield Alarm(
        name=f"{AUTHORIZER.name}-errors",
        section="authorizer-errors",
        summary=f"More than {CRASHES} call of {AUTHORIZER.name} ended with an error, so callers were answered with 503",
        series={"failed": _lambda(deployed, AUTHORIZER, "Errors")},
        threshold=CRASHES,
    )
    yield Alarm(
        name="crashed-functions",
        section="crashed-functions",
        summary=f"Functions ended more than {CRASHES} times without an answer: time-outs, memory, imports, exceptions",
        series={"crashed": Series(deployed.namespace, Metric.FUNCTION_CRASHED, "Sum")},
        threshold=CRASHES,
    )
    yield _throttles()
    for worker in WORKERS:
        yield Alarm(
            name=f"{worker.name}-errors",
            section="worker-failures",
            summary=f"More than {ERROR_PERCENT:g} % of the messages of {worker.name} fail, {FEWEST} at least, in one "
            "of its processes",
            series={"failing": Series(deployed.namespace, Metric.WORKER_FAILING, "Sum", {"worker": worker.name})},
            threshold=0,
        )
    for schedule in SCHEDULES:
        yield Alarm(
            name=f"{schedule.name}-failures",
            section="schedule-failures",
            summary=f"{FAILED_RUNS} runs of {schedule.name} failed within an hour",
            series={"failed": _lambda(deployed, schedule, "Errors")},
            threshold=FAILED_RUNS - 1,
            minutes=60,
        )
        if schedule.every_minutes <= SILENT_IF_AT_MOST_MINUTES:
            minutes = max(5, schedule.every_minutes)
            yield Alarm(
                name=f"{schedule.name}-silence",
                section="schedule-silence",
                summary=f"{schedule.name} has not run for {2 * minutes} minutes",
                series={"runs": _lambda(deployed, schedule, "Invocations")},
                threshold=1,
                below=True,
                minutes=minutes,
                periods=2,
                silence_fires=True,
            )


def _api_errors(deployed: Deployed) -> Alarm:
    dimensions = {"ApiName": deployed.api}
    return Alarm(
        name="api-errors",
        section="api-errors",
        summary=f"More than {ERROR_PERCENT:g} % of all requests are answered with 5xx, by functions or by the gateway",
        series={
            # Each request counts as 0 or 1, so the mean is the rate.
            "rate": Series("AWS/ApiGateway", "5XXError", "Average", dimensions),
            "handled": Series("AWS/ApiGateway", "5XXError", "SampleCount", dimensions),
        },
        expression=f"IF(handled >= {MIN_REQUESTS}, 100 * rate, 0)",
        threshold=ERROR_PERCENT,
    )


def _failing(deployed: Deployed, area: str) -> Alarm:
    """The functions record a metric when an operation fails too often (creator_search.services.recording). An alarm on
    the rate would have to read two metrics of each operation: its failures and its requests."""
    return Alarm(
        name=f"{area}-errors",
        section="operation-errors",
        summary=f"More than {ERROR_PERCENT:g} % of the requests of an operation of the area {area} fail, {FEWEST} at "
        "least, in one of its processes",
        series={"failing": Series(deployed.namespace, Metric.OPERATION_FAILING, "Sum", {"area": area})},
        threshold=0,
    )


def _slow(deployed: Deployed, area: str) -> Alarm:
    """It fires only if there are too many slow requests in three consecutive periods."""
    return Alarm(
        name=f"{area}-latency",
        section="operation-latency",
        summary=f"More than {SLOW_PERCENT:g} % of the requests of an operation of the area {area} take over "
        f"{RESPONSE_SECONDS:g} s, {FEWEST} at least, in one of its processes, for {5 * SLOW_PERIODS} minutes",
        series={"slow": Series(deployed.namespace, Metric.OPERATION_SLOW, "Sum", {"area": area})},
        threshold=0,
        periods=SLOW_PERIODS,
    )


def _throttles() -> Alarm:
    """One alarm for all functions, because they share the concurrency of the account."""
    return Alarm(
        name="throttled-functions",
        section="throttled-functions",
        summary="Lambda refuses to run functions of this account and region: no concurrency is left",
        series={"throttled": Series(_LAMBDA, "Throttles", "Sum")},
        threshold=THROTTLED_CALLS,
    )


def _lambda(deployed: Deployed, row: Function, metric: str) -> Series:
    return Series(_LAMBDA, metric, "Sum", {"FunctionName": deployed.functions[row.name]})
