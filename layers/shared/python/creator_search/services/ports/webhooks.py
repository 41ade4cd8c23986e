"""Ports of webhooks and their deliveries."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from creator_search.domain.deliveries import Attempt, Delivery, DeliveryAddress
from creator_search.domain.listing import Listed
from creator_search.domain.webhooks import Webhook, WebhookEvent

NewSecret = Callable[[], str]
"""Returns a new random secret in the form of Standard Webhooks: `whsec_` and base64."""


class Events(Protocol):
    def publish(self, event: WebhookEvent, username: str, key: str, details: dict[str, str] | None = None) -> None:
        """Accept an event of a creator for the webhooks of the callers that are interested in it. `key` identifies the
        event among all of this kind and creator: published again, it is the same event. Raises QueueUnavailable."""


class WebhookStore(Protocol):
    def save_webhook(self, hook: Webhook, over: Webhook | None) -> bool:
        """Write `hook` if the row is still `over` (None: no row); return whether it was."""

    def load_webhook(self, subject: str, webhook_id: str) -> Webhook | None: ...

    def list_webhooks(self, subject: str, limit: int, after: str | None = None) -> Listed[Webhook]:
        """Return webhooks in the order of their ids."""

    def delete_webhook(self, subject: str, webhook_id: str) -> None:
        """Delete the webhook, then its deliveries."""


class DeliveryStore(Protocol):
    def add_delivery(self, delivery: Delivery) -> Delivery | None:
        """Write a new delivery. Return None if written, else the delivery with this id."""

    def load_delivery(self, address: DeliveryAddress) -> Delivery | None:
        """Return the row with a consistent read; None if there is none or it has expired."""

    def save_delivery(self, delivery: Delivery, over: Delivery) -> bool:
        """Write `delivery` if the row is still `over`; return whether it was."""

    def delete_delivery(self, address: DeliveryAddress) -> None: ...

    def list_deliveries(self, subject: str, webhook_id: str, limit: int, after: str | None = None) -> Listed[Delivery]:
        """Return deliveries, the newest first."""

    def list_due_deliveries(self, now: datetime, limit: int) -> Sequence[DeliveryAddress]:
        """Return pending deliveries whose due_at has passed, from an index that may lag behind the rows."""


class InterestedCallers(Protocol):
    def list_interested(self, username: str, after: str | None = None) -> Listed[str]:
        """Return subjects of callers that keep the creator as a favourite or requested it in the last 30 days. A
        caller may be listed twice."""


class EventTimes(Protocol):
    def settle_time(self, event_id: str, at: datetime) -> datetime:
        """Return the time of the first call for this event in the last days: that of the event, however often it is
        published."""


class WebhookSender(Protocol):
    def send(self, url: str, *, message_id: str, body: str, secrets: Sequence[str], at: datetime) -> Attempt:
        """Post a signed message, and return what came of it. Never raises for what the receiver does."""
