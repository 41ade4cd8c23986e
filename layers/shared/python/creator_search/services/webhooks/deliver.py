"""Attempts of deliveries, and the sweep of those that are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from creator_search.domain.clock import Clock
from creator_search.domain.deliveries import (
    Attempt,
    Delivery,
    DeliveryAddress,
    after_attempt,
    attempted,
    claimed,
    given_up,
    is_attemptable,
    postponed,
    resent,
)
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.webhook_messages import DeliveryMessage
from creator_search.domain.webhooks import Webhook
from creator_search.services.ports import TaskQueue
from creator_search.services.ports.webhooks import DeliveryStore, WebhookSender, WebhookStore

DISABLED = "The webhook is disabled"
_ATTEMPTS = 10
_SPREAD = 600
"""Deliveries that waited for a slow webhook are attempted within this many seconds, not all at once."""

MAX_SENT = 2_000
RUN_FOR = timedelta(seconds=40)
"""The limits of one sweep; the next one continues."""


class DeliveryResult(StrEnum):
    DELIVERED = "delivered"
    RETRIED = "retried"
    FAILED = "failed"
    PUT_OFF = "put_off"
    DROPPED = "dropped"


class WebhookDeliverer:
    """Attempts deliveries. Each is claimed by one worker, with a lease. The row has the schedule: a message that
    arrives twice, late or early has no effect.

    Raises StoreUnavailable, QueueUnavailable; SQS then delivers the message again.
    """

    def __init__(
        self,
        *,
        hooks: WebhookStore,
        deliveries: DeliveryStore,
        sender: WebhookSender,
        tasks: TaskQueue,
        clock: Clock,
    ) -> None:
        self._hooks = hooks
        self._deliveries = deliveries
        self._sender = sender
        self._tasks = tasks
        self._clock = clock

    def deliver(self, address: DeliveryAddress) -> DeliveryResult:
        found = self._deliveries.load_delivery(address)
        if found is None or not is_attemptable(found, self._clock()):
            return DeliveryResult.DROPPED
        hook = self._hooks.load_webhook(address.subject, address.webhook_id)
        if hook is None:
            self._deliveries.delete_delivery(address)
            return DeliveryResult.DROPPED
        now = self._clock()
        if not hook.is_enabled:
            saved = self._deliveries.save_delivery(given_up(found, DISABLED), over=found)
            return DeliveryResult.FAILED if saved else DeliveryResult.DROPPED
        if found.attempts == 0 and hook.paused_until is not None and hook.paused_until > now:
            # A retry keeps to its schedule.
            return self._put_off(found, hook.paused_until, now)
        mine = claimed(found, now)
        if not self._deliveries.save_delivery(mine, over=found):
            return DeliveryResult.DROPPED
        return self._record(mine, self._send(hook, mine, now))

    def _send(self, hook: Webhook, delivery: Delivery, now: datetime) -> Attempt:
        assert delivery.body is not None
        return self._sender.send(
            hook.url,
            message_id=delivery.message_id,
            body=delivery.body,
            secrets=hook.signing_secrets(now),
            at=now,
        )

    def _put_off(self, delivery: Delivery, until: datetime, now: datetime) -> DeliveryResult:
        later = until + timedelta(seconds=int(delivery.id[-4:], 16) % _SPREAD)
        if not self._deliveries.save_delivery(postponed(delivery, later), over=delivery):
            return DeliveryResult.DROPPED
        self._tasks.send_task(DeliveryMessage.of(delivery.address), delay_seconds=_whole(later - now))
        return DeliveryResult.PUT_OFF

    def _record(self, mine: Delivery, attempt: Attempt) -> DeliveryResult:
        now = self._clock()
        done = attempted(mine, attempt, now)
        if not self._deliveries.save_delivery(done, over=mine):
            return DeliveryResult.DROPPED  # the webhook was deleted meanwhile, or the lease has ended
        self._update(done, attempt, now)
        if done.message_delay is not None:
            self._tasks.send_task(DeliveryMessage.of(done.address), delay_seconds=_whole(done.message_delay))
        if done.next_attempt_at is not None:
            return DeliveryResult.RETRIED
        return DeliveryResult.DELIVERED if attempt.is_success else DeliveryResult.FAILED

    def _update(self, done: Delivery, attempt: Attempt, now: datetime) -> None:
        for _ in range(_ATTEMPTS):
            hook = self._hooks.load_webhook(done.subject, done.webhook_id)
            if hook is None:
                return
            after = after_attempt(hook, done, attempt, now)
            if after is hook or self._hooks.save_webhook(after, over=hook):
                return
        raise StoreUnavailable()


@dataclass(frozen=True, slots=True)
class SweptDeliveries:
    sent: int


class DeliverySweeper:
    """Sends the messages of deliveries that are due: later attempts, and those whose message or worker was lost.

    May run concurrently with workers and other sweepers. Raises StoreUnavailable, QueueUnavailable.
    """

    def __init__(self, deliveries: DeliveryStore, tasks: TaskQueue, clock: Clock) -> None:
        self._deliveries = deliveries
        self._tasks = tasks
        self._clock = clock

    def sweep(self) -> SweptDeliveries:
        sent, until = 0, self._clock() + RUN_FOR
        for address in self._deliveries.list_due_deliveries(self._clock(), MAX_SENT):
            now = self._clock()
            if now >= until:
                break
            found = self._deliveries.load_delivery(address)
            if found is None or found.due_at is None or found.due_at > now:
                continue
            # Saved first: if the message cannot be sent, the row is due again later.
            if self._deliveries.save_delivery(resent(found, now), over=found):
                self._tasks.send_task(DeliveryMessage.of(address))
                sent += 1
        return SweptDeliveries(sent)


def _whole(delay: timedelta) -> int:
    return max(0, -(-int(delay.total_seconds() * 1000) // 1000))
