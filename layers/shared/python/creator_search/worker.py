"""Lambda handlers for queues, schedules and streams.

The messages of an SQS batch are processed separately, and only failed ones are returned. A message that cannot be
parsed, or must not be retried, is sent to the dead-letter queue at once.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from creator_search import catalogue, current
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Queue
from creator_search.domain.errors import GaveUp, MalformedMessage
from creator_search.domain.messages import origin_of
from creator_search.domain.metrics import Metric
from creator_search.environment import resource_name
from creator_search.parts import Part

LambdaEvent = Mapping[str, Any]
DEADLINE_MARGIN = timedelta(seconds=8)
"""Time reserved before a Lambda's time-out for storing results and reporting failed messages."""
REPORT_MARGIN = timedelta(seconds=2)
"""The last part of this margin, in which nothing is stored any more."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message as passed to a worker."""

    queue: Queue
    body: str
    sent_at: datetime
    """When SQS accepted it."""
    deadline: datetime
    """When the work must have ended."""


def queue_worker(
    name: str, work: Callable[..., object], *parts: Part[Any]
) -> Callable[[LambdaEvent, Any], dict[str, Any]]:
    """Return the Lambda handler of a worker in the catalogue, which calls `work(received, *parts)` per message.

    `work` raises MalformedMessage for a message that it cannot parse, and GaveUp for one that must not be retried: both
    are sent to the dead-letter queue with the reason. After any other error, SQS delivers the message again.
    """
    row = catalogue.FUNCTIONS[name]
    assert isinstance(row, catalogue.Worker)
    queues = tuple(row.concurrency)

    def handler(event: LambdaEvent, context: Any) -> dict[str, Any]:
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

        container = process_container()
        logger = container.logger(name)
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        ends = container.clock() + left
        deadline = ends - DEADLINE_MARGIN

        def process(record: Any) -> None:
            origin = origin_of(record.body)
            with (
                current.handling(origin.request_id or record.message_id, ends - REPORT_MARGIN, origin.username),
                _measured(container, name, record.message_id),
            ):
                handle(record)

        def handle(record: Any) -> None:
            details = {"message_id": record.message_id}
            try:
                received = Received(
                    queue=_queue_of(record.event_source_arn, queues),
                    body=record.body,
                    sent_at=_sent_at(record.attributes.sent_timestamp),
                    deadline=deadline,
                )
                try:
                    outcome = str(work(received, *(part.of(container) for part in parts)))
                except (MalformedMessage, GaveUp) as error:
                    container.send_dead_letter(received.queue, received.body, error.message)
                    container.metrics.count(Metric.DEAD_LETTER, worker=name)
                    outcome = f"dead letter: {error.message}"
            except Exception:
                logger.exception("message failed and will be delivered again", extra=details)
                raise
            logger.info("message processed", extra={**details, "queue": received.queue, "outcome": outcome})

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        answer = process_partial_response(
            event=dict(event), record_handler=process, processor=processor, context=context
        )
        return dict(answer)

    return handler


def scheduled_worker(
    name: str, work: Callable[..., Mapping[str, int]], *parts: Part[Any]
) -> Callable[[LambdaEvent, Any], dict[str, int]]:
    """Return the Lambda handler of a schedule in the catalogue, which calls `work(*parts)`, and logs and returns its
    counts.
    """
    assert isinstance(catalogue.FUNCTIONS[name], catalogue.Schedule)
    return _handler(name, lambda _event, _deadline, *built: work(*built), parts, "schedule done")


def event_worker(
    name: str, work: Callable[..., Mapping[str, Any]], *parts: Part[Any]
) -> Callable[[LambdaEvent, Any], dict[str, Any]]:
    """Return the Lambda handler of an optional function, which calls `work(event, deadline, *parts)`, and logs and
    returns what it returns. The event is delivered again after an error.
    """
    assert name in catalogue.OPTIONAL_FUNCTIONS
    return _handler(name, work, parts, "event processed")


def _handler(
    name: str, work: Callable[..., Mapping[str, Any]], parts: Sequence[Part[Any]], message: str
) -> Callable[[LambdaEvent, Any], dict[str, Any]]:
    def handler(event: LambdaEvent, context: Any) -> dict[str, Any]:
        container = process_container()
        ends = container.clock() + timedelta(milliseconds=context.get_remaining_time_in_millis())
        # Lambda's own id, so that its reports about the invocation have it too.
        with current.handling(context.aws_request_id, ends - REPORT_MARGIN):
            # Lambda itself measures how often, how long and with which outcome it runs.
            with container.metrics.collecting(**current.log_fields(), worker=name):
                done = dict(work(event, ends - DEADLINE_MARGIN, *(part.of(container) for part in parts)))
            container.logger(name).info(message, extra=done)
        return done

    return handler


@contextmanager
def _measured(container: Container, worker: str, message_id: str) -> Iterator[None]:
    """Record the duration and the failure of one message in one log line."""
    with container.metrics.collecting(**current.log_fields(), worker=worker, message_id=message_id):
        started, is_failure = time.perf_counter(), False
        try:
            yield
        except Exception:
            is_failure = True
            raise
        finally:
            seconds = time.perf_counter() - started
            container.message_recorder.record_message(worker, seconds, is_failure=is_failure)


def _queue_of(arn: str, queues: tuple[Queue, ...]) -> Queue:
    name = arn.rsplit(":", 1)[-1]
    names = {resource_name(queue).rsplit("/", 1)[-1]: queue for queue in queues}
    return names[name]


def _sent_at(milliseconds: str | None) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC) if milliseconds else datetime.now(UTC)
