"""Webhooks, their deliveries, and their receivers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from creator_search.domain.deliveries import Attempt, Delivery, DeliveryAddress
from creator_search.domain.listing import Listed
from creator_search.domain.webhooks import Webhook

from tests.fakes.process import FakeClock, whole_seconds

_CALLERS_AT_ONCE = 100


@dataclass
class FakeDeliveryStore:
    clock: FakeClock
    rows: dict[DeliveryAddress, Delivery] = field(default_factory=dict)

    def add_delivery(self, delivery: Delivery) -> Delivery | None:
        known = self.rows.get(delivery.address)
        if known is None:
            self._write(delivery)
        return known

    def load_delivery(self, address: DeliveryAddress) -> Delivery | None:
        found = self.rows.get(address)
        return found if found and found.expires_at > self.clock() else None

    def save_delivery(self, delivery: Delivery, over: Delivery) -> bool:
        row = self.rows.get(delivery.address)
        if row is None or row.version != over.version:
            return False
        self._write(delivery)
        return True

    def _write(self, delivery: Delivery) -> None:
        self.rows[delivery.address] = replace(delivery, expires_at=whole_seconds(delivery.expires_at))

    def delete_delivery(self, address: DeliveryAddress) -> None:
        self.rows.pop(address, None)

    def list_deliveries(self, subject: str, webhook_id: str, limit: int, after: str | None = None) -> Listed[Delivery]:
        rows = [d for d in self.rows.values() if (d.subject, d.webhook_id) == (subject, webhook_id)]
        rows = [d for d in rows if d.expires_at > self.clock() and (after is None or d.id < after)]
        shown = sorted(rows, key=lambda d: d.id, reverse=True)
        return Listed(shown[:limit], shown[limit - 1].id if len(shown) > limit else None)

    def list_due_deliveries(self, now: datetime, limit: int) -> Sequence[DeliveryAddress]:
        return [d.address for d in self.rows.values() if d.due_at is not None and d.due_at <= now][:limit]


@dataclass
class FakeWebhookStore:
    """Also InterestedCallers: `favorites` and `requests` are (subject, username), the latter with their expiry."""

    clock: FakeClock
    deliveries: FakeDeliveryStore
    rows: dict[tuple[str, str], Webhook] = field(default_factory=dict)
    favorites: set[tuple[str, str]] = field(default_factory=set)
    requests: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def save_webhook(self, hook: Webhook, over: Webhook | None) -> bool:
        row = self.rows.get((hook.subject, hook.id))
        if (row is None) != (over is None) or (row and over and row.version != over.version):
            return False
        self.rows[hook.subject, hook.id] = hook
        return True

    def load_webhook(self, subject: str, webhook_id: str) -> Webhook | None:
        return self.rows.get((subject, webhook_id))

    def list_webhooks(self, subject: str, limit: int, after: str | None = None) -> Listed[Webhook]:
        rows = [hook for (owner, id_), hook in sorted(self.rows.items()) if owner == subject and id_ > (after or "")]
        return Listed(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)

    def delete_webhook(self, subject: str, webhook_id: str) -> None:
        self.rows.pop((subject, webhook_id), None)
        for address in [a for a in self.deliveries.rows if (a.subject, a.webhook_id) == (subject, webhook_id)]:
            del self.deliveries.rows[address]

    def list_interested(self, username: str, after: str | None = None) -> Listed[str]:
        valid = [key for key, expires_at in self.requests.items() if expires_at > self.clock()]
        found = [
            subject for rows in (sorted(self.favorites), sorted(valid)) for subject, name in rows if name == username
        ]
        start = int(after or 0)
        end = start + _CALLERS_AT_ONCE
        return Listed(found[start:end], str(end) if len(found) > end else None)


@dataclass
class FakeEventTimes:
    times: dict[str, datetime] = field(default_factory=dict)

    def settle_time(self, event_id: str, at: datetime) -> datetime:
        return self.times.setdefault(event_id, at)


@dataclass(frozen=True)
class SentWebhook:
    url: str
    message_id: str
    body: str
    secrets: tuple[str, ...]
    at: datetime


@dataclass
class FakeReceivers:
    """Receivers of webhooks. An answer is a status, or None for no answer in time; by default 200."""

    clock: FakeClock
    answer: Callable[[SentWebhook], int | None] = lambda _: 200
    takes: timedelta = timedelta(milliseconds=20)
    sent: list[SentWebhook] = field(default_factory=list)
    on_send: Callable[[], object] | None = None
    """Called once, during the next attempt: simulates another process."""

    def send(self, url: str, *, message_id: str, body: str, secrets: Sequence[str], at: datetime) -> Attempt:
        message = SentWebhook(url, message_id, body, tuple(secrets), at)
        self.sent.append(message)
        if self.on_send:
            meanwhile, self.on_send = self.on_send, None
            meanwhile()
        status = self.answer(message)
        if status is None:
            return Attempt(None, 10_000, "The receiver did not answer in time")
        is_good = 200 <= status < 300
        milliseconds = round(self.takes.total_seconds() * 1000)
        return Attempt(status, milliseconds, None if is_good else f"The receiver answered {status}")
