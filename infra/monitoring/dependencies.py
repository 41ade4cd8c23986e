"""Alarms on what the functions depend on: queues, tables, caches, upstreams, models."""

from collections.abc import Iterator, Mapping

from creator_search.catalogue import Queue
from creator_search.domain.breakers import BREAKERS
from creator_search.domain.metrics import Metric

from infra.monitoring.rows import Alarm, Deployed, Series

QUEUE_DEPTH = 100
STORE_SECONDS = 1
CAPTION_PERCENT = 10
CACHE_HIT_PERCENT = 80
"""These thresholds are requirements."""
MIN_CALLS = 100
"""A period with fewer calls, captions or look-ups has no rate and no percentile."""
AGE_MINUTES: Mapping[Queue, int] = {Queue.PROFILE_HIGH: 10, Queue.PROFILE_LOW: 6 * 60}
OTHER_AGE_MINUTES = 60
"""A message older than this waits too long; a person waits for those of the HIGH queue."""
STORE_FAILURES = 5
THROTTLED_EVENTS = 10
REFUSED_CALLS = 20
_DYNAMODB = "AWS/DynamoDB"


def dependency_alarms(deployed: Deployed) -> Iterator[Alarm]:
    for queue in Queue:
        yield from _queue_alarms(deployed, queue)
    yield Alarm(
        name="throttled-tables",
        section="table-throttles",
        summary="DynamoDB throttles reads or writes of a table or of an index",
        series={"throttled": Series(deployed.namespace, Metric.STORE_THROTTLED, "Sum")},
        threshold=THROTTLED_EVENTS,
    )
    yield Alarm(
        name="store-failures",
        section="store-failures",
        summary="Calls of DynamoDB fail, also after their retries",
        series={"failed": Series(deployed.namespace, Metric.STORE_FAILED, "Sum")},
        threshold=STORE_FAILURES,
    )
    yield Alarm(
        name="tables-refused-calls",
        section="refused-calls",
        summary="DynamoDB refuses calls as invalid, in this account and region",
        series={"refused": Series(_DYNAMODB, "UserErrors", "Sum")},
        threshold=REFUSED_CALLS,
    )
    for breaker in BREAKERS:
        yield Alarm(
            name=f"{breaker}-breaker-opened",
            section="breaker-opened",
            summary=f"The circuit breaker of {breaker} has opened: calls are refused without being made",
            series={"opened": Series(deployed.namespace, Metric.BREAKER_OPENED, "Sum", {"breaker": breaker})},
            threshold=0,
        )
    yield Alarm(
        name="breaker-store-failures",
        section="breaker-store-failures",
        summary="The states of the circuit breakers cannot be read or written, so that no instance knows of others",
        series={"failed": Series(deployed.namespace, Metric.BREAKER_STORE_FAILED, "Sum")},
        threshold=STORE_FAILURES,
    )
    yield Alarm(
        name="requests-not-counted",
        section="requests-not-counted",
        summary="The limits of callers are not enforced, because their requests cannot be counted",
        series={"failed": Series(deployed.namespace, Metric.REQUEST_NOT_COUNTED, "Sum")},
        threshold=STORE_FAILURES,
    )
    yield Alarm(
        name="upstream-quota",
        section="upstream-quota",
        summary="The quota of an endpoint of the upstreams is used up",
        series={"exhausted": Series(deployed.namespace, Metric.UPSTREAM_QUOTA_EXHAUSTED, "Sum")},
        threshold=0,
    )
    yield _store_latency(deployed)
    yield _caption_failures(deployed)
    yield _cache_hits(deployed)


def _queue_alarms(deployed: Deployed, queue: Queue) -> Iterator[Alarm]:
    own = {"QueueName": deployed.queues[queue]}
    minutes = AGE_MINUTES.get(queue, OTHER_AGE_MINUTES)
    yield Alarm(
        name=f"{queue}-age",
        section="queue-age",
        summary=f"The oldest message of the queue {queue} waits for more than {minutes} minutes",
        series={"age": Series("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", own)},
        threshold=60 * minutes,
        periods=2,
    )
    yield Alarm(
        name=f"{queue}-depth",
        section="queue-depth",
        summary=f"More than {QUEUE_DEPTH} messages wait in the queue {queue} for 15 minutes",
        series={"waiting": Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Minimum", own)},
        threshold=QUEUE_DEPTH,
        periods=3,
    )
    dead = {"QueueName": deployed.dead_letters[queue]}
    yield Alarm(
        name=f"{queue.dead_letter}-not-empty",
        section="dead-letters",
        summary=f"The dead-letter queue of {queue} is not empty",
        series={"letters": Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", dead)},
        threshold=0,
    )


def _store_latency(deployed: Deployed) -> Alarm:
    return Alarm(
        name="store-latency",
        section="store-latency",
        summary=f"The 95th percentile of the calls of DynamoDB, with their retries, is over {STORE_SECONDS} s",
        series={
            "p95": Series(deployed.namespace, Metric.STORE_SECONDS, "p95"),
            "calls": Series(deployed.namespace, Metric.STORE_SECONDS, "SampleCount"),
        },
        expression=f"IF(calls >= {MIN_CALLS}, p95, 0)",
        threshold=STORE_SECONDS,
    )


def _caption_failures(deployed: Deployed) -> Alarm:
    """A deployment without models analyzes all captions by rules, and none of its batches fails."""
    return Alarm(
        name="caption-failures",
        section="caption-failures",
        summary=f"The models fail, and rules analyze more than {CAPTION_PERCENT} % of the captions",
        series={
            "captions": Series(deployed.namespace, Metric.CAPTIONS_ANALYZED, "Sum"),
            "rules": Series(deployed.namespace, Metric.CAPTIONS_ANALYZED, "Sum", {"engine": "rules"}),
            "failed": Series(deployed.namespace, Metric.CAPTION_BATCH_FAILED, "Sum"),
        },
        expression=f"IF(FILL(captions, 0) >= {MIN_CALLS}, "
        "IF(FILL(failed, 0) > 0, 100 * FILL(rules, 0) / FILL(captions, 0), 0), 0)",
        threshold=CAPTION_PERCENT,
        minutes=15,
    )


def _cache_hits(deployed: Deployed) -> Alarm:
    hits, misses = "FILL(hits, 0)", "FILL(misses, 0)"
    return Alarm(
        name="similar-cache-hits",
        section="cache-hits",
        summary=f"Less than {CACHE_HIT_PERCENT} % of the requests for similar profiles are answered from the cache",
        series={
            "hits": Series(deployed.namespace, Metric.SIMILAR_CACHE_HIT, "Sum"),
            "misses": Series(deployed.namespace, Metric.SIMILAR_CACHE_MISS, "Sum"),
        },
        expression=f"IF({hits} + {misses} >= {MIN_CALLS}, 100 * {hits} / ({hits} + {misses}), 100)",
        threshold=CACHE_HIT_PERCENT,
        below=True,
        minutes=60,
    )
