"""The queues, over SQS."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws import failing_as
from creator_search.domain.answers import DeadLetter, QueueDepth
from creator_search.domain.errors import MalformedMessage, QueueUnavailable
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import parse_job_message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SCHEMA_VERSION = 1
_HIDE = timedelta(minutes=1)
_DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)


class SqsJobQueue:
    """The three profile queues and their dead letters; both mappings hold queue URLs."""

    def __init__(
        self, client: "SQSClient", *, urls: Mapping[Priority, str], dead_letter_urls: Mapping[Priority, str]
    ) -> None:
        self._client = client
        self._urls = urls
        self._dead_letter_urls = dead_letter_urls

    def send(self, priority: Priority, message: JobMessage) -> None:
        with failing_as(QueueUnavailable):
            self._client.send_message(QueueUrl=self._urls[priority], MessageBody=_body(message))

    def bury(self, priority: Priority, message: JobMessage, reason: str) -> None:
        bury(self._client, self._dead_letter_urls[priority], _body(message), reason)

    def depth(self, priority: Priority) -> QueueDepth:
        waiting, delayed, in_flight = self._numbers(self._urls[priority], _DEPTHS)
        (dead_letter,) = self._numbers(self._dead_letter_urls[priority], _DEPTHS[:1])
        return QueueDepth(waiting=waiting + delayed, in_flight=in_flight, dead_letter=dead_letter)

    def _numbers(self, url: str, names: Sequence[Any]) -> list[int]:
        with failing_as(QueueUnavailable):
            answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))
        return [int(answer["Attributes"].get(name, 0)) for name in names]

    def dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        with failing_as(QueueUnavailable):
            answer = self._client.receive_message(
                QueueUrl=self._dead_letter_urls[priority],
                MaxNumberOfMessages=10,
                VisibilityTimeout=int(_HIDE.total_seconds()),
            )
        return [DeadLetter(_message(m["Body"]), m["ReceiptHandle"]) for m in answer.get("Messages", [])]

    def forget_dead_letter(self, priority: Priority, receipt: str) -> None:
        with failing_as(QueueUnavailable):
            self._client.delete_message(QueueUrl=self._dead_letter_urls[priority], ReceiptHandle=receipt)


class SqsTaskQueue:
    """The queues of follow-up work; each argument gives a queue's URL."""

    def __init__(
        self,
        client: "SQSClient",
        *,
        analysis: Callable[[], str],
        media: Callable[[], str],
        erasure: Callable[[], str],
    ) -> None:
        self._client = client
        self._analysis = analysis
        self._media = media
        self._erasure = erasure

    def analyse_profile(self, username: str, *, attempt: int = 0, delay_seconds: int = 0) -> None:
        self._send(self._analysis(), {"username": username, "attempt": attempt}, delay_seconds)

    def copy_similar_images(self, username: str, batch_id: str) -> None:
        self._send(self._media(), {"kind": "similar", "username": username, "batch_id": batch_id})

    def copy_images(self, username: str) -> None:
        self._send(self._media(), {"kind": "profile", "username": username})

    def erase_profile(self, username: str, *, is_last: bool, delay_seconds: int) -> None:
        self._send(self._erasure(), {"username": username, "is_last": is_last}, delay_seconds)

    def _send(self, url: str, body: Mapping[str, str | bool | int], delay_seconds: int = 0) -> None:
        text = json.dumps({**body, "schema_version": SCHEMA_VERSION})
        with failing_as(QueueUnavailable):
            self._client.send_message(QueueUrl=url, MessageBody=text, DelaySeconds=delay_seconds)


def bury(client: "SQSClient", url: str, body: str, reason: str) -> None:
    """Put a body into a dead-letter queue, the reason beside it. Raises QueueUnavailable."""
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
        "schema_version": SCHEMA_VERSION,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def _message(body: str) -> JobMessage | None:
    try:
        return parse_job_message(body)
    except MalformedMessage:
        return None
