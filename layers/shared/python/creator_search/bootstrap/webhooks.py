"""Webhooks: their stores, their services, and the events that they are for."""

from typing import TYPE_CHECKING

from creator_search.bootstrap.stores import Stores
from creator_search.catalogue import Table
from creator_search.environment import resource_name
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.adapters.dynamodb.webhooks import DynamoDBWebhookStore
    from creator_search.domain.addresses import AllowList
    from creator_search.services import ports
    from creator_search.services.webhooks.deliver import DeliverySweeper, WebhookDeliverer
    from creator_search.services.webhooks.deliveries import Deliveries
    from creator_search.services.webhooks.events import EventFanOut
    from creator_search.services.webhooks.hooks import Webhooks


class WebhookParts(Stores):
    @Part
    def _webhook_rows(self) -> "DynamoDBWebhookStore":
        from creator_search.adapters.dynamodb.webhooks import DynamoDBWebhookStore

        return DynamoDBWebhookStore(self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock)

    @Part
    def webhook_store(self) -> "ports.WebhookStore":
        return self._webhook_rows

    @Part
    def interested_callers(self) -> "ports.InterestedCallers":
        return self._webhook_rows

    @Part
    def delivery_store(self) -> "ports.DeliveryStore":
        from creator_search.adapters.dynamodb.deliveries import DynamoDBDeliveryStore

        return DynamoDBDeliveryStore(self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock)

    @Part
    def event_times(self) -> "ports.EventTimes":
        from creator_search.adapters.dynamodb.webhooks import DynamoDBEventTimes

        return DynamoDBEventTimes(self.dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def webhook_hosts(self) -> "AllowList":
        from creator_search.domain.addresses import AllowList

        return AllowList(self.config.webhook_host_allowlist)

    @Part
    def webhook_sender(self) -> "ports.WebhookSender":
        from creator_search.adapters.webhooks import HttpWebhookSender

        return HttpWebhookSender(self.webhook_hosts)

    @Part
    def new_webhook_secret(self) -> "ports.NewSecret":
        from creator_search.adapters.webhooks import random_secret

        return random_secret

    @Part
    def events(self) -> "ports.Events":
        from creator_search.services.webhooks.events import EventPublisher

        return EventPublisher(self.task_queue, self.clock)

    @Part
    def event_fan_out(self) -> "EventFanOut":
        from creator_search.services.webhooks.events import EventFanOut

        return EventFanOut(
            callers=self.interested_callers,
            hooks=self.webhook_store,
            deliveries=self.delivery_store,
            times=self.event_times,
            tasks=self.task_queue,
            clock=self.clock,
        )

    @Part
    def webhooks(self) -> "Webhooks":
        from creator_search.services.webhooks.hooks import Webhooks

        return Webhooks(self.webhook_store, self.webhook_hosts, self.clock, self.new_id, self.new_webhook_secret)

    @Part
    def webhook_deliveries(self) -> "Deliveries":
        from creator_search.services.webhooks.deliveries import Deliveries

        return Deliveries(self.webhooks, self.delivery_store, self.task_queue, self.clock, self.new_id)

    @Part
    def webhook_deliverer(self) -> "WebhookDeliverer":
        from creator_search.services.webhooks.deliver import WebhookDeliverer

        return WebhookDeliverer(
            hooks=self.webhook_store,
            deliveries=self.delivery_store,
            sender=self.webhook_sender,
            tasks=self.task_queue,
            clock=self.clock,
        )

    @Part
    def delivery_sweeper(self) -> "DeliverySweeper":
        from creator_search.services.webhooks.deliver import DeliverySweeper

        return DeliverySweeper(self.delivery_store, self.task_queue, self.clock)
