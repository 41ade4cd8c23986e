"""The deliveries of a webhook: listing them, attempting one again, sending a test."""

from creator_search.domain.clock import Clock
from creator_search.domain.deliveries import (
    MAX_LISTED_DELIVERIES,
    Delivery,
    DeliveryAddress,
    asked_again,
    event_body,
    new_delivery,
)
from creator_search.domain.errors import Conflict, NotFound
from creator_search.domain.listing import Listed
from creator_search.domain.webhook_messages import DeliveryMessage
from creator_search.domain.webhooks import Webhook, WebhookEvent
from creator_search.services.ports import NewId, TaskQueue
from creator_search.services.ports.webhooks import DeliveryStore
from creator_search.services.webhooks.hooks import Webhooks, is_id

IN_PROGRESS = "An attempt of this delivery is in progress"


class Deliveries:
    """Raises StoreUnavailable, QueueUnavailable, and NotFound for an id that is not of this caller."""

    def __init__(
        self, hooks: Webhooks, deliveries: DeliveryStore, tasks: TaskQueue, clock: Clock, new_id: NewId
    ) -> None:
        self._hooks = hooks
        self._deliveries = deliveries
        self._tasks = tasks
        self._clock = clock
        self._new_id = new_id

    def list(self, subject: str, webhook_id: str, limit: int, after: str | None) -> Listed[Delivery]:
        hook = self._hooks.load(subject, webhook_id)
        return self._deliveries.list_deliveries(subject, hook.id, min(limit, MAX_LISTED_DELIVERIES), after)

    def retry(self, subject: str, webhook_id: str, delivery_id: str) -> Delivery:
        """Attempt a delivery now, whatever its status is. Raises Conflict if that is not possible."""
        hook = self._hooks.load(subject, webhook_id)
        _require_enabled(hook)
        address = DeliveryAddress(subject, webhook_id, delivery_id)
        found = self._deliveries.load_delivery(address) if is_id(delivery_id) else None
        if found is None:
            raise NotFound("The delivery does not exist")
        if found.body is None:
            raise Conflict("The delivered notification of an erasure is no longer stored")
        now = self._clock()
        if found.lease_until is not None and found.lease_until > now:
            raise Conflict(IN_PROGRESS)
        again = asked_again(found, now)
        if not self._deliveries.save_delivery(again, over=found):
            raise Conflict(IN_PROGRESS)
        self._tasks.send_task(DeliveryMessage.of(address))
        return again

    def test(self, subject: str, webhook_id: str) -> Delivery:
        """Send a `ping` to the webhook. Raises Conflict if it is disabled."""
        hook = self._hooks.load(subject, webhook_id)
        _require_enabled(hook)
        now = self._clock()
        body = event_body(WebhookEvent.PING, now, {"webhook_id": hook.id})
        made = new_delivery(hook, self._new_id(), WebhookEvent.PING, now, body, None, now)
        self._deliveries.add_delivery(made)
        self._tasks.send_task(DeliveryMessage.of(made.address))
        return made


def _require_enabled(hook: Webhook) -> None:
    if not hook.is_enabled:
        raise Conflict("The webhook is disabled")
