"""SQS batches: each message on its own, failures returned alone, and what cannot be understood buried at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from creator_search import catalogue, providers
from creator_search.catalogue import Queue
from creator_search.config import resource_name
from creator_search.domain.errors import GaveUp, MalformedMessage

Event = Mapping[str, Any]
DEADLINE_MARGIN = timedelta(seconds=8)
"""What a worker keeps to store results and say what became of its messages."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message as a worker sees it."""

    queue: Queue
    body: str
    sent_at: datetime
    """When the queue took it."""
    deadline: datetime
    """When the work must be over."""


def queue_worker(name: str, work: Callable[[Received], object]) -> Callable[[Event, Any], dict[str, Any]]:
    """The Lambda handler of one row of the catalogue. `work` raises MalformedMessage for what it cannot understand and
    GaveUp for what it will not try again: both are buried with the reason. Whatever else it raises brings its message
    back, and only that one."""
    row = catalogue.FUNCTIONS[name]
    assert isinstance(row, catalogue.Worker)
    queues = tuple(row.concurrency)

    def handler(event: Event, context: Any) -> dict[str, Any]:
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

        logger = providers.logger(name)
        deadline = providers.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - DEADLINE_MARGIN

        def each(record: Any) -> None:
            about = {"message_id": record.message_id}
            try:
                received = Received(
                    queue=_queue_of(record.event_source_arn, queues),
                    body=record.body,
                    sent_at=_sent_at(record.attributes.sent_timestamp),
                    deadline=deadline,
                )
                outcome = _worked_or_buried(work, received)
            except Exception:
                logger.exception("message comes back", extra=about)
                raise
            logger.info("done", extra={**about, "queue": received.queue, "outcome": outcome})

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        answer = process_partial_response(event=dict(event), record_handler=each, processor=processor, context=context)
        return dict(answer)

    return handler


def _worked_or_buried(work: Callable[[Received], object], received: Received) -> str:
    try:
        return str(work(received))
    except (MalformedMessage, GaveUp) as error:
        providers.bury(received.queue, received.body, error.message)
        return f"buried: {error.message}"


def _queue_of(arn: str, queues: tuple[Queue, ...]) -> Queue:
    name = arn.rsplit(":", 1)[-1]
    names = {resource_name(queue).rsplit("/", 1)[-1]: queue for queue in queues}
    return names[name]


def _sent_at(milliseconds: str | None) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC) if milliseconds else datetime.now(UTC)
