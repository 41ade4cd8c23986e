"""Alarms on operations, workers and schedules."""

from collections.abc import Iterator

from creator_search.catalogue import API_FUNCTIONS, AUTHORIZER, SCHEDULES, WORKERS, Api, Function, Operation
from creator_search.domain.metrics import Metric

from infra.monitoring.rows import Alarm, Deployed, Series

ERROR_PERCENT = 5
RESPONSE_SECONDS = 5
"""Source of both: CONTRACT, section 8."""
SLOW_PERIODS = 3
MIN_REQUESTS = 20
"""A period with fewer requests or messages has no error rate."""
THROTTLED_CALLS = 5
FAILED_RUNS = 3
"""Lambda retries a failed run of a schedule twice."""
SILENT_IF_AT_MOST_MINUTES = 60
"""Schedules with a longer interval have no alarm on silence: it would fire after the first deployment until their first
run."""
_LAMBDA = "AWS/Lambda"


def function_alarms(deployed: Deployed) -> Iterator[Alarm]:
    yield _api_errors(deployed)
    for function in API_FUNCTIONS:
        yield _error_rate(deployed, function, "operation-errors", _failed_requests(deployed, function), "requests")
        if isinstance(function, Api) or (isinstance(function, Operation) and _has_latency(function)):
            yield _latency(deployed, function)
    yield _error_rate(deployed, AUTHORIZER, "authorizer-errors", None, "verifications")
    yield _throttles()
    for worker in WORKERS:
        failed = Series(deployed.namespace, Metric.MESSAGE_FAILED, "Sum", {"worker": worker.name})
        yield _error_rate(deployed, worker, "worker-failures", failed, "messages")
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


def _has_latency(operation: Operation) -> bool:
    """Whether the time of an answer has a limit: an export takes as long as its size requires, and the operations under
    /api/streaming answer until the client leaves."""
    return operation.streams != "text/csv" and not operation.path.startswith("/api/streaming/")


def _api_errors(deployed: Deployed) -> Alarm:
    dimensions = {"ApiName": deployed.api}
    return Alarm(
        name="api-errors",
        section="api-errors",
        summary=f"More than {ERROR_PERCENT} % of all requests are answered with 5xx, by functions or by the gateway",
        series={
            # Each request counts as 0 or 1, so the mean is the rate.
            "rate": Series("AWS/ApiGateway", "5XXError", "Average", dimensions),
            "handled": Series("AWS/ApiGateway", "5XXError", "SampleCount", dimensions),
        },
        expression=f"IF(handled >= {MIN_REQUESTS}, 100 * rate, 0)",
        threshold=ERROR_PERCENT,
    )


def _failed_requests(deployed: Deployed, function: Function) -> Series:
    if isinstance(function, Api):
        return Series(deployed.namespace, Metric.API_FAILED, "Sum", {"api": function.name})
    return Series(deployed.namespace, Metric.REQUEST_FAILED, "Sum", {"operation": function.name})


def _error_rate(deployed: Deployed, row: Function, section: str, failed: Series | None, what: str) -> Alarm:
    """`crashed` are the invocations that the code of the function could not count: time-outs, memory, imports."""
    return Alarm(
        name=f"{row.name}-errors",
        section=section,
        summary=f"More than {ERROR_PERCENT} % of the {what} of {row.name} fail",
        series={
            **({"failed": failed} if failed else {}),
            "crashed": _lambda(deployed, row, "Errors"),
            "handled": _lambda(deployed, row, "Invocations"),
        },
        expression=_error_rate_of("failed", "crashed") if failed else _error_rate_of("crashed"),
        threshold=ERROR_PERCENT,
    )


def _error_rate_of(*failed: str) -> str:
    counted = " + ".join(f"FILL({name}, 0)" for name in failed)
    return f"IF(FILL(handled, 0) >= {MIN_REQUESTS}, 100 * ({counted}) / FILL(handled, 0), 0)"


def _throttles() -> Alarm:
    """One alarm for all functions, because they share the concurrency of the account."""
    return Alarm(
        name="throttled-functions",
        section="throttled-functions",
        summary="Lambda refuses to run functions of this account and region: no concurrency is left",
        series={"throttled": Series(_LAMBDA, "Throttles", "Sum")},
        threshold=THROTTLED_CALLS,
    )


def _latency(deployed: Deployed, function: Operation | Api) -> Alarm:
    """The response time of an operation; of the function, if several operations share it. One slow request fires
    nothing: the percentile has to be high in three periods in a row."""
    if isinstance(function, Api):
        p95 = Series(_LAMBDA, "Duration", "p95", {"FunctionName": deployed.functions[function.name]})
        threshold = 1000 * RESPONSE_SECONDS
    else:
        p95 = Series(deployed.namespace, Metric.REQUEST_SECONDS, "p95", {"operation": function.name})
        threshold = RESPONSE_SECONDS
    return Alarm(
        name=f"{function.name}-latency",
        section="operation-latency",
        summary=f"The 95th percentile of the response time of {function.name} is over {RESPONSE_SECONDS} s for "
        f"{5 * SLOW_PERIODS} minutes",
        series={"p95": p95},
        threshold=threshold,
        periods=SLOW_PERIODS,
    )


def _lambda(deployed: Deployed, row: Function, metric: str) -> Series:
    return Series(_LAMBDA, metric, "Sum", {"FunctionName": deployed.functions[row.name]})
