"""For each alarm, the data of a normal period and of one with a fault, for each of the faults that it covers, as the
code and AWS publish it."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from creator_search.adapters.aws.cloudwatch import EmbeddedMetrics
from creator_search.bootstrap import Container
from creator_search.catalogue import OPERATIONS, Operation
from creator_search.domain.breakers import UPSTREAM_ENDPOINTS
from creator_search.domain.metrics import Metric

from tests.fakes import FakeClock
from tests.infra.stand_in import Datum

NAMESPACE = "CreatorSearch-dev"
Data = list[Datum]


@dataclass(frozen=True, slots=True)
class Fault:
    normal: Data
    faulty: Data
    what: str = ""
    """Which of several faults it is."""


def faults(section: str, alarm: str) -> Sequence[Fault]:
    """`alarm` is the name of the alarm without its deployment."""
    found = _FAULTS[section](alarm)
    return [found] if isinstance(found, Fault) else list(found)


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
    )
    for kind in ("-breaker-opened", *kinds):
        if alarm.endswith(kind):
            return alarm.removesuffix(kind)
    raise ValueError(f"unknown kind of alarm: {alarm}")


def _emitted(metric: Metric, *values: float, **dimensions: str) -> Data:
    """Return what CloudWatch extracts from the log lines of a function."""

    def write(metrics: EmbeddedMetrics) -> None:
        record = metrics.record_seconds if metric.endswith("Seconds") else metrics.count
        for value in values:
            record(metric, value, **dimensions)

    return _written(write)


def _written(write: Callable[[EmbeddedMetrics], None]) -> Data:
    stream = io.StringIO()
    metrics = EmbeddedMetrics(namespace=NAMESPACE, stream=stream)
    write(metrics)
    metrics.flush()
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[float]] = {}
    for line in map(json.loads, stream.getvalue().splitlines()):
        for group in line["_aws"]["CloudWatchMetrics"]:
            assert group["Namespace"] == NAMESPACE
            for metric in (about["Name"] for about in group["Metrics"]):
                for names in group["Dimensions"]:
                    dimensions = tuple((name, line[name]) for name in names)
                    found.setdefault((metric, dimensions), []).extend(line[metric])
    return [Datum(NAMESPACE, metric, dict(dimensions), tuple(values)) for (metric, dimensions), values in found.items()]


def _lambda(metric: str, name: str, *values: float) -> Data:
    return [Datum("AWS/Lambda", metric, {"FunctionName": name}, values)]


def _sqs(metric: str, name: str, *values: float) -> Data:
    return [Datum("AWS/SQS", metric, {"QueueName": name}, values)]


def _answered(operation: Operation, answers: Iterable[tuple[int, float]]) -> Data:
    """Return what one process emits for answers with these statuses and times."""

    def write(metrics: EmbeddedMetrics) -> None:
        recorder = Container.for_tests(metrics=metrics, clock=FakeClock()).answer_recorder
        for status, seconds in answers:
            recorder.record_answer(operation.name, status, seconds)

    return _written(write)


def _requests(alarm: str) -> Iterable[Fault]:
    """5 of 100 requests of an operation of the area fail; 6 of 100, of each of its operations."""
    for operation in _of_area(alarm):
        normal, faulty = (_answered(operation, [(200, 0.1)] * (100 - n) + [(503, 0.1)] * n) for n in (5, 6))
        yield Fault(normal, faulty, operation.name)


def _of_area(alarm: str) -> Sequence[Operation]:
    return [operation for operation in OPERATIONS if operation.tag == _subject(alarm)]


def _errors(alarm: str) -> Fault:
    name = _subject(alarm)
    return Fault(_lambda("Errors", name, 1), _lambda("Errors", name, 2))


def _crashes(_alarm: str) -> Fault:
    """What the metric filters count; tests/infra/test_crashes.py shows that they count in the logs of all functions."""

    def of(count: int) -> Data:
        return [Datum(NAMESPACE, Metric.FUNCTION_CRASHED, {}, (1.0,) * count)]

    return Fault(of(1), of(2))


def _messages(alarm: str) -> Fault:
    """5 of 100 messages fail; 6 of 100."""

    def of(failed: int) -> Data:
        def write(metrics: EmbeddedMetrics) -> None:
            recorder = Container.for_tests(metrics=metrics, clock=FakeClock()).message_recorder
            for number in range(100):
                recorder.record_message(_subject(alarm), 1, is_failure=number >= 100 - failed)

        return _written(write)

    return Fault(of(5), of(6))


def _latency(alarm: str) -> Iterable[Fault]:
    """5 of 100 answers of an operation of the area take longer than 5 s; 6 of 100, of each of its operations."""
    for operation in filter(lambda operation: operation.is_timed, _of_area(alarm)):
        normal, faulty = (_answered(operation, [(200, 5)] * (100 - n) + [(200, 5.1)] * n) for n in (5, 6))
        yield Fault(normal, faulty, operation.name)


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


def _table_throttles(_alarm: str) -> Fault:
    return Fault(_emitted(Metric.STORE_THROTTLED, 4, 6), _emitted(Metric.STORE_THROTTLED, 4, 7))


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


def _quota(_alarm: str) -> Iterable[Fault]:
    for endpoint in UPSTREAM_ENDPOINTS:
        normal, faulty = (_emitted(Metric.UPSTREAM_QUOTA_EXHAUSTED, n, endpoint=endpoint) for n in (0, 1))
        yield Fault(normal, faulty, endpoint)


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


_FAULTS: Mapping[str, Callable[[str], Fault | Iterable[Fault]]] = {
    "api-errors": _gateway,
    "operation-errors": _requests,
    "operation-latency": _latency,
    "throttled-functions": _throttled,
    "authorizer-errors": _errors,
    "crashed-functions": _crashes,
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
