"""Every minute: sends the messages of deliveries that are due later than a message can wait, or were lost."""

from dataclasses import asdict

from creator_search.bootstrap import Container
from creator_search.services.webhooks.deliver import DeliverySweeper
from creator_search.worker import scheduled_worker


def work(deliveries: DeliverySweeper) -> dict[str, int]:
    return asdict(deliveries.sweep())


handler = scheduled_worker("sweep_deliveries", work, Container.delivery_sweeper)
