"""/api/me/webhooks: the webhooks of a caller and their deliveries."""

from typing import Annotated, Any, Self

from creator_search.bootstrap import Container
from creator_search.domain.deliveries import MAX_LISTED_DELIVERIES, Delivery, DeliveryStatus
from creator_search.domain.webhook_urls import MAX_URL_LENGTH
from creator_search.domain.webhooks import Webhook, WebhookEvent
from creator_search.http import CurrentCaller, Cursor, Cursors, PageLimit, endpoints, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.webhooks.deliveries import Deliveries
from creator_search.services.webhooks.hooks import Webhooks
from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool

router, route = endpoints()

Hooks = Annotated[Webhooks, provided(Container.webhooks)]
HookDeliveries = Annotated[Deliveries, provided(Container.webhook_deliveries)]
WebhookId = Annotated[str, Path(alias="id", description="The id of a webhook.", examples=["5f1c2f4e8d3a4a54"])]
DeliveryId = Annotated[
    str, Path(alias="delivery", description="The id of a delivery.", examples=["019c1d2e3f405f1c2f4e8d3a"])
]
Url = Annotated[
    str,
    Field(
        max_length=MAX_URL_LENGTH,
        description="An https URL of a public host, without user name and password.",
        examples=["https://hooks.example.com/creators"],
    ),
]
Events = Annotated[
    list[str],
    Field(
        max_length=20,
        description="One or more of profile.completed, profile.failed, analysis.completed, profile.erased.",
        examples=[["profile.completed"]],
    ),
]


class NewWebhook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Url
    events: Annotated[Events | None, Field(description="The events to send; by default all.")] = None


class WebhookChange(BaseModel):
    """Fields that are absent or null stay as they are. `enabled: true` enables a disabled webhook again."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    enabled: StrictBool | None = None


class WebhookBody(BaseModel):
    """`disabled_at` and `disabled_reason` are null while it is enabled. `failed_in_a_row` counts the deliveries that
    failed for good since the last one that succeeded."""

    id: str
    url: str
    events: list[WebhookEvent]
    created_at: str
    enabled: bool
    disabled_at: str | None
    disabled_reason: str | None
    failed_in_a_row: int

    @classmethod
    def fields_of(cls, hook: Webhook) -> dict[str, Any]:
        return {
            "id": hook.id,
            "url": hook.url,
            "events": list(hook.events),
            "created_at": iso(hook.created_at),
            "enabled": hook.is_enabled,
            "disabled_at": iso(hook.disabled_at) if hook.disabled_at else None,
            "disabled_reason": hook.disabled_reason,
            "failed_in_a_row": hook.failures,
        }

    @classmethod
    def of(cls, hook: Webhook) -> Self:
        return cls(**cls.fields_of(hook))


class WebhookWithSecret(WebhookBody):
    """`secret` verifies the signatures; it is shown only once."""

    secret: str

    @classmethod
    def of(cls, hook: Webhook) -> Self:
        return cls(**cls.fields_of(hook), secret=hook.secret)


class DeliveryBody(BaseModel):
    """`response_status` and `response_ms` are those of the last attempt, `error` is the reason of a failure.
    `next_attempt_at` is null unless the delivery is pending."""

    id: str
    message_id: str
    event: WebhookEvent
    username: str | None
    status: DeliveryStatus
    attempts: int
    created_at: str
    last_attempt_at: str | None
    next_attempt_at: str | None
    response_status: int | None
    response_ms: int | None
    error: str | None

    @classmethod
    def of(cls, found: Delivery) -> Self:
        return cls(
            id=found.id,
            message_id=found.message_id,
            event=found.event,
            username=found.username,
            status=found.status,
            attempts=found.attempts,
            created_at=iso(found.created_at),
            last_attempt_at=iso(found.last_attempt_at) if found.last_attempt_at else None,
            next_attempt_at=iso(found.next_attempt_at) if found.next_attempt_at else None,
            response_status=found.response_status,
            response_ms=found.response_ms,
            error=found.error,
        )


class WebhookAnswer(Envelope):
    data: WebhookBody


class SecretAnswer(Envelope):
    data: WebhookWithSecret


class WebhooksAnswer(Envelope):
    data: list[WebhookBody]
    meta: ListMeta


class DeliveryAnswer(Envelope):
    data: DeliveryBody


class DeliveriesAnswer(Envelope):
    data: list[DeliveryBody]
    meta: ListMeta


@route("create_webhook")
def create_webhook(body: NewWebhook, caller: CurrentCaller, hooks: Hooks) -> SecretAnswer:
    """Register a URL for the events of the creators that you requested in the last 30 days or keep as favourites. The
    messages are signed and retried as Standard Webhooks describes."""
    return SecretAnswer(data=WebhookWithSecret.of(hooks.register(caller.subject, body.url, body.events)))


@route("list_webhooks")
def list_webhooks(
    caller: CurrentCaller, hooks: Hooks, cursors: Cursors, limit: PageLimit = 20, cursor: Cursor = None
) -> WebhooksAnswer:
    """Your webhooks, without their secrets."""
    scope = f"list_webhooks#{caller.subject}"
    page = hooks.list(caller.subject, limit, cursors.start(scope, cursor))
    return WebhooksAnswer(
        data=[WebhookBody.of(hook) for hook in page.rows], meta=ListMeta.of(cursors.next(scope, page))
    )


@route("get_webhook")
def get_webhook(webhook_id: WebhookId, caller: CurrentCaller, hooks: Hooks) -> WebhookAnswer:
    """One of your webhooks, without its secret."""
    return WebhookAnswer(data=WebhookBody.of(hooks.load(caller.subject, webhook_id)))


@route("change_webhook")
def change_webhook(webhook_id: WebhookId, body: WebhookChange, caller: CurrentCaller, hooks: Hooks) -> WebhookAnswer:
    """Change the URL or the events, disable the webhook, or enable it again."""
    found = hooks.change(caller.subject, webhook_id, url=body.url, events=body.events, is_enabled=body.enabled)
    return WebhookAnswer(data=WebhookBody.of(found))


@route("delete_webhook")
def delete_webhook(webhook_id: WebhookId, caller: CurrentCaller, hooks: Hooks) -> None:
    """Delete a webhook with its deliveries; no delivery is attempted afterwards."""
    hooks.remove(caller.subject, webhook_id)


@route("list_webhook_deliveries")
def list_webhook_deliveries(
    webhook_id: WebhookId,
    caller: CurrentCaller,
    deliveries: HookDeliveries,
    cursors: Cursors,
    limit: Annotated[
        int, Query(ge=1, le=MAX_LISTED_DELIVERIES, description="The maximum number of deliveries.", examples=[20])
    ] = MAX_LISTED_DELIVERIES,
    cursor: Cursor = None,
) -> DeliveriesAnswer:
    """The last deliveries, the newest first. They are kept for 30 days."""
    scope = f"list_webhook_deliveries#{caller.subject}#{webhook_id}"
    page = deliveries.list(caller.subject, webhook_id, limit, cursors.start(scope, cursor))
    return DeliveriesAnswer(
        data=[DeliveryBody.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page))
    )


@route("retry_webhook_delivery")
def retry_webhook_delivery(
    webhook_id: WebhookId, delivery_id: DeliveryId, caller: CurrentCaller, deliveries: HookDeliveries
) -> DeliveryAnswer:
    """Attempt a delivery now, whatever came of it before."""
    return DeliveryAnswer(data=DeliveryBody.of(deliveries.retry(caller.subject, webhook_id, delivery_id)))


@route("test_webhook")
def test_webhook(webhook_id: WebhookId, caller: CurrentCaller, deliveries: HookDeliveries) -> DeliveryAnswer:
    """Send a `ping`; its delivery is listed with the others."""
    return DeliveryAnswer(data=DeliveryBody.of(deliveries.test(caller.subject, webhook_id)))


@route("rotate_webhook_secret")
def rotate_webhook_secret(webhook_id: WebhookId, caller: CurrentCaller, hooks: Hooks) -> SecretAnswer:
    """Give the webhook a new secret, which is shown only once. For a day, messages are also signed with the old one.
    The answer is 409 while four earlier secrets are in use."""
    return SecretAnswer(data=WebhookWithSecret.of(hooks.rotate(caller.subject, webhook_id)))


handler = lambda_handler(router)
