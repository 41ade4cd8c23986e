"""The depths of all queues, in SQS."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import QueueUnavailable
from creator_search.domain.queues import QueueDepth

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType

_WAITING: "tuple[QueueAttributeFilterType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
)
_IN_FLIGHT: "QueueAttributeFilterType" = "ApproximateNumberOfMessagesNotVisible"
_AT_ONCE = 8


class SqsQueueDepths:
    """Implements QueueDepths; `urls` maps the name of a queue to its URL and that of its dead-letter queue."""

    def __init__(self, client: "Callable[[], SQSClient]", urls: Mapping[str, tuple[str, str]]) -> None:
        self._client = client
        self._urls = urls

    def load_depths(self) -> Mapping[str, QueueDepth]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(self._urls, pool.map(self._depth, self._urls.values()), strict=True))

    def _depth(self, urls: tuple[str, str]) -> QueueDepth:
        own, dead = (self._attributes(url) for url in urls)
        waiting = sum(own.get(name, 0) for name in _WAITING)
        return QueueDepth(waiting=waiting, in_flight=own.get(_IN_FLIGHT, 0), dead_letter=dead.get(_WAITING[0], 0))

    def _attributes(self, url: str) -> dict[str, int]:
        with failing_as(QueueUnavailable):
            answer = self._client().get_queue_attributes(QueueUrl=url, AttributeNames=[*_WAITING, _IN_FLIGHT])
        return {name: int(value) for name, value in answer.get("Attributes", {}).items()}
