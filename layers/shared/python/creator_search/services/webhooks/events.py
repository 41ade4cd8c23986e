"""Events of creators: published by the work that causes them, then turned into deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.clock import Clock
from creator_search.domain.deliveries import DeliveryStatus, event_body, new_delivery
from creator_search.domain.webhook_messages import DeliveryMessage, EventMessage
from creator_search.domain.webhooks import MAX_WEBHOOKS, Webhook, WebhookEvent
from creator_search.services.ports import TaskQueue
from creator_search.services.ports.webhooks import DeliveryStore, EventTimes, InterestedCallers, WebhookStore


def event_message(
    event: WebhookEvent, username: str, key: str, at: datetime, details: Mapping[str, str] | None = None
) -> EventMessage:
    return EventMessage(
        event_id=f"{event.value}#{username}#{key}"[:500],
        event=event,
        username=username,
        occurred_at=at,
        details=dict(details or {}),
    )


class EventPublisher:
    """Implements Events: one message, whatever the number of callers. The worker of the webhook queue finds them."""

    def __init__(self, tasks: TaskQueue, clock: Clock) -> None:
        self._tasks = tasks
        self._clock = clock

    def publish(self, event: WebhookEvent, username: str, key: str, details: dict[str, str] | None = None) -> None:
        self._tasks.send_task(event_message(event, username, key, self._clock(), details))


@dataclass(frozen=True, slots=True)
class FannedOut:
    deliveries: int
    is_finished: bool = True


class EventFanOut:
    """Creates the deliveries of an event, with one message each.

    It may run twice and may be interrupted at any point: the id of a delivery follows from the event and the webhook.
    Raises StoreUnavailable, QueueUnavailable.
    """

    def __init__(
        self,
        *,
        callers: InterestedCallers,
        hooks: WebhookStore,
        deliveries: DeliveryStore,
        times: EventTimes,
        tasks: TaskQueue,
        clock: Clock,
    ) -> None:
        self._callers = callers
        self._hooks = hooks
        self._deliveries = deliveries
        self._times = times
        self._tasks = tasks
        self._clock = clock

    def fan_out(self, message: EventMessage, deadline: datetime | None = None) -> FannedOut:
        """Create the deliveries, page by page; after the deadline, another message continues."""
        made, after, at = 0, message.after, None
        while True:
            page = self._callers.list_interested(message.username, after)
            for subject in dict.fromkeys(page.rows):
                for hook in self._hooks.list_webhooks(subject, MAX_WEBHOOKS).rows:
                    if hook.receives(message.event):
                        at = at or self._times.settle_time(message.event_id, message.occurred_at)
                        made += self._add(hook, message, at)
            after = page.after
            if after is None:
                return FannedOut(made)
            if deadline is not None and self._clock() >= deadline:
                self._tasks.send_task(message.model_copy(update={"after": after}))
                return FannedOut(made, is_finished=False)

    def _add(self, hook: Webhook, message: EventMessage, at: datetime) -> int:
        data = {"username": message.username, **message.details}
        body = event_body(message.event, at, data)
        delivery = new_delivery(hook, message.event_id, message.event, at, body, message.username, self._clock())
        known = self._deliveries.add_delivery(delivery)
        if known is not None and not (known.status is DeliveryStatus.PENDING and known.attempts == 0):
            return 0
        # Also for a known one: the process may have ended before it sent the message.
        self._tasks.send_task(DeliveryMessage.of(delivery.address))
        return 1
