"""The webhook queue: events whose webhooks are to be found, and deliveries to attempt."""

from creator_search.bootstrap import Container
from creator_search.domain.webhook_messages import EventMessage, parse_webhook_message
from creator_search.services.webhooks.deliver import DeliveryResult, WebhookDeliverer
from creator_search.services.webhooks.events import EventFanOut, FannedOut
from creator_search.worker import Received, queue_worker


def work(received: Received, events: EventFanOut, deliverer: WebhookDeliverer) -> FannedOut | DeliveryResult:
    message = parse_webhook_message(received.body)
    if isinstance(message, EventMessage):
        return events.fan_out(message, received.deadline)
    return deliverer.deliver(message.address)


handler = queue_worker("deliver_webhooks", work, Container.event_fan_out, Container.webhook_deliverer)
