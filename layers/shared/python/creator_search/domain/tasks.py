"""Every class of messages for follow-up work."""

from creator_search.domain.errors import MalformedMessage
from creator_search.domain.messages import (
    AnalysisMessage,
    CallerErasureMessage,
    CommentsMessage,
    ErasureMessage,
    MediaMessage,
    TaskMessage,
    parse_message,
)
from creator_search.domain.webhook_messages import DeliveryMessage, EventMessage

TASK_MESSAGES: tuple[type[TaskMessage], ...] = (
    # A queue of erasures is redriven first.
    ErasureMessage,
    CallerErasureMessage,
    AnalysisMessage,
    CommentsMessage,
    MediaMessage,
    EventMessage,
    DeliveryMessage,
)
TASK_QUEUES: tuple[str, ...] = tuple(dict.fromkeys(kind.queue for kind in TASK_MESSAGES))


def parse_task(queue: str, body: str) -> TaskMessage:
    """Parse a message of a queue, which may have several classes of messages. Raises MalformedMessage with the reason
    of the last one."""
    reason = MalformedMessage("the queue has no tasks")
    for kind in (kind for kind in TASK_MESSAGES if kind.queue == queue):
        try:
            return parse_message(kind, body)
        except MalformedMessage as error:
            reason = error
    raise reason
