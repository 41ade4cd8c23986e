"""The queues, in SQS."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import MalformedMessage, QueueUnavailable
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import TaskMessage, parse_job_message
from creator_search.domain.queues import DeadLetter, QueueDepth, TaskLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SCHEMA_VERSION = 1
_HIDE = timedelta(minutes=1)
_LONG_POLL_SECONDS = 1
"""SQS asks all of its servers only for a poll that waits: a short one may find nothing in a queue that has messages."""
_MAX_DELAY_SECONDS = 900
"""The longest delay that SQS supports."""
_DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)


class SqsJobQueue:
    """Implements JobQueue over the three profile queues. `url` and `dead_letter_url` return URLs of queues: not every
    function has all of them. `on_dead_letter` is called after a dead letter was sent."""

    def __init__(
        self,
        client: "SQSClient",
        *,
        url: Callable[[Priority], str],
        dead_letter_url: Callable[[Priority], str],
        on_dead_letter: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._url = url
        self._dead_letter_url = dead_letter_url
        self._on_dead_letter = on_dead_letter

    def send_job(self, priority: Priority, message: JobMessage) -> None:
        with failing_as(QueueUnavailable):
            self._client.send_message(QueueUrl=self._url(priority), MessageBody=_body(message))

    def send_dead_letter(self, priority: Priority, message: JobMessage, reason: str) -> None:
        send_dead_letter(self._client, self._dead_letter_url(priority), _body(message), reason)
        self._on_dead_letter()

    def load_depth(self, priority: Priority) -> QueueDepth:
        waiting, delayed, in_flight = self._numbers(self._url(priority), _DEPTHS)
        (dead_letter,) = self._numbers(self._dead_letter_url(priority), _DEPTHS[:1])
        return QueueDepth(waiting=waiting + delayed, in_flight=in_flight, dead_letter=dead_letter)

    def _numbers(self, url: str, names: Sequence[Any]) -> list[int]:
        with failing_as(QueueUnavailable):
            answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))
        return [int(answer["Attributes"].get(name, 0)) for name in names]

    def receive_dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        with failing_as(QueueUnavailable):
            answer = self._client.receive_message(
                QueueUrl=self._dead_letter_url(priority),
                MaxNumberOfMessages=10,
                VisibilityTimeout=int(_HIDE.total_seconds()),
                WaitTimeSeconds=_LONG_POLL_SECONDS,
            )
        return [DeadLetter(_message(m["Body"]), m["ReceiptHandle"]) for m in answer.get("Messages", [])]

    def delete_dead_letter(self, priority: Priority, receipt: str) -> None:
        with failing_as(QueueUnavailable):
            self._client.delete_message(QueueUrl=self._dead_letter_url(priority), ReceiptHandle=receipt)


class SqsTaskQueue:
    """Implements TaskQueue; `url` returns the URL of a queue by its name in the catalogue, `request_id` the id of the
    request that is being handled."""

    def __init__(
        self, client: "SQSClient", url: Callable[[str], str], request_id: Callable[[], str | None] = lambda: None
    ) -> None:
        self._client = client
        self._url = url
        self._request_id = request_id

    def send_task(self, task: TaskMessage, *, delay_seconds: int = 0) -> None:
        with failing_as(QueueUnavailable):
            self._client.send_message(
                QueueUrl=self._url(task.queue),
                MessageBody=task.of_request(self._request_id()).model_dump_json(exclude_none=True),
                DelaySeconds=min(delay_seconds, _MAX_DELAY_SECONDS),
            )


class SqsTaskLetters:
    """Implements TaskLetters; `url` returns the URL of the dead-letter queue of a queue."""

    def __init__(self, client: "SQSClient", url: Callable[[str], str]) -> None:
        self._client = client
        self._url = url

    def receive_letters(self, queue: str) -> Sequence[TaskLetter]:
        with failing_as(QueueUnavailable):
            answer = self._client.receive_message(
                QueueUrl=self._url(queue),
                MaxNumberOfMessages=10,
                VisibilityTimeout=int(_HIDE.total_seconds()),
                WaitTimeSeconds=_LONG_POLL_SECONDS,
                MessageAttributeNames=["reason"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [_letter(message) for message in answer.get("Messages", [])]

    def delete_letter(self, queue: str, receipt: str) -> None:
        with failing_as(QueueUnavailable):
            self._client.delete_message(QueueUrl=self._url(queue), ReceiptHandle=receipt)


def _letter(message: Any) -> TaskLetter:
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return TaskLetter(message["Body"], reason, sent_at, message["ReceiptHandle"])


def send_dead_letter(client: "SQSClient", url: str, body: str, reason: str) -> None:
    """Send a body to a dead-letter queue with the reason as an attribute. Raises QueueUnavailable."""
    attributes: Any = {"reason": {"DataType": "String", "StringValue": reason[:500] or "unknown"}}
    with failing_as(QueueUnavailable):
        client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)


def _body(message: JobMessage) -> str:
    at = message.requested_at
    fields = {
        "username": message.username,
        "source": message.source,
        "request_id": message.request_id,
        "requested_at": at.isoformat() if at else None,
        "is_refresh": message.is_refresh or None,
        "schema_version": SCHEMA_VERSION,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def _message(body: str) -> JobMessage | None:
    try:
        return parse_job_message(body)
    except MalformedMessage:
        return None
