"""The messages of the webhook queue: events to find the webhooks of, and deliveries to attempt."""

import json
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from creator_search.domain.deliveries import DeliveryAddress
from creator_search.domain.errors import MalformedMessage
from creator_search.domain.messages import TaskMessage, parse_message
from creator_search.domain.usernames import parse_username
from creator_search.domain.webhooks import WebhookEvent


class EventMessage(TaskMessage):
    """An event of a creator. `event_id` is the same for every message of one event; `after` is where the list of its
    callers goes on."""

    queue: ClassVar[str] = "webhook"
    kind: Literal["event"] = "event"
    event_id: Annotated[str, Field(min_length=1, max_length=500)]
    event: WebhookEvent
    username: Annotated[str, AfterValidator(parse_username)]
    occurred_at: AwareDatetime
    details: dict[str, str] = Field(default_factory=dict)
    after: str | None = None


class DeliveryMessage(TaskMessage):
    """A delivery to attempt."""

    queue: ClassVar[str] = "webhook"
    kind: Literal["delivery"] = "delivery"
    subject: str
    webhook_id: str
    delivery_id: str

    @property
    def address(self) -> DeliveryAddress:
        return DeliveryAddress(self.subject, self.webhook_id, self.delivery_id)

    @classmethod
    def of(cls, address: DeliveryAddress) -> "DeliveryMessage":
        return cls(subject=address.subject, webhook_id=address.webhook_id, delivery_id=address.delivery_id)


def parse_webhook_message(body: str) -> EventMessage | DeliveryMessage:
    """Raises MalformedMessage with the reason."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage("the body is not JSON") from error
    kind = found.get("kind") if isinstance(found, dict) else None
    if kind == "event":
        return parse_message(EventMessage, body)
    if kind == "delivery":
        return parse_message(DeliveryMessage, body)
    raise MalformedMessage("kind: must be event or delivery")
