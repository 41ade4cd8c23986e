"""The dashboard: the alarms that fire, and graphs of what the alarms watch."""

from collections.abc import Mapping, Sequence
from typing import Any

from creator_search.catalogue import API_FUNCTIONS, AUTHORIZER, OPERATIONS, SCHEDULES, WORKERS, Queue
from creator_search.domain.breakers import BREAKERS, UPSTREAM_ENDPOINTS
from creator_search.domain.metrics import Metric

from infra.monitoring.functions import AREAS
from infra.monitoring.rows import Deployed, Series

_WIDTH, _COLUMNS, _GRAPH_HEIGHT = 24, 2, 7
_ALARMS_PER_WIDGET = 100
_ALARMS_HEIGHT = 8


def dashboard_body(deployed: Deployed, alarm_arns: Sequence[str], region: str) -> Mapping[str, Any]:
    """Return the body in CloudWatch's format. Source: AWS, "Dashboard body structure and syntax"."""
    widgets: list[dict[str, Any]] = []
    top = 0
    for start in range(0, len(alarm_arns), _ALARMS_PER_WIDGET):
        some = list(alarm_arns[start : start + _ALARMS_PER_WIDGET])
        alarms = {"title": "Alarms", "alarms": some, "sortBy": "stateUpdatedTimestamp", "states": ["ALARM"]}
        place = {"x": 0, "y": top, "width": _WIDTH, "height": _ALARMS_HEIGHT}
        widgets.append({"type": "alarm", **place, "properties": alarms})
        top += _ALARMS_HEIGHT
    for number, (title, lines) in enumerate(_graphs(deployed).items()):
        width = _WIDTH // _COLUMNS
        row, column = divmod(number, _COLUMNS)
        place = {"x": width * column, "y": top + _GRAPH_HEIGHT * row, "width": width, "height": _GRAPH_HEIGHT}
        metrics = [_line(label, series) for label, series in lines.items()]
        graph = {"title": title, "metrics": metrics, "region": region, "view": "timeSeries", "period": 300}
        widgets.append({"type": "metric", **place, "properties": graph})
    return {"widgets": widgets}


def _graphs(deployed: Deployed) -> Mapping[str, Mapping[str, Series]]:
    """The lines of every graph by its title; each a series by its label."""
    operations = [operation.name for operation in OPERATIONS]
    functions = [function.name for function in (*API_FUNCTIONS, AUTHORIZER)]
    workers = [worker.name for worker in WORKERS]
    invoked = [*workers, *(schedule.name for schedule in SCHEDULES)]

    def own(metric: Metric, statistic: str, dimension: str, values: Sequence[str]) -> dict[str, Series]:
        return {value: Series(deployed.namespace, metric, statistic, {dimension: value}) for value in values}

    def of_functions(metric: str, names: Sequence[str]) -> dict[str, Series]:
        return {n: Series("AWS/Lambda", metric, "Sum", {"FunctionName": deployed.functions[n]}) for n in names}

    def of_queues(metric: str, names: Mapping[Queue, str]) -> dict[str, Series]:
        return {q: Series("AWS/SQS", metric, "Maximum", {"QueueName": name}) for q, name in names.items()}

    def sums(*metrics: Metric) -> dict[str, Series]:
        return {metric: Series(deployed.namespace, metric, "Sum") for metric in metrics}

    waiting = "ApproximateNumberOfMessagesVisible"
    return {
        "Requests": own(Metric.REQUEST_SECONDS, "SampleCount", "operation", operations),
        "Response time, p95 (s)": own(Metric.REQUEST_SECONDS, "p95", "operation", operations),
        "Answers with 5xx": own(Metric.REQUEST_FAILED, "Sum", "operation", operations),
        "Failed requests of operations that fail too often": own(Metric.OPERATION_FAILING, "Sum", "area", AREAS),
        "Slow requests of operations that are slow too often": own(Metric.OPERATION_SLOW, "Sum", "area", AREAS),
        "Answers with 4xx": own(Metric.REQUEST_REFUSED, "Sum", "operation", operations),
        "Crashed functions": sums(Metric.FUNCTION_CRASHED),
        "Crashed functions of the API": of_functions("Errors", functions),
        "Throttled functions of the API": of_functions("Throttles", functions),
        "Messages": own(Metric.MESSAGE_SECONDS, "SampleCount", "worker", workers),
        "Time of a message, p95 (s)": own(Metric.MESSAGE_SECONDS, "p95", "worker", workers),
        "Messages to be delivered again": own(Metric.MESSAGE_FAILED, "Sum", "worker", workers),
        "Failed messages of workers that fail too often": own(Metric.WORKER_FAILING, "Sum", "worker", workers),
        "Messages sent to the dead letters": own(Metric.DEAD_LETTER, "Sum", "worker", workers),
        "Runs of workers and schedules": of_functions("Invocations", invoked),
        "Crashed workers and schedules": of_functions("Errors", invoked),
        "Throttled workers and schedules": of_functions("Throttles", invoked),
        "Queue depth": of_queues(waiting, deployed.queues),
        "Age of the oldest message (s)": of_queues("ApproximateAgeOfOldestMessage", deployed.queues),
        "Dead letters": of_queues(waiting, deployed.dead_letters),
        "Breakers opened": own(Metric.BREAKER_OPENED, "Sum", "breaker", list(BREAKERS)),
        "Upstream calls, p95 (s)": own(Metric.UPSTREAM_SECONDS, "p95", "endpoint", UPSTREAM_ENDPOINTS),
        "Failed upstream calls": own(Metric.UPSTREAM_FAILED, "Sum", "endpoint", UPSTREAM_ENDPOINTS),
        "Calls of DynamoDB (s)": {
            statistic: Series(deployed.namespace, Metric.STORE_SECONDS, statistic)
            for statistic in ("p50", "p95", "p99")
        },
        "Failed calls of DynamoDB": sums(Metric.STORE_FAILED, Metric.STORE_THROTTLED),
        "Throttled tables": {
            f"{table}, {direction.lower()}s": Series(
                "AWS/DynamoDB", f"{direction}ThrottleEvents", "Sum", {"TableName": name}
            )
            for table, name in deployed.tables.items()
            for direction in ("Read", "Write")
        },
        "Exhausted quotas": own(Metric.UPSTREAM_QUOTA_EXHAUSTED, "Sum", "endpoint", UPSTREAM_ENDPOINTS),
        "Captions": {
            **own(Metric.CAPTIONS_ANALYZED, "Sum", "engine", ("onnx", "rules")),
            **sums(Metric.CAPTION_BATCH_FAILED),
        },
        "Requests that were not counted": sums(Metric.REQUEST_NOT_COUNTED),
        "Caches": sums(
            Metric.SIMILAR_CACHE_HIT,
            Metric.SIMILAR_CACHE_MISS,
            Metric.DOCUMENT_CACHE_HIT,
            Metric.DOCUMENT_CACHE_MISS,
        ),
    }


def _line(label: str, series: Series) -> list[Any]:
    dimensions = [text for pair in series.dimensions.items() for text in pair]
    return [series.namespace, series.metric, *dimensions, {"label": label, "stat": series.statistic}]
