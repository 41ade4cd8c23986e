"""A world with the worker of the webhook queue, which has a clock and a queue with delays."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from creator_search.domain.deliveries import Delivery
from creator_search.domain.webhook_messages import DeliveryMessage, EventMessage
from creator_search.domain.webhooks import Webhook, WebhookEvent

from tests.fakes import World

URL = "https://hooks.example/creators"


class WebhookWorld(World):
    """`run` processes messages when they are due, and sweeps every minute."""

    def hook(self, subject: str = "alice", url: str = URL, events: list[str] | None = None) -> Webhook:
        return self.container.webhooks.register(subject, url, events)

    def publish(self, username: str = "ada", key: str = "r1", event: WebhookEvent | None = None) -> None:
        self.container.events.publish(event or WebhookEvent.PROFILE_COMPLETED, username, key)

    def run(self, **delta: float) -> None:
        """Let time pass, with one worker."""
        end = self.clock() + timedelta(**delta)
        waiting: list[tuple[datetime, int, EventMessage | DeliveryMessage]] = []
        numbers = count()
        next_sweep = self.clock() + timedelta(minutes=1)
        while True:
            for message, delay in self._taken():
                heapq.heappush(waiting, (self.clock() + timedelta(seconds=delay), next(numbers), message))
            due = waiting[0][0] if waiting else end
            at = min(due, next_sweep)
            if at > end or (not waiting and next_sweep > end):
                break
            self.clock.time = max(self.clock.time, at)
            if waiting and due <= next_sweep:
                self._process(heapq.heappop(waiting)[2])
            else:
                self.container.delivery_sweeper.sweep()
                next_sweep += timedelta(minutes=1)
        self.clock.time = max(self.clock.time, end)
        self.tasks.sent += [(message, 0) for _, _, message in waiting]

    def _taken(self) -> Iterator[tuple[EventMessage | DeliveryMessage, int]]:
        sent, self.tasks.sent[:] = list(self.tasks.sent), []
        for message, delay in sent:
            assert isinstance(message, EventMessage | DeliveryMessage)
            yield message, delay

    def _process(self, message: EventMessage | DeliveryMessage) -> None:
        if isinstance(message, EventMessage):
            self.container.event_fan_out.fan_out(message)
        else:
            self.container.webhook_deliverer.deliver(message.address)

    def listed(self, hook: Webhook) -> list[Delivery]:
        return list(self.container.webhook_deliveries.list(hook.subject, hook.id, 50, None).rows)

    def load(self, hook: Webhook) -> Webhook:
        return self.container.webhooks.load(hook.subject, hook.id)
