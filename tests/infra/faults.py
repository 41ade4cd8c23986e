"""For each kind of alarm, the data of a normal period and of one with the fault, as the code and AWS publish it."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from creator_search.adapters.aws.cloudwatch import EmbeddedMetrics
from creator_search.catalogue import FUNCTIONS, Api
from creator_search.domain.metrics import Metric

from tests.infra.stand_in import Datum

NAMESPACE = "CreatorSearch-dev"
Data = list[Datum]


@dataclass(frozen=True, slots=True)
class Fault:
    normal: Data
    faulty: Data


def fault(section: str, alarm: str) -> Fault:
    """`alarm` is the name of the alarm without its deployment."""
    return _FAULTS[section](alarm)


def _subject(alarm: str) -> str:
    """Return the operation, queue, table, breaker … of the alarm."""
    kinds = (
        "-errors",
        "-latency",
        "-not-counted",
        "-failures",
        "-silence",
        "-age",
        "-depth",
        "-not-empty",
        "-quota",
    )
    for kind in ("-read-throttles", "-write-throttles", "-breaker-opened", *kinds):
        if alarm.endswith(kind):
            return alarm.removesuffix(kind)
    raise ValueError(f"unknown kind of alarm: {alarm}")


def _emitted(metric: Metric, *values: float, **dimensions: str) -> Data:
    """Return what CloudWatch extracts from the log lines of a function."""
    stream = io.StringIO()
    metrics = EmbeddedMetrics(namespace=NAMESPACE, stream=stream)
    write = metrics.record_seconds if metric.endswith("Seconds") else metrics.count
    for value in values:
        write(metric, value, **dimensions)
    metrics.flush()
    found: dict[tuple[str, ...], list[float]] = {}
    for line in map(json.loads, stream.getvalue().splitlines()):
        [group] = line["_aws"]["CloudWatchMetrics"]
        assert group["Namespace"] == NAMESPACE
        for names in group["Dimensions"]:
            found.setdefault(tuple(names), []).extend(line[metric])
    return [
        Datum(NAMESPACE, metric, {name: dimensions[name] for name in names}, tuple(some))
        for names, some in found.items()
    ]


def _lambda(metric: str, name: str, *values: float) -> Data:
    return [Datum("AWS/Lambda", metric, {"FunctionName": name}, values)]


def _sqs(metric: str, name: str, *values: float) -> Data:
    return [Datum("AWS/SQS", metric, {"QueueName": name}, values)]


def _requests(alarm: str) -> Fault:
    """5 of 100 requests fail; 4 of 100, and 2 without an answer. A function that times out emits nothing."""
    name = _subject(alarm)
    handled = _lambda("Invocations", name, 100)
    return Fault(
        handled + _failed(name, 5),
        handled + _failed(name, 4) + _lambda("Errors", name, 2),
    )


def _failed(function: str, count: int) -> Data:
    if isinstance(FUNCTIONS[function], Api):
        return _emitted(Metric.API_FAILED, *[1] * count, api=function)
    return _emitted(Metric.REQUEST_FAILED, *[1] * count, operation=function)


def _crashes(alarm: str) -> Fault:
    name = _subject(alarm)
    handled = _lambda("Invocations", name, 100)
    return Fault(handled + _lambda("Errors", name, 5), handled + _lambda("Errors", name, 6))


def _messages(alarm: str) -> Fault:
    name = _subject(alarm)
    handled = _lambda("Invocations", name, 100)
    return Fault(
        handled + _lambda("Errors", name, 0),
        handled + _emitted(Metric.MESSAGE_FAILED, *[1] * 6, worker=name),
    )


def _latency(alarm: str) -> Fault:
    """4 of 100 answers take longer than 5 s; 6 of 100."""
    name = _subject(alarm)
    if isinstance(FUNCTIONS[name], Api):
        handled = _lambda("Invocations", name, 100)
        return Fault(
            handled + _lambda("Duration", name, *[100] * 96, *[9000] * 4),
            handled + _lambda("Duration", name, *[100] * 94, *[9000] * 6),
        )
    return Fault(
        _emitted(Metric.REQUEST_SECONDS, *[0.1] * 96, *[9] * 4, operation=name),
        _emitted(Metric.REQUEST_SECONDS, *[0.1] * 94, *[9] * 6, operation=name),
    )


def _gateway(_alarm: str) -> Fault:
    def of(failed: int) -> Data:
        return [Datum("AWS/ApiGateway", "5XXError", {"ApiName": NAMESPACE}, (*[0.0] * (100 - failed), *[1.0] * failed))]

    return Fault(of(5), of(6))


def _throttled(_alarm: str) -> Fault:
    def of(value: float) -> Data:
        return [Datum("AWS/Lambda", "Throttles", {}, (value,))]

    return Fault(of(0), of(10))


def _failed_runs(alarm: str) -> Fault:
    name = _subject(alarm)
    return Fault(_lambda("Errors", name, 2), _lambda("Errors", name, 3))


def _runs(alarm: str) -> Fault:
    name = _subject(alarm)
    return Fault(_lambda("Invocations", name, 1), _lambda("Invocations", name, 0))


def _age(alarm: str) -> Fault:
    name, day = _subject(alarm), 24 * 3600
    metric = "ApproximateAgeOfOldestMessage"
    return Fault(_sqs(metric, name, 60), _sqs(metric, name, day))


def _depth(alarm: str) -> Fault:
    """A peak of 500 messages that are received within the period; 101 that remain."""
    name, metric = _subject(alarm), "ApproximateNumberOfMessagesVisible"
    return Fault(_sqs(metric, name, 500, 100, 3), _sqs(metric, name, 500, 101))


def _dead_letters(alarm: str) -> Fault:
    name, metric = _subject(alarm), "ApproximateNumberOfMessagesVisible"
    return Fault(_sqs(metric, name, 0), _sqs(metric, name, 1))


def _table_throttles(alarm: str) -> Fault:
    metric = "WriteThrottleEvents" if alarm.endswith("-write-throttles") else "ReadThrottleEvents"

    def of(value: float) -> Data:
        return [Datum("AWS/DynamoDB", metric, {"TableName": _subject(alarm)}, (value,))]

    return Fault(of(0), of(50))


def _store_failures(_alarm: str) -> Fault:
    return Fault(_emitted(Metric.STORE_FAILED, *[1] * 5), _emitted(Metric.STORE_FAILED, *[1] * 6))


def _refused(_alarm: str) -> Fault:
    return Fault([Datum("AWS/DynamoDB", "UserErrors", {}, (1,))], [Datum("AWS/DynamoDB", "UserErrors", {}, (50,))])


def _opened(alarm: str) -> Fault:
    name = _subject(alarm)
    return Fault(
        _emitted(Metric.BREAKER_OPENED, 0, breaker=name),
        _emitted(Metric.BREAKER_OPENED, 1, breaker=name),
    )


def _breaker_store(_alarm: str) -> Fault:
    return Fault(_emitted(Metric.BREAKER_STORE_FAILED, 1), _emitted(Metric.BREAKER_STORE_FAILED, *[1] * 6))


def _limits(_alarm: str) -> Fault:
    return Fault(_emitted(Metric.REQUEST_NOT_COUNTED, 1), _emitted(Metric.REQUEST_NOT_COUNTED, *[1] * 6))


def _quota(alarm: str) -> Fault:
    name = _subject(alarm)
    return Fault(
        _emitted(Metric.UPSTREAM_QUOTA_EXHAUSTED, 0, endpoint=name),
        _emitted(Metric.UPSTREAM_QUOTA_EXHAUSTED, 1, endpoint=name),
    )


def _store(_alarm: str) -> Fault:
    return Fault(
        _emitted(Metric.STORE_SECONDS, *[0.01] * 96, *[3] * 4),
        _emitted(Metric.STORE_SECONDS, *[0.01] * 94, *[3] * 6),
    )


def _captions(_alarm: str) -> Fault:
    """Without models all captions are analyzed by rules, and no batch fails; with models, the batches of 11 of 100."""
    return Fault(
        _emitted(Metric.CAPTIONS_ANALYZED, 100, engine="rules"),
        _emitted(Metric.CAPTIONS_ANALYZED, 89, engine="onnx")
        + _emitted(Metric.CAPTIONS_ANALYZED, 11, engine="rules")
        + _emitted(Metric.CAPTION_BATCH_FAILED, 1, 1),
    )


def _cache(_alarm: str) -> Fault:
    def of(hits: float) -> Data:
        return _emitted(Metric.SIMILAR_CACHE_HIT, hits) + _emitted(Metric.SIMILAR_CACHE_MISS, 100 - hits)

    return Fault(of(80), of(79))


def _execution(machine: str) -> Callable[[str], Fault]:
    """An execution that succeeds; one that takes too long."""

    def ended(metric: str) -> Data:
        return [Datum("AWS/States", metric, {"StateMachineArn": machine}, (1,))]

    return lambda _alarm: Fault(ended("ExecutionsSucceeded"), ended("ExecutionsTimedOut"))


def _lag(_alarm: str) -> Fault:
    """The oldest change of a batch waits a quarter of an hour; a second more."""

    def waiting(seconds: int) -> Data:
        return [Datum("AWS/Lambda", "IteratorAge", {"FunctionName": "index_creators"}, (1, 1000 * seconds))]

    return Fault(waiting(900), waiting(901))


_FAULTS: Mapping[str, Callable[[str], Fault]] = {
    "api-errors": _gateway,
    "operation-errors": _requests,
    "operation-latency": _latency,
    "throttled-functions": _throttled,
    "authorizer-errors": _crashes,
    "worker-failures": _messages,
    "schedule-failures": _failed_runs,
    "schedule-silence": _runs,
    "queue-age": _age,
    "queue-depth": _depth,
    "dead-letters": _dead_letters,
    "table-throttles": _table_throttles,
    "store-failures": _store_failures,
    "refused-calls": _refused,
    "breaker-opened": _opened,
    "breaker-store-failures": _breaker_store,
    "requests-not-counted": _limits,
    "upstream-quota": _quota,
    "store-latency": _store,
    "caption-failures": _captions,
    "cache-hits": _cache,
    "reports-failures": _execution("reports"),
    "search-lag": _lag,
    "search-repair-failures": _execution("repair"),
}
