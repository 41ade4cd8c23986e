"""Deliveries of events to webhooks: their schedule, and the results of their attempts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.webhooks import (
    MAX_FAILED_DELIVERIES,
    DisabledReason,
    Webhook,
    WebhookEvent,
    changed,
    disabled,
)

DELIVERIES_KEPT_FOR = timedelta(days=30)
ERASURES_KEPT_FOR = timedelta(days=4)
"""How long the delivery of an erasure is kept, which contains the username until it is delivered: longer than the
attempts take."""
MAX_LISTED_DELIVERIES = 50
RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
LONGEST_MESSAGE_DELAY = timedelta(minutes=15)
"""What SQS supports. The message of a later attempt is sent by the sweeper when it is due."""
MESSAGE_LOST_AFTER = timedelta(minutes=5)
"""When the sweeper sends the message of a delivery again that should have been attempted."""
LEASE = timedelta(minutes=2)
"""Longer than an attempt can take."""
EARLY = timedelta(seconds=2)
"""How much before its time a message may arrive: clocks differ."""
SLOW_AFTER = timedelta(seconds=5)
PAUSE_OF_SLOW = timedelta(minutes=1)
"""How long no delivery of a webhook is attempted for the first time after a slow attempt: its deliveries must not
occupy all workers."""
GONE = 410


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    """Not attempted yet, or to be attempted again."""
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """Identifies a delivery."""

    subject: str
    webhook_id: str
    delivery_id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one attempt: the status and the time of the answer; without an answer, `error` is the reason."""

    status: int | None
    milliseconds: int
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_slow(self) -> bool:
        return timedelta(milliseconds=self.milliseconds) >= SLOW_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook. `due_at` is when the sweeper sends its message, while it is pending."""

    subject: str
    webhook_id: str
    id: str
    event: WebhookEvent
    username: str | None
    body: str | None = field(repr=False)
    """The bytes of every attempt; None once a notification of an erasure was delivered, because the body contains the
    username."""
    created_at: datetime
    expires_at: datetime
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    next_attempt_at: datetime | None = None
    lease_until: datetime | None = None
    due_at: datetime | None = None
    last_attempt_at: datetime | None = None
    response_status: int | None = None
    response_ms: int | None = None
    error: str | None = None
    version: int = 1

    @property
    def address(self) -> DeliveryAddress:
        return DeliveryAddress(self.subject, self.webhook_id, self.id)

    @property
    def message_id(self) -> str:
        """The `webhook-id` of all attempts."""
        return f"msg_{self.id}"

    @property
    def message_delay(self) -> timedelta | None:
        """How long after `last_attempt_at` its message must arrive; None if the sweeper sends it."""
        if self.next_attempt_at is None or self.last_attempt_at is None:
            return None
        delay = self.next_attempt_at - self.last_attempt_at
        return delay if delay <= LONGEST_MESSAGE_DELAY else None


def event_body(event: WebhookEvent, at: datetime, data: Mapping[str, str | None]) -> str:
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": event.value, "timestamp": timestamp, "data": dict(data)}, ensure_ascii=False)


def delivery_id(event_id: str, webhook_id: str, at: datetime) -> str:
    """Return the id of the delivery of an event to a webhook, always the same. Ids are in the order of the events."""
    digest = hashlib.sha256(f"{webhook_id}#{event_id}".encode()).hexdigest()
    return f"{int(at.timestamp() * 1000):012x}{digest[:20]}"


def new_delivery(
    hook: Webhook, event_id: str, event: WebhookEvent, at: datetime, body: str, username: str | None, now: datetime
) -> Delivery:
    kept_for = ERASURES_KEPT_FOR if event is WebhookEvent.PROFILE_ERASED else DELIVERIES_KEPT_FOR
    return Delivery(
        subject=hook.subject,
        webhook_id=hook.id,
        id=delivery_id(event_id, hook.id, at),
        event=event,
        username=username,
        body=body,
        created_at=at,
        expires_at=now + kept_for,
        next_attempt_at=now,
        due_at=now + MESSAGE_LOST_AFTER,
    )


def _next(delivery: Delivery, **values: object) -> Delivery:
    return replace(delivery, version=delivery.version + 1, **values)  # type: ignore[arg-type]


def is_attemptable(delivery: Delivery, now: datetime) -> bool:
    if delivery.status is not DeliveryStatus.PENDING or delivery.body is None:
        return False
    if delivery.lease_until is not None and delivery.lease_until > now:
        return False
    return delivery.next_attempt_at is None or delivery.next_attempt_at <= now + EARLY


def claimed(delivery: Delivery, now: datetime) -> Delivery:
    """If the worker dies, the sweeper sends the message again when the lease ends."""
    return _next(delivery, lease_until=now + LEASE, due_at=now + LEASE)


def attempted(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """Return the delivery after an attempt: delivered, to be repeated, or failed."""
    made = _next(
        delivery,
        attempts=delivery.attempts + 1,
        lease_until=None,
        last_attempt_at=now,
        response_status=attempt.status,
        response_ms=attempt.milliseconds,
        error=attempt.error,
    )
    if attempt.is_success:
        is_erasure = delivery.event is WebhookEvent.PROFILE_ERASED
        kept: dict[str, object] = {"body": None, "username": None} if is_erasure else {}
        return replace(made, status=DeliveryStatus.DELIVERED, next_attempt_at=None, due_at=None, **kept)  # type: ignore[arg-type]
    if attempt.status == GONE or made.attempts > len(RETRY_DELAYS):
        return replace(made, status=DeliveryStatus.FAILED, next_attempt_at=None, due_at=None)
    delay = RETRY_DELAYS[made.attempts - 1]
    margin = MESSAGE_LOST_AFTER if delay <= LONGEST_MESSAGE_DELAY else timedelta(0)
    return replace(made, next_attempt_at=now + delay, due_at=now + delay + margin)


def given_up(delivery: Delivery, error: str) -> Delivery:
    """Return the delivery as failed without another attempt."""
    return _next(
        delivery, status=DeliveryStatus.FAILED, lease_until=None, next_attempt_at=None, due_at=None, error=error
    )


def postponed(delivery: Delivery, until: datetime) -> Delivery:
    """Return the delivery to be attempted later; that is no attempt."""
    return _next(delivery, lease_until=None, next_attempt_at=until, due_at=until + MESSAGE_LOST_AFTER)


def asked_again(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery to be attempted now, in addition to its schedule."""
    return _next(delivery, status=DeliveryStatus.PENDING, next_attempt_at=now, due_at=now + MESSAGE_LOST_AFTER)


def resent(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery whose message the sweeper sends."""
    return _next(delivery, due_at=now + MESSAGE_LOST_AFTER)


def after_attempt(hook: Webhook, delivery: Delivery, attempt: Attempt, now: datetime) -> Webhook:
    """Return the webhook after an attempt of a delivery, which is as it was saved; the same one if nothing changes."""
    if attempt.status == GONE:
        return disabled(hook, DisabledReason.GONE, now)
    paused_until = now + PAUSE_OF_SLOW if attempt.is_slow else hook.paused_until
    failures = hook.failures
    if delivery.status is DeliveryStatus.DELIVERED:
        failures = 0
    elif delivery.status is DeliveryStatus.FAILED:
        failures += 1
    if (failures, paused_until) == (hook.failures, hook.paused_until):
        return hook
    found = changed(hook, failures=failures, paused_until=paused_until)
    return disabled(found, DisabledReason.FAILURES, now) if failures >= MAX_FAILED_DELIVERIES else found
