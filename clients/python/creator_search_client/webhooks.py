"""The caller's webhooks."""

from collections.abc import Iterator, Sequence
from typing import Any

from creator_search_client.answers import Answer
from creator_search_client.caller_types import Delivery, NewWebhook, Webhook
from creator_search_client.connection import Connection, segment

PAGE_SIZE = 100
_PATH = "/api/me/webhooks"


class Webhooks:
    _connection: Connection

    def webhooks(self) -> Iterator[Webhook]:
        return self._connection.pages(_PATH, {"limit": PAGE_SIZE})

    def create_webhook(self, url: str, *, events: Sequence[str] | None = None) -> Answer[NewWebhook]:
        """Register an https address; for all events by default. The secret that signs is shown this once.

        Events are profile.completed, profile.failed, analysis.completed and profile.erased.
        """
        return self._connection.post(_PATH, _given(url=url, events=events))

    def webhook(self, id: str) -> Answer[Webhook]:
        return self._connection.get(_hook(id))

    def update_webhook(
        self,
        id: str,
        *,
        url: str | None = None,
        events: Sequence[str] | None = None,
        enabled: bool | None = None,
    ) -> Answer[Webhook]:
        """Change what is given. `enabled=True` enables a webhook again that was disabled after failures."""
        return self._connection.patch(_hook(id), _given(url=url, events=events, enabled=enabled))

    def delete_webhook(self, id: str) -> None:
        self._connection.delete(_hook(id))

    def deliveries(self, id: str) -> Answer[list[Delivery]]:
        """Get the last 50 deliveries, with the status and the time of the answers."""
        return self._connection.get(f"{_hook(id)}/deliveries")

    def retry_delivery(self, id: str, delivery: str) -> Answer[Delivery]:
        """Attempt a delivery again now."""
        return self._connection.post(f"{_hook(id)}/deliveries/{segment(delivery)}/retry")

    def test_webhook(self, id: str) -> Answer[Delivery]:
        """Send the event `ping`."""
        return self._connection.post(f"{_hook(id)}/test")

    def rotate_webhook(self, id: str) -> Answer[NewWebhook]:
        """Get a new secret. The old one signs too for a day."""
        return self._connection.post(f"{_hook(id)}/rotate")


def _hook(id: str) -> str:
    return f"{_PATH}/{segment(id)}"


def _given(**values: Any) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    return {name: value if isinstance(value, str | bool) else [*value] for name, value in given.items()}
